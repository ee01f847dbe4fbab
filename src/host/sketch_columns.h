/* Sketches of articles that are not in a result yet: out of an archive or a checkpoint, or made while others are read. */
#ifndef SS_SKETCH_COLUMNS_H
#define SS_SKETCH_COLUMNS_H

#include "pool.h"
#include "result.h"

typedef struct ss_sketches {
    size_t count, capacity; /* rows */
    int dimension;
    int8_t *vector[SS_CHANNELS]; /* each [count][dimension] */
    uint32_t *norm[SS_CHANNELS]; /* each [count] */
    uint32_t *ngrams;            /* [count] */
} ss_sketches;

void ss_sketches_clear(ss_sketches *sketches);

/* Room for so many rows; the dimension is set before. */
ss_status ss_sketches_reserve(ss_sketches *sketches, size_t count);

/* Adds row `row` of a result. */
ss_status ss_sketches_push(ss_sketches *sketches, const ss_result *result, size_t row);

/* Room for the sketches of a result's articles, of its dimension. */
ss_status ss_sketches_allocate(ss_result *result);

/* Moves sketches to a result that has no room for them yet: article i gets row[i]. They are cleared as they go, so that
 * they never lie in memory twice. */
ss_status ss_sketches_move(ss_sketches *sketches, const uint32_t *row, ss_result *result, ss_pool *pool);

/* Those of a result, borrowed. */
ss_sketches ss_sketches_of(const ss_result *result);

/* Where the sketches of row `row` and of those behind it are. */
ss_sketch_places ss_sketches_at(const ss_sketches *sketches, size_t row);

#endif
