/* Sketches of many articles at once, by all threads or CUDA devices. */
#ifndef SS_SKETCH_ARTICLES_H
#define SS_SKETCH_ARTICLES_H

#include "checkpoint.h"
#include "pool.h"
#include "result.h"

/* Sketches that are known already, as an archive has them. */
typedef struct ss_sketches {
    size_t count, capacity; /* rows */
    int dimension;
    int8_t *vector[SS_CHANNELS]; /* each [count][dimension] */
    uint32_t *norm[SS_CHANNELS]; /* each [count] */
    uint32_t *ngrams;            /* [count] */
} ss_sketches;

void ss_sketches_clear(ss_sketches *sketches);

/* Adds row `row` of a result. */
ss_status ss_sketches_push(ss_sketches *sketches, const ss_result *result, size_t row);

/* Which of them are those of a result's articles. */
typedef struct ss_known_sketches {
    const ss_sketches *sketches;
    const uint32_t *row; /* [articles] row in `sketches`; sketches->count or more: not known */
} ss_known_sketches;

/* Fills vector, norm and ngrams, which are not there yet, of a result of result->dimension. `known` may be NULL. With a
 * checkpoint (NULL: none) it begins with what an earlier run has saved. */
ss_status ss_sketch_articles(ss_result *result, const ss_model *model, const ss_known_sketches *known, bool cuda,
                             ss_pool *pool, ss_checkpoint *checkpoint, const ss_job *job);

#endif
