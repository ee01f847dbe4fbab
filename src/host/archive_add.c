#include "archive_add.h"

#include <stdio.h>
#include <stdlib.h>

#include "ids.h"
#include "pool.h"
#include "sketch_articles.h"
#include "sketch_columns.h"
#include "status.h"

/* A batch: as many articles as half a chunk of the longest columns holds, or as many bytes of bodies; some seconds'
 * work, so that little is lost when a job is killed. Not by the clock: the same input makes the same batches. */
#define BATCH_ARTICLES 16384
#define BATCH_BYTES    ((size_t)64 << 20)

#define MOST_TOLD 20 /* of ids that are there already; the rest is counted */

typedef struct batch {
    ss_result *result; /* NULL: there is none */
    ss_batch about;
} batch;

typedef struct adding {
    ss_archive *archive;
    ss_reader *reader;
    const ss_archive_add_options *options;
    const ss_job *job;
    ss_job quiet; /* without progress: that of a batch is not that of the job */
    ss_pool *pool;
    ss_sketching *sketching;
    ss_id_set *ids;
    ss_archive_added *added;
    uint64_t passed_over;
    batch filled, sketched; /* while one is read, the one before is sketched */
    bool ended;
} adding;

static ss_status take_hashes(void *context, const uint64_t *hash, size_t count)
{
    bool added;
    for (size_t i = 0; i < count; i++)
        SS_TRY(ss_id_set_add(context, hash[i], &added));
    return SS_OK;
}

static void tell_known(adding *a, const ss_article *article)
{
    if (++a->added->known <= MOST_TOLD)
        ss_tell_warning(a->job, "%s: the id \"%s\" is in the archive already; skipped", article->origin, article->id);
}

static void clear_batch(batch *b)
{
    ss_result_free(b->result);
    *b = (batch){0};
}

/* Moves an article to the batch, unless its id is known; it is cleared in any case. */
static ss_status take_article(adding *a, ss_article *article)
{
    uint64_t hash;
    bool added = false;
    ss_status status = ss_id_hash(&hash, article->id);
    if (status == SS_OK) status = ss_id_set_add(a->ids, hash, &added);
    a->added->read++;
    a->filled.about.read++;
    if (status == SS_OK && added) status = ss_articles_push(&a->filled.result->articles, article);
    if (status == SS_OK && !added) {
        a->filled.about.known++;
        tell_known(a, article);
    }
    ss_article_clear(article);
    return status;
}

static ss_status fill_batch(adding *a)
{
    const ss_articles *articles = &a->filled.result->articles;
    while (articles->count < BATCH_ARTICLES && articles->text_bytes < BATCH_BYTES) {
        ss_article article = {0};
        bool more;
        SS_TRY(ss_reader_next(a->reader, &article, &more));
        a->ended = !more;
        if (!more) return SS_OK;
        if (a->passed_over < a->options->passed_over) {
            a->passed_over++;
            ss_article_clear(&article);
            continue;
        }
        SS_TRY(take_article(a, &article));
    }
    return SS_OK;
}

/* Begins to sketch what has been read. */
static ss_status begin_batch(adding *a)
{
    a->sketched = a->filled;
    a->filled = (batch){0};
    SS_TRY(ss_sketches_allocate(a->sketched.result));
    const ss_sketches all = ss_sketches_of(a->sketched.result);
    ss_sketching_begin(a->sketching, &a->sketched.result->articles, ss_sketches_at(&all, 0));
    return SS_OK;
}

/* Brings what is being sketched to the archive. */
static ss_status end_batch(adding *a)
{
    size_t count = a->sketched.result->articles.count;
    ss_tell_progress(a->job, "sketch", a->added->added, 0);
    SS_TRY(ss_sketching_end(a->sketching));
    SS_TRY(ss_archive_append(a->archive, a->sketched.result, &a->sketched.about, a->pool));
    a->added->added += count;
    a->added->batches++;
    clear_batch(&a->sketched);
    return SS_OK;
}

/* Reads a batch while the one before is sketched; that one is kept also where this one fails. */
static ss_status add_batch(adding *a)
{
    char message[1024];
    a->filled.about.command = (char *)(uintptr_t)a->options->command;
    SS_TRY(ss_result_new(&a->filled.result));
    a->filled.result->dimension = ss_archive_dimension(a->archive);
    ss_status status = fill_batch(a);
    snprintf(message, sizeof message, "%s", ss_last_error());
    if (a->sketched.result != NULL) SS_TRY(end_batch(a));
    if (status != SS_OK) return ss_fail(status, "%s", message);
    return a->filled.result->articles.count > 0 ? begin_batch(a) : SS_OK;
}

static ss_status add_all(adding *a)
{
    SS_TRY(ss_pool_new(&a->pool, ss_job_threads(a->job)));
    SS_TRY(ss_sketching_new(&a->sketching, a->options->model, a->options->matcher->cuda, a->pool, &a->quiet));
    SS_TRY(ss_id_set_new(&a->ids));
    SS_TRY(ss_archive_each_id(a->archive, take_hashes, a->ids));
    while (!a->ended)
        SS_TRY(add_batch(a));
    if (a->sketched.result != NULL) SS_TRY(end_batch(a));
    ss_tell_progress(a->job, "sketch", a->added->added, 0);
    if (a->added->known > MOST_TOLD)
        ss_tell_warning(a->job, "%llu more id%s in the archive already; skipped",
                        (unsigned long long)(a->added->known - MOST_TOLD), ss_plural(a->added->known - MOST_TOLD, "s"));
    return SS_OK;
}

ss_status ss_archive_add(ss_archive *archive, ss_reader *reader, const ss_archive_add_options *options,
                         const ss_job *job, ss_archive_added *added)
{
    adding a = {.archive = archive,
                .reader = reader,
                .options = options,
                .job = job,
                .quiet = job != NULL ? *job : (ss_job){0},
                .added = added};
    a.quiet.progress = NULL;
    *added = (ss_archive_added){0};
    ss_status status = ss_archive_check_model(archive, options->model);
    if (status == SS_OK) status = add_all(&a);
    ss_sketching_free(a.sketching);
    clear_batch(&a.sketched);
    clear_batch(&a.filled);
    ss_id_set_free(a.ids);
    ss_pool_free(a.pool);
    return status;
}
