/* What a block that sketches an article has in shared memory. */
#ifndef SS_SKETCH_MEMORY_CUH
#define SS_SKETCH_MEMORY_CUH

#include <ptx.cuh>

#include "sketch_kernels.h"

#define SKETCH_THREADS 256
#define SKETCH_WARPS   (SKETCH_THREADS / 32)
#define WHOLE_WARP     0xffffffffu

#define CHARACTERS  3968 /* folded, with those between texts: 3,000 bytes of text and 900 of title */
#define LEAST_SLOTS 256  /* of the table of rows: 32 for each warp */
#define MOST_SLOTS  4096 /* real articles meet up to 3,000 rows */
#define QUEUE       128  /* rows waiting to be added; a power of 2 */
#define STRIP       256  /* entries of a row that a warp adds at a time */
#define STRIP_LANES 16   /* a piece each */
#define STRIPS      5    /* of the longest row */

#define NO_ROW_YET SS_NO_ROW

/* A row that waits to be added, and its weight. */
struct waiting_row {
    uint32_t row, weight;
};

struct block_memory {
    /* A hash table with open addressing: row, NO_ROW_YET where a slot is free, and how often it was met. */
    uint32_t row[MOST_SLOTS];
    uint32_t count[MOST_SLOTS];
    union {
        ss_folded folded[CHARACTERS]; /* until all n-grams are counted */
        struct {
            waiting_row queue[SKETCH_WARPS][QUEUE];
            uint32_t sum[STRIPS][STRIP]; /* see place_of_sum() */
        } gather;
    };
    uint32_t of_warp[SKETCH_WARPS];
    uint32_t lead_end;              /* where in folded */
    uint32_t total_low, total_high; /* of weights: their low 16 bits, and the others */
    uint32_t ngrams, largest, norm;
};

/* No kernel attribute is needed for it, and two blocks fit a multiprocessor that has 100 KiB. */
static_assert(sizeof(block_memory) <= 48 * 1024, "shared memory of a block");
static_assert(STRIPS * STRIP >= 1040, "the longest sketch");

#endif
