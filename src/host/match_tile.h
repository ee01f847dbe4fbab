/* What the matchers share: checks of the arguments, the band of days, the lists of neighbours while they grow, and the
 * walk over tiles of the product of two sets, in which only the multiplication differs from matcher to matcher. */
#ifndef SS_MATCH_TILE_H
#define SS_MATCH_TILE_H

#include "match.h"

/* SS_ERROR_ARGUMENT unless the sides and the options are as match.h asks; the vectors are not looked at. */
ss_status ss_match_check(const ss_side *a, const ss_side *b, const ss_match_options *options);
ss_status ss_match_check_threshold(double threshold);

/* ------------------------------------------------------------------ band */

typedef struct ss_range {
    size_t begin, end; /* rows begin .. end - 1 */
} ss_range;

/* The rows of b that may be neighbours of a row of a: those near enough in time, then those of no day. The two do not
 * overlap. With options->self only rows after the row itself, so that every pair is met once. */
typedef struct ss_band {
    ss_range dated, undated;
} ss_band;

ss_band ss_band_of_row(const ss_side *a, size_t row, const ss_side *b, const ss_match_options *options);

/* ----------------------------------------------------------------- lists */

/* Checks all arguments of ss_matcher.nearest and allocates the lists of a and (unless options->self) of b, all empty.
 * SS_ERROR_MEMORY if they alone would take more than the job allows; else *bytes_left is what remains of that. */
ss_status ss_neighbours_new(ss_neighbours *a_to_b, ss_neighbours *b_to_a, const ss_side *a, const ss_side *b,
                            const ss_match_options *options, size_t *bytes_left);

/* The list of one row while it grows: a heap with the worst neighbour at its root. `score` and ties as in match.h. */
typedef struct ss_heap {
    ss_neighbour *item;    /* [k] */
    uint32_t *found;       /* how many there are */
    size_t k;              /* how many there may be */
    uint32_t norm;         /* of the row */
    const uint32_t *norms; /* of the other set */
} ss_heap;

ss_heap ss_heap_of_row(const ss_neighbours *lists, size_t row, const ss_side *own, const ss_side *other);

/* The least dot / (length of the other row) with which a neighbour may enter, but for rounding: -INFINITY while there
 * is room, INFINITY for an empty sketch. */
double ss_heap_bar(const ss_heap *heap);

/* Takes the neighbour in if it is among the k best so far; true if so. It must not be in the list yet. */
bool ss_heap_offer(ss_heap *heap, ss_neighbour neighbour);

/* Puts the list in its final order, best first; it is no heap any more. */
void ss_heap_sort(ss_heap *heap);

/* The pairs of a join while they are gathered. */
typedef struct ss_pair_list {
    ss_pair *item;
    size_t count, capacity;
    size_t limit; /* the most that the job's memory allows */
} ss_pair_list;

/* An empty list that may take `bytes` bytes, with what sorting it takes. */
ss_pair_list ss_pair_list_within(size_t bytes);
ss_status ss_pair_list_push(ss_pair_list *list, ss_pair pair);
void ss_pair_list_sort(ss_pair_list *list);

/* ------------------------------------------------------------------ walk */

/* Some rows of a against some of b, the columns, and what their products are held against. The bar of a row is the
 * least dot * (inverse of the column's length) that can enter its list; that of a column likewise. */
typedef struct ss_patch {
    size_t rows, columns, dimension;
    const void *a, *b;                  /* packed by the kernel, aligned to 64 bytes */
    const float *a_inverse, *b_inverse; /* [kernel rows], [kernel columns] 1 / length; NAN: an empty sketch, or none */
    const float *a_bar, *b_bar;         /* the same; INFINITY: nothing can enter */
    void *work;                         /* [kernel work_size] aligned to 64 bytes */
} ss_patch;

/* An entry of a patch that comes near the bar of its row or of its column. */
typedef struct ss_hit {
    uint16_t row, column;
    int32_t dot;
} ss_hit;

/* How to multiply, and to find what matters in the products while they are at hand. */
typedef struct ss_tile_kernel ss_tile_kernel;
struct ss_tile_kernel {
    size_t rows, columns; /* of a patch, at most */
    size_t tile;          /* rows of a block of patches that are packed once and used often, at most */
    size_t work_size;     /* bytes that scan() works in */
    size_t step;          /* entries that it takes at once, and what it adds to those of columns: for match_bytes.h */
    uint32_t shift;
    /* Bytes of a packed patch of rows, or columns; and how they are packed: where there are fewer than a patch may
     * have, the rest becomes zeros. */
    size_t (*rows_size)(const ss_tile_kernel *kernel, size_t dimension);
    size_t (*columns_size)(const ss_tile_kernel *kernel, size_t dimension);
    void (*pack_rows)(const ss_tile_kernel *kernel, void *packed, const int8_t *vector, size_t rows, size_t dimension);
    void (*pack_columns)(const ss_tile_kernel *kernel, void *packed, const int8_t *vector, size_t columns,
                         size_t dimension);
    /* Hits, by row, then by column: dot * b_inverse[column] >= a_bar[row] or dot * a_inverse[row] >= b_bar[column] in
     * float. Returns their number; there is room for every entry of the patch. */
    size_t (*scan)(ss_hit *hits, const ss_patch *patch);
};

/* ss_matcher.nearest and ss_matcher.join by matcher->kernel. Beside inputs and lists they take for each thread a packed
 * block of either side, room for the hits of one patch, and what the kernel works in: 0.6 MiB for the kernels on bytes
 * at dimension 256, 2.3 MiB at 1040, more with OpenBLAS. Where the job allows less, blocks become smaller and then
 * threads fewer, down to one thread and blocks of one patch; SS_ERROR_ARGUMENT if not even that fits. Not counted: a bar
 * for each row, a lock for each block, and what the kernel itself keeps, as OpenBLAS does. */
ss_status ss_tile_nearest(const ss_matcher *matcher, ss_neighbours *a_to_b, ss_neighbours *b_to_a, const ss_side *a,
                          const ss_side *b, const ss_match_options *options);
ss_status ss_tile_join(const ss_matcher *matcher, ss_pair **pairs, size_t *pair_count, const ss_side *a,
                       const ss_side *b, double threshold, const ss_match_options *options);

/* -------------------------------------------------------------- matchers */

#if defined(__x86_64__)
extern const ss_matcher ss_matcher_amx, ss_matcher_avx512, ss_matcher_avxvnni, ss_matcher_avx2;
#endif
#if defined(__aarch64__) && defined(__linux__)
extern const ss_matcher ss_matcher_neon;
#endif
extern const ss_matcher ss_matcher_openblas, ss_matcher_scalar;

#endif
