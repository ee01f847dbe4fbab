/* Sketches of many articles at once, by all threads or CUDA devices, while the caller does other things. */
#ifndef SS_SKETCH_ARTICLES_H
#define SS_SKETCH_ARTICLES_H

#include "pool.h"
#include "result.h"

typedef struct ss_sketching ss_sketching;

/* Devices sketch if `cuda`, the pool's threads if not, or if devices turn out to have no room. All given is borrowed. */
ss_status ss_sketching_new(ss_sketching **out, const ss_model *model, bool cuda, ss_pool *pool, const ss_job *job);

/* Drops what is under way. */
void ss_sketching_free(ss_sketching *sketching);

/* From here to the end the pool is taken, the articles and their strings stay where they are, and the places are written.
 * The list itself need not last. */
void ss_sketching_begin(ss_sketching *sketching, const ss_articles *articles, ss_sketch_places places);
ss_status ss_sketching_end(ss_sketching *sketching);

/* All of a result of result->dimension, which has no sketches yet, before it returns. */
ss_status ss_sketch_articles(ss_result *result, const ss_model *model, bool cuda, ss_pool *pool, const ss_job *job);

#endif
