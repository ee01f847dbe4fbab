#include "sketch_articles.h"

#include <stdlib.h>

#include "sizes.h"
#include "sketch_columns.h"
#include "sketch_cuda.h"
#include "status.h"
#include "texts.h"

#define BLOCK_ARTICLES 64 /* sketched by one task */

struct ss_sketching {
    const ss_model *model;
    const ss_job *job;
    ss_job silent; /* for other threads than the caller's, who may not be called from them */
    ss_pool *pool;
    ss_sketcher **sketcher; /* one a thread; NULL while devices sketch */
    bool cuda;
    bool begun;
    ss_articles articles; /* borrowed */
    ss_sketch_places to;
};

static ss_status make_sketchers(ss_sketching *s)
{
    size_t threads = (size_t)ss_pool_threads(s->pool);
    s->sketcher = calloc(threads, sizeof *s->sketcher);
    if (s->sketcher == NULL) return ss_fail_memory(threads * sizeof *s->sketcher);
    for (size_t t = 0; t < threads; t++)
        SS_TRY(ss_sketcher_new(&s->sketcher[t], s->model));
    return SS_OK;
}

ss_status ss_sketching_new(ss_sketching **out, const ss_model *model, bool cuda, ss_pool *pool, const ss_job *job)
{
    *out = NULL;
    ss_sketching *s = calloc(1, sizeof *s);
    if (s == NULL) return ss_fail_memory(sizeof *s);
    *s = (ss_sketching){.model = model, .job = job, .pool = pool, .cuda = cuda};
    s->silent.threads = ss_job_threads(job);
    ss_status status = cuda ? SS_OK : make_sketchers(s);
    if (status != SS_OK) {
        ss_sketching_free(s);
        return status;
    }
    *out = s;
    return SS_OK;
}

void ss_sketching_free(ss_sketching *s)
{
    if (s == NULL) return;
    if (s->begun) ss_pool_drop(s->pool);
    for (int t = 0; s->sketcher != NULL && t < ss_pool_threads(s->pool); t++)
        ss_sketcher_free(s->sketcher[t]);
    free(s->sketcher);
    free(s);
}

static ss_status sketch_one(const ss_sketching *s, size_t i, int thread)
{
    const ss_sketch_places *to = &s->to;
    int8_t *vector[SS_CHANNELS];
    uint32_t norm[SS_CHANNELS];
    for (int c = 0; c < SS_CHANNELS; c++)
        vector[c] = to->vector[c] + i * (size_t)s->model->dimension;
    SS_TRY(ss_sketch_channels(s->sketcher[thread], &s->articles.item[i], vector, norm, &to->ngrams[i]));
    for (int c = 0; c < SS_CHANNELS; c++)
        to->norm[c][i] = norm[c];
    return SS_OK;
}

static ss_status sketch_block(void *context, size_t index, int thread)
{
    const ss_sketching *s = context;
    size_t first = index * BLOCK_ARTICLES, end = ss_smaller(first + BLOCK_ARTICLES, s->articles.count);
    if (thread == 0) {
        SS_TRY(ss_check_cancelled(s->job));
        ss_tell_progress(s->job, "sketch", first, s->articles.count);
    }
    if (index % (SS_TEXTS_READ / BLOCK_ARTICLES) == 0) ss_texts_release(s->articles.texts);
    for (size_t i = first; i < end; i++)
        SS_TRY(sketch_one(s, i, thread));
    return SS_OK;
}

static void begin_on_threads(ss_sketching *s)
{
    ss_pool_begin(s->pool, ss_divide_up(s->articles.count, BLOCK_ARTICLES), sketch_block, s);
}

/* One thread drives all devices, with threads of its own. */
static ss_status drive_devices(void *context, size_t index, int thread)
{
    const ss_sketching *s = context;
    (void)index;
    return ss_sketch_articles_cuda(&s->to, s->model, &s->articles, thread == 0 ? s->job : &s->silent, NULL);
}

void ss_sketching_begin(ss_sketching *s, const ss_articles *articles, ss_sketch_places places)
{
    s->articles = *articles;
    s->to = places;
    s->begun = true;
    if (s->cuda)
        ss_pool_begin(s->pool, 1, drive_devices, s);
    else
        begin_on_threads(s);
}

ss_status ss_sketching_end(ss_sketching *s)
{
    s->begun = false;
    ss_status status = ss_pool_end(s->pool);
    if (!s->cuda || status != SS_ERROR_MEMORY) return status;
    ss_tell_warning(s->job, "sketching on the CPU: %s", ss_last_error());
    s->cuda = false;
    SS_TRY(make_sketchers(s));
    begin_on_threads(s);
    return ss_pool_end(s->pool);
}

ss_status ss_sketch_articles(ss_result *r, const ss_model *model, bool cuda, ss_pool *pool, const ss_job *job)
{
    ss_sketching *sketching;
    ss_tell_progress(job, "sketch", 0, r->articles.count); /* another thread may do it all, and tell nothing */
    SS_TRY(ss_sketches_allocate(r));
    SS_TRY(ss_sketching_new(&sketching, model, cuda, pool, job));
    const ss_sketches all = ss_sketches_of(r);
    ss_sketching_begin(sketching, &r->articles, ss_sketches_at(&all, 0));
    ss_status status = ss_sketching_end(sketching);
    ss_sketching_free(sketching);
    return status;
}
