#include "sketch_ahead.h"

#include <stdlib.h>
#include <string.h>

#include "sizes.h"
#include "sketch_articles.h"
#include "status.h"
#include "texts.h"

/* Articles of a batch at most: some tenths of a second of a thread's work. A device wants many at once, since each batch brings
 * the model to it anew. */
#define THREADS_BATCH ((size_t)8192)
#define DEVICES_BATCH ((size_t)262144)

/* Articles sketched in a second, about, by a thread and by a device. */
#define SKETCHED_BY_THREAD 4000.0
#define SKETCHED_BY_DEVICE 1e6

struct ss_sketch_ahead {
    const ss_job *job;
    ss_job quiet; /* without progress: that of a batch is not that of the job */
    ss_pool *pool;
    ss_sketching *sketching;
    ss_article *article; /* [most] of the batch under way: the list moves while it grows, its strings do not */
    size_t most, count;
};

ss_status ss_sketch_ahead_new(ss_sketch_ahead **out, const ss_model *model, bool cuda, const ss_checkpoint *checkpoint,
                              const ss_job *job)
{
    *out = NULL;
    int threads = ss_job_threads(job);
    double speed = cuda ? SKETCHED_BY_DEVICE : SKETCHED_BY_THREAD * threads;
    ss_sketch_ahead *a = calloc(1, sizeof *a);
    if (a == NULL) return ss_fail_memory(sizeof *a);
    a->job = job;
    if (job != NULL) a->quiet = *job;
    a->quiet.progress = NULL;
    a->most = ss_checkpoint_step_items(checkpoint, speed, cuda ? DEVICES_BATCH : THREADS_BATCH);
    a->article = calloc(a->most, sizeof *a->article);
    ss_status status = a->article == NULL ? ss_fail_memory(a->most * sizeof *a->article) : SS_OK;
    if (status == SS_OK) status = ss_pool_new(&a->pool, threads);
    if (status == SS_OK) status = ss_sketching_new(&a->sketching, model, cuda, a->pool, &a->quiet);
    if (status != SS_OK) {
        ss_sketch_ahead_free(a);
        return status;
    }
    *out = a;
    return SS_OK;
}

void ss_sketch_ahead_free(ss_sketch_ahead *a)
{
    if (a == NULL) return;
    ss_sketching_free(a->sketching);
    ss_pool_free(a->pool);
    free(a->article);
    free(a);
}

/* Waits for the batch under way, if there is one. */
static ss_status end_batch(ss_sketch_ahead *a, ss_sketches *sketches)
{
    size_t count = a->count;
    if (count == 0) return SS_OK;
    a->count = 0;
    SS_TRY(ss_sketching_end(a->sketching));
    sketches->count += count;
    return SS_OK;
}

static ss_status begin_batch(ss_sketch_ahead *a, const ss_articles *articles, ss_sketches *sketches)
{
    size_t first = sketches->count, count = ss_smaller(a->most, articles->count - first);
    SS_TRY(ss_sketches_reserve(sketches, first + count));
    memcpy(a->article, articles->item + first, count * sizeof *a->article);
    a->count = count;
    ss_sketching_begin(a->sketching, &(ss_articles){.item = a->article, .count = count},
                       ss_sketches_at(sketches, first));
    return SS_OK;
}

ss_status ss_sketch_ahead_follow(ss_sketch_ahead *a, const ss_articles *articles, ss_sketches *sketches)
{
    if (articles->count % SS_TEXTS_READ == 0) ss_texts_release(articles->texts);
    if (articles->count - sketches->count - a->count < a->most) return SS_OK;
    SS_TRY(end_batch(a, sketches));
    return begin_batch(a, articles, sketches);
}

ss_status ss_sketch_ahead_finish(ss_sketch_ahead *a, const ss_articles *articles, ss_sketches *sketches)
{
    for (;;) {
        ss_tell_progress(a->job, "sketch", sketches->count, articles->count);
        SS_TRY(end_batch(a, sketches));
        if (sketches->count == articles->count) return SS_OK;
        SS_TRY(begin_batch(a, articles, sketches));
    }
}
