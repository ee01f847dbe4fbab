/* Exact nearest neighbours between two sets of int8 sketches, within a window of days.
 *
 * All products and their sums are integers below 2^24 (dimension <= 1040), so that every matcher, in whatever order it
 * adds and however it splits the work, gives the same answer to the last bit. */
#ifndef SS_MATCH_H
#define SS_MATCH_H

#include <math.h>

#include "samestory.h"

#define SS_MAX_DIMENSION 1040      /* 127 * 127 * 1040 < 2^24 */
#define SS_NO_DAY        INT32_MAX /* no date: compared with every day */

/* Before what kernels call too. */
#ifdef __CUDACC__
#define SS_EVERYWHERE __host__ __device__
#else
#define SS_EVERYWHERE
#endif

/* One set of sketches. Borrowed, never changed. */
typedef struct ss_side {
    size_t count;         /* rows; below 2^32 - 1 */
    const int8_t *vector; /* [count][dimension], entries -127 .. 127 */
    const uint32_t *norm; /* [count] squared length; 0: an empty sketch, which has no neighbours */
    const int32_t *day;   /* [count] days since 1970-01-01, ascending; SS_NO_DAY rows last */
} ss_side;

typedef struct ss_neighbour {
    uint32_t index; /* row in the other set */
    int32_t dot;    /* dot product of the two vectors */
} ss_neighbour;

/* Neighbours of every row of one set, each list best first (highest score, then lowest index). */
typedef struct ss_neighbours {
    size_t count;       /* rows */
    size_t k;           /* room in a list */
    uint32_t *found;    /* [count] length of the list, <= k */
    ss_neighbour *item; /* [count][k] */
} ss_neighbours;

typedef struct ss_pair {
    uint32_t a, b;
    int32_t dot;
} ss_pair;

typedef struct ss_match_options {
    int dimension;   /* 1 .. SS_MAX_DIMENSION */
    size_t k;        /* >= 1; lists are shorter where there are fewer candidates */
    int window_days; /* pairs at most so many days apart, and all pairs with a row of no day; -1: all pairs */
    bool self;       /* both sides are the same set: a row is no neighbour of itself, pairs have a < b */
    const ss_job *job;
} ss_match_options;

/* The cosine of two sketches: one fixed expression, so that equal inputs give equal bits everywhere.
 * norm_a * norm_b < 2^48, exact in double. 0 where a norm is 0. */
SS_EVERYWHERE static inline double ss_cosine(int32_t dot, uint32_t norm_a, uint32_t norm_b)
{
    if (norm_a == 0 || norm_b == 0) return 0.0;
    return (double)dot / sqrt((double)norm_a * (double)norm_b);
}

/* In a header, so that each caller has it in the instructions it is compiled for (simd.h). */
static inline int32_t ss_dot(const int8_t *restrict a, const int8_t *restrict b, size_t dimension)
{
    int32_t sum = 0;
    for (size_t k = 0; k < dimension; k++)
        sum += a[k] * b[k];
    return sum;
}

/* One way to compute it; all give the same result. */
typedef struct ss_matcher ss_matcher;
struct ss_matcher {
    const char *name;        /* "scalar", "openblas" */
    const char *description; /* one line for `samestory devices` */
    bool (*available)(void); /* on this machine, now */
    bool cuda;               /* computes on CUDA devices, those of ss_cuda_use() */

    /* What nearest() and join() below work with, if they are the walk over tiles of match_tile.h; else NULL. */
    const struct ss_tile_kernel *kernel;

    /* The k best of b for every row of a, and of a for every row of b, in one pass. With options->self pass the same
     * side twice; b_to_a is then NULL. The lists are allocated here; ss_neighbours_clear() frees them. */
    ss_status (*nearest)(const ss_matcher *matcher, ss_neighbours *a_to_b, ss_neighbours *b_to_a, const ss_side *a,
                         const ss_side *b, const ss_match_options *options);

    /* All pairs with ss_cosine >= threshold (threshold > 0), sorted by a, then b; *pairs is the caller's, free() it. */
    ss_status (*join)(const ss_matcher *matcher, ss_pair **pairs, size_t *pair_count, const ss_side *a,
                      const ss_side *b, double threshold, const ss_match_options *options);
};

/* Every matcher of this build, fastest first, NULL last. The scalar reference is always the last. */
extern const ss_matcher *const ss_matchers[];

/* The matcher of that name, or (name NULL) the fastest available one. */
ss_status ss_matcher_find(const ss_matcher **out, const char *name);

/* The same among those that compute on CUDA devices, or among those that do not. */
ss_status ss_matcher_find_on(const ss_matcher **out, const char *name, bool cuda);

void ss_neighbours_clear(ss_neighbours *neighbours);

#endif
