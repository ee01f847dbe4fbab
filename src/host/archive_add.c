#include "archive_add.h"

#include <stdlib.h>

#include "ids.h"
#include "pool.h"
#include "sketch_articles.h"
#include "status.h"

/* A batch: as many articles as half a chunk of the longest columns holds, or as many bytes of bodies; some seconds'
 * work, so that little is lost when a job is killed. Not by the clock: the same input makes the same batches. */
#define BATCH_ARTICLES 16384
#define BATCH_BYTES    ((size_t)64 << 20)

#define MOST_TOLD 20 /* of ids that are there already; the rest is counted */

typedef struct adding {
    ss_archive *archive;
    ss_reader *reader;
    const ss_archive_add_options *options;
    const ss_job *job;
    ss_job quiet; /* without progress: that of a batch is not that of the job */
    ss_pool *pool;
    ss_id_set *ids;
    ss_archive_added *added;
    uint64_t passed_over;
    ss_batch about; /* the batch that is being filled */
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

/* Moves an article to the batch, unless its id is known; it is cleared in any case. */
static ss_status take_article(adding *a, ss_articles *articles, ss_article *article)
{
    uint64_t hash;
    bool added = false;
    ss_status status = ss_id_hash(&hash, article->id);
    if (status == SS_OK) status = ss_id_set_add(a->ids, hash, &added);
    a->added->read++;
    a->about.read++;
    if (status == SS_OK && added) status = ss_articles_push(articles, article);
    if (status == SS_OK && !added) {
        a->about.known++;
        tell_known(a, article);
    }
    ss_article_clear(article);
    return status;
}

static ss_status fill_batch(adding *a, ss_articles *articles)
{
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
        SS_TRY(take_article(a, articles, &article));
    }
    return SS_OK;
}

static ss_status add_batch(adding *a, ss_result *batch)
{
    a->about = (ss_batch){.command = (char *)(uintptr_t)a->options->command};
    batch->dimension = ss_archive_dimension(a->archive);
    SS_TRY(fill_batch(a, &batch->articles));
    if (batch->articles.count == 0) return SS_OK;
    SS_TRY(ss_sketch_articles(batch, a->options->model, NULL, a->options->matcher->cuda, a->pool, NULL, &a->quiet));
    SS_TRY(ss_archive_append(a->archive, batch, &a->about, a->pool));
    a->added->added += batch->articles.count;
    a->added->batches++;
    ss_tell_progress(a->job, "sketch", a->added->added, 0);
    return SS_OK;
}

static ss_status add_all(adding *a)
{
    SS_TRY(ss_pool_new(&a->pool, ss_job_threads(a->job)));
    SS_TRY(ss_id_set_new(&a->ids));
    SS_TRY(ss_archive_each_id(a->archive, take_hashes, a->ids));
    while (!a->ended) {
        ss_result *batch;
        SS_TRY(ss_result_new(&batch));
        ss_status status = add_batch(a, batch);
        ss_result_free(batch);
        SS_TRY(status);
    }
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
    ss_id_set_free(a.ids);
    ss_pool_free(a.pool);
    return status;
}
