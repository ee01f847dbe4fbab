/* What the matchers share: checks of the arguments, the band of days, the lists of neighbours while they grow, and the
 * walk over tiles of the product of two sets. A matcher is a walk with a way to multiply two panels of rows. */
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

/* How to multiply two panels of at most `tile` rows each. */
typedef struct ss_tile_product {
    /* Bytes of a panel in the form that multiply() reads. */
    size_t (*panel_size)(size_t rows, size_t dimension);
    /* Brings rows of sketches into that form; the panel is aligned to 64 bytes. */
    void (*prepare)(void *panel, const int8_t *vector, size_t rows, size_t dimension);
    /* tile[i * stride + j] = dot product of row i of a_panel and row j of b_panel: exact, being below 2^24. */
    void (*multiply)(float *tile, size_t stride, const void *a_panel, size_t a_rows, const void *b_panel, size_t b_rows,
                     size_t dimension);
} ss_tile_product;

/* ss_matcher.nearest and ss_matcher.join by that product. Beside inputs and lists they take, for each thread, a tile of
 * floats and two panels: 0.8 MiB at dimension 256 and 2.3 MiB at 1040 where panels are of floats. Where the job allows
 * less, tiles become smaller and then threads fewer, down to one thread with tiles of 64 x 64 (0.6 MiB at dimension
 * 1040). Not counted: a lock for each block of rows, and what the product itself keeps, as OpenBLAS does. */
ss_status ss_tile_nearest(const ss_tile_product *product, ss_neighbours *a_to_b, ss_neighbours *b_to_a,
                          const ss_side *a, const ss_side *b, const ss_match_options *options);
ss_status ss_tile_join(const ss_tile_product *product, ss_pair **pairs, size_t *pair_count, const ss_side *a,
                       const ss_side *b, double threshold, const ss_match_options *options);

/* -------------------------------------------------------------- matchers */

extern const ss_matcher ss_matcher_openblas, ss_matcher_scalar;

#endif
