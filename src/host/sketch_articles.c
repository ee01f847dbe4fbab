#include "sketch_articles.h"

#include <stdlib.h>
#include <string.h>

#include "sizes.h"
#include "sketch_cuda.h"
#include "status.h"
#include "texts.h"

#define BLOCK_ARTICLES 64 /* sketched by one task */

/* Articles sketched in a second, about, by a thread and by a device: for checkpoints. A device wants many at once. */
#define SKETCHED_BY_THREAD 4000.0
#define SKETCHED_BY_DEVICE 1e6

/* -------------------------------------------------------------- known ones */

void ss_sketches_clear(ss_sketches *sketches)
{
    for (int c = 0; c < SS_CHANNELS; c++) {
        free(sketches->vector[c]);
        free(sketches->norm[c]);
    }
    free(sketches->ngrams);
    *sketches = (ss_sketches){0};
}

/* Columns that grow together; `capacity` is theirs before and after. */
static ss_status grow(ss_sketches *s)
{
    size_t d = (size_t)s->dimension, capacity = 0;
    for (int c = 0; c < SS_CHANNELS; c++) {
        size_t bytes = s->capacity * d, rows = s->capacity;
        SS_TRY(ss_grow((void **)&s->vector[c], &bytes, (s->count + 1) * d, 1));
        SS_TRY(ss_grow((void **)&s->norm[c], &rows, s->count + 1, sizeof *s->norm[c]));
        capacity = c == 0 ? ss_smaller(bytes / d, rows) : ss_smaller(capacity, ss_smaller(bytes / d, rows));
    }
    size_t rows = s->capacity;
    SS_TRY(ss_grow((void **)&s->ngrams, &rows, s->count + 1, sizeof *s->ngrams));
    s->capacity = ss_smaller(capacity, rows);
    return SS_OK;
}

ss_status ss_sketches_push(ss_sketches *s, const ss_result *result, size_t row)
{
    s->dimension = result->dimension;
    size_t d = (size_t)s->dimension;
    if (s->count == s->capacity) SS_TRY(grow(s));
    for (int c = 0; c < SS_CHANNELS; c++) {
        memcpy(s->vector[c] + s->count * d, result->vector[c] + row * d, d);
        s->norm[c][s->count] = result->norm[c][row];
    }
    s->ngrams[s->count++] = result->ngrams[row];
    return SS_OK;
}

/* --------------------------------------------------------------- new ones */

typedef struct sketch_job {
    ss_result *result;
    const ss_model *model;
    const ss_known_sketches *known;
    const ss_job *job;
    ss_sketcher **sketcher; /* one a thread */
    size_t done, end;       /* articles: those before `end` are to be sketched now */
} sketch_job;

static ss_status allocate_sketches(ss_result *r)
{
    size_t n = r->articles.count, d = (size_t)r->dimension;
    for (int c = 0; c < SS_CHANNELS; c++) {
        r->vector[c] = malloc(n * d + 1);
        r->norm[c] = calloc(n + 1, sizeof *r->norm[c]);
        if (r->vector[c] == NULL || r->norm[c] == NULL) return ss_fail_memory(n * d);
    }
    r->ngrams = calloc(n + 1, sizeof *r->ngrams);
    return r->ngrams == NULL ? ss_fail_memory(n * sizeof *r->ngrams) : SS_OK;
}

static ss_status make_sketchers(sketch_job *j, size_t threads)
{
    j->sketcher = calloc(threads, sizeof *j->sketcher);
    if (j->sketcher == NULL) return ss_fail_memory(threads * sizeof *j->sketcher);
    for (size_t t = 0; t < threads; t++)
        SS_TRY(ss_sketcher_new(&j->sketcher[t], j->model));
    return SS_OK;
}

/* The sketches of article i from those that are known; false: they are not. */
static bool take_known(const sketch_job *j, size_t i)
{
    if (j->known == NULL) return false;
    ss_result *r = j->result;
    const ss_sketches *from = j->known->sketches;
    size_t row = j->known->row[i], d = (size_t)r->dimension;
    if (row >= from->count) return false;
    for (int c = 0; c < SS_CHANNELS; c++) {
        memcpy(r->vector[c] + i * d, from->vector[c] + row * d, d);
        r->norm[c][i] = from->norm[c][row];
    }
    r->ngrams[i] = from->ngrams[row];
    return true;
}

static bool are_all_known(const sketch_job *j)
{
    for (size_t i = 0; i < j->result->articles.count; i++)
        if (j->known == NULL || j->known->row[i] >= j->known->sketches->count) return false;
    return true;
}

static ss_status sketch_one(const sketch_job *j, size_t i, int thread)
{
    ss_result *r = j->result;
    int8_t *vector[SS_CHANNELS];
    uint32_t norm[SS_CHANNELS];
    for (int c = 0; c < SS_CHANNELS; c++)
        vector[c] = r->vector[c] + i * (size_t)r->dimension;
    SS_TRY(ss_sketch_channels(j->sketcher[thread], &r->articles.item[i], vector, norm, &r->ngrams[i]));
    for (int c = 0; c < SS_CHANNELS; c++)
        r->norm[c][i] = norm[c];
    return SS_OK;
}

static ss_status sketch_block(void *context, size_t index, int thread)
{
    const sketch_job *j = context;
    size_t first = j->done + index * BLOCK_ARTICLES;
    if (thread == 0) {
        SS_TRY(ss_check_cancelled(j->job));
        ss_tell_progress(j->job, "sketch", first, j->result->articles.count);
    }
    if (index % (SS_TEXTS_READ / BLOCK_ARTICLES) == 0) ss_texts_release(j->result->articles.texts);
    for (size_t i = first; i < j->end && i < first + BLOCK_ARTICLES; i++)
        if (!take_known(j, i)) SS_TRY(sketch_one(j, i, thread));
    return SS_OK;
}

static ss_status sketch_on_threads(sketch_job *j, ss_pool *pool)
{
    if (j->sketcher == NULL) SS_TRY(make_sketchers(j, (size_t)ss_pool_threads(pool)));
    return ss_pool_run(pool, ss_divide_up(j->end - j->done, BLOCK_ARTICLES), sketch_block, j);
}

static void free_sketchers(sketch_job *j, size_t threads)
{
    for (size_t t = 0; j->sketcher != NULL && t < threads; t++)
        ss_sketcher_free(j->sketcher[t]);
    free(j->sketcher);
}

static ss_status sketch_on_devices(const sketch_job *j)
{
    ss_result *r = j->result;
    ss_sketch_places places = {.ngrams = r->ngrams + j->done};
    for (int c = 0; c < SS_CHANNELS; c++) {
        places.vector[c] = r->vector[c] + j->done * (size_t)r->dimension;
        places.norm[c] = r->norm[c] + j->done;
    }
    ss_articles part = {.count = j->end - j->done, .item = r->articles.item + j->done, .texts = r->articles.texts};
    return ss_sketch_articles_cuda(&places, j->model, &part, j->job, NULL);
}

/* The articles up to j->end, on devices or by the pool: *cuda is false from when devices turn out to have no room. */
static ss_status sketch_part(sketch_job *j, bool *cuda, ss_pool *pool)
{
    if (*cuda) {
        ss_status status = sketch_on_devices(j);
        if (status != SS_ERROR_MEMORY) return status;
        ss_tell_warning(j->job, "sketching on the CPU: %s", ss_last_error());
        *cuda = false;
    }
    return sketch_on_threads(j, pool);
}

ss_status ss_sketch_articles(ss_result *result, const ss_model *model, const ss_known_sketches *known, bool cuda,
                             ss_pool *pool, ss_checkpoint *checkpoint, const ss_job *job)
{
    sketch_job j = {.result = result, .model = model, .known = known, .job = job};
    ss_tell_progress(job, "sketch", 0, result->articles.count); /* another thread may do it all, and tell nothing */
    SS_TRY(allocate_sketches(result));
    cuda = cuda && !are_all_known(&j); /* sooner done than sorted out what is known */
    double speed = cuda ? SKETCHED_BY_DEVICE : SKETCHED_BY_THREAD * ss_pool_threads(pool);
    size_t n = result->articles.count, most = ss_checkpoint_step_items(checkpoint, speed, n);
    ss_status status = ss_checkpoint_load_sketches(checkpoint, result, &j.done);
    while (j.done < n && status == SS_OK) {
        j.end = j.done + ss_smaller(most, n - j.done);
        status = sketch_part(&j, &cuda, pool);
        if (status == SS_OK) j.done = j.end;
        if (ss_checkpoint_due(checkpoint, status)) ss_checkpoint_save_sketches(checkpoint, result, j.done);
    }
    free_sketchers(&j, (size_t)ss_pool_threads(pool));
    return status;
}
