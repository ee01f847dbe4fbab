/* The main job: articles in, a result with sketches, links and events out. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checkpoint.h"
#include "company.h"
#include "compare.h"
#include "date.h"
#include "event.h"
#include "ids.h"
#include "link.h"
#include "linker.h"
#include "neighbourhood.h"
#include "pool.h"
#include "repeats.h"
#include "result.h"
#include "sketch_articles.h"
#include "status.h"

#define BLOCK_LINKS 64 /* judged by one task */

typedef struct link_job {
    ss_result *result;
    const ss_model *model;
    ss_sketches *known; /* of all articles; NULL: of none */
    ss_link_options options;
    const ss_matcher *matcher;
    const ss_job *job;
    ss_pool *pool;
    ss_checkpoint *checkpoint; /* NULL: none */
} link_job;

ss_link_options ss_link_options_default(void)
{
    return (ss_link_options){
        .neighbours = 10, .window_days = 3, .threshold = -1, .zh_en = true, .zh_zh = true, .en_en = true};
}

/* ------------------------------------------------------------- the order */

/* An article, and where it stood in the input. */
typedef struct placed {
    ss_article article; /* first: ss_article_compare() sees nothing else */
    uint32_t row;
} placed;

/* The articles in their final order, and for each, where sketches are known, the row that it had. */
static ss_status sort_articles(ss_articles *articles, uint32_t *row)
{
    size_t n = articles->count;
    if (n == 0) return SS_OK;
    if (row == NULL) {
        qsort(articles->item, n, sizeof *articles->item, ss_article_compare);
        return SS_OK;
    }
    placed *order = malloc(n * sizeof *order);
    if (order == NULL) return ss_fail_memory(n * sizeof *order);
    for (size_t i = 0; i < n; i++)
        order[i] = (placed){articles->item[i], (uint32_t)i};
    qsort(order, n, sizeof *order, ss_article_compare);
    for (size_t i = 0; i < n; i++) {
        articles->item[i] = order[i].article;
        row[i] = order[i].row;
    }
    free(order);
    return SS_OK;
}

static ss_status sort_and_sketch(link_job *j)
{
    ss_result *r = j->result;
    uint32_t *row = NULL;
    if (j->known != NULL) {
        row = malloc((r->articles.count + 1) * sizeof *row);
        if (row == NULL) return ss_fail_memory(r->articles.count * sizeof *row);
    }
    ss_status status = sort_articles(&r->articles, row);
    if (status == SS_OK && !j->options.keep_repeats)
        status = ss_repeats_fold(&r->articles, row, j->model->fold, j->pool, j->job);
    if (status == SS_OK)
        status = row != NULL ? ss_sketches_move(j->known, row, r, j->pool)
                             : ss_sketch_articles(r, j->model, j->matcher->cuda, j->pool, j->job);
    free(row);
    return status;
}

/* -------------------------------------------------------------- candidates */

/* Pairs of neighbours, compared as they are found: only those that may be links stay in memory. */
static ss_status find_candidates(link_job *j)
{
    bool keep_all = j->options.keep_candidates || j->options.threshold < (double)SS_UNLIKELY;
    ss_comparer *comparer;
    SS_TRY(ss_comparer_new(&comparer, j->result, j->model, keep_all, j->pool, j->job));
    ss_status status = ss_candidates_find(j->result, j->matcher, &j->options, comparer, j->checkpoint, j->job);
    ss_comparer_free(comparer);
    return status;
}

/* ---------------------------------------------------------------- judging */

/* An unlikely pair, which is there only if all candidates are kept, is no link whatever its company: it would not be there
 * otherwise. */
static ss_status judge_block(void *context, size_t index, int thread)
{
    link_job *j = context;
    ss_result *r = j->result;
    if (thread == 0) SS_TRY(ss_check_cancelled(j->job));
    const ss_article *article = r->articles.item;
    size_t first = index * BLOCK_LINKS, left = r->link_count - first, count = left < BLOCK_LINKS ? left : BLOCK_LINKS;
    ss_link *link = r->link + first;
    bool all_kept = j->options.threshold < (double)SS_UNLIKELY;
    float no_link = all_kept ? 1.0f : nextafterf((float)j->options.threshold, 0.0f);
    ss_linker_judge(&j->model->linker, link, count, article);
    for (size_t i = 0; i < count; i++) {
        if (ss_pair_is_unlikely(&link[i])) link[i].probability = fminf(link[i].probability, no_link);
        if (j->options.keep_candidates || (double)link[i].probability >= j->options.threshold)
            ss_linker_relate(&j->model->linker, &link[i], article[link[i].a].lang, article[link[i].b].lang);
    }
    return SS_OK;
}

/* All candidates, sorted by a and b, in their company. */
static ss_status judge_candidates(link_job *j)
{
    ss_tell_progress(j->job, "company", 0, 0);
    SS_TRY(ss_company_measure(j->result, j->pool, j->job));
    return ss_pool_run(j->pool, (j->result->link_count + BLOCK_LINKS - 1) / BLOCK_LINKS, judge_block, j);
}

static void drop_unlikely(ss_result *result, double threshold)
{
    size_t kept = 0;
    for (size_t i = 0; i < result->link_count; i++)
        if ((double)result->link[i].probability >= threshold) result->link[kept++] = result->link[i];
    result->link_count = kept;
}

/* -------------------------------------------------------------- the whole */

static ss_status note_provenance(link_job *j, const ss_matcher *matcher)
{
    ss_provenance *p = &j->result->provenance;
    p->threshold = j->options.threshold;
    p->neighbours = j->options.neighbours;
    p->window_days = j->options.window_days;
    p->zh_en = j->options.zh_en;
    p->zh_zh = j->options.zh_zh;
    p->en_en = j->options.en_en;
    p->threads = ss_pool_threads(j->pool);
    SS_TRY(ss_set_text(&p->version, ss_version()));
    SS_TRY(ss_set_text(&p->command, "library"));
    SS_TRY(ss_set_text(&p->matcher, matcher->name));
    SS_TRY(ss_set_text(&p->model_path, j->model->path != NULL ? j->model->path : ""));
    SS_TRY(ss_set_text(&p->model_checksum, ss_model_checksum(j->model)));
    return ss_set_text(&p->model_recipe, ss_model_recipe(j->model));
}

static ss_status check_ids(const ss_articles *articles)
{
    ss_ids *ids;
    SS_TRY(ss_ids_new(&ids));
    ss_status status = SS_OK;
    for (size_t i = 0; i < articles->count && status == SS_OK; i++) {
        const ss_article *article = &articles->item[i];
        const char *earlier;
        status = ss_ids_add(ids, article->id, article->origin, &earlier);
        if (status == SS_OK && earlier != NULL)
            status = ss_fail(SS_ERROR_INPUT, "two articles have the id \"%s\"; ids must differ", article->id);
    }
    ss_ids_free(ids);
    return status;
}

static ss_status run(link_job *j)
{
    const ss_matcher *matcher = j->matcher;
    SS_TRY(check_ids(&j->result->articles));
    SS_TRY(ss_pool_new(&j->pool, ss_job_threads(j->job)));
    SS_TRY(note_provenance(j, matcher));
    SS_TRY(sort_and_sketch(j));
    SS_TRY(find_candidates(j));
    ss_result *r = j->result;
    if (r->link_count > 0) qsort(r->link, r->link_count, sizeof *r->link, ss_link_compare);
    SS_TRY(judge_candidates(j));
    if (!j->options.keep_candidates) drop_unlikely(r, j->options.threshold);
    ss_tell_progress(j->job, "events", 0, 0);
    return ss_events_find(r, j->options.threshold);
}

static ss_status complete_options(ss_link_options *options, const ss_link_options *given, const ss_model *model)
{
    *options = given != NULL ? *given : ss_link_options_default();
    if (options->neighbours == 0) options->neighbours = 10;
    if (options->threshold < 0) options->threshold = ss_linker_threshold(&model->linker);
    if (!options->zh_en && !options->zh_zh && !options->en_en) options->zh_en = options->zh_zh = options->en_en = true;
    if (options->neighbours < 0 || options->neighbours > UINT16_MAX || options->window_days < -1 ||
        !(options->threshold <= 1))
        return ss_fail(SS_ERROR_ARGUMENT,
                       "neighbours must lie in 1 .. 65535, the window must be -1 or more, the threshold at most 1");
    return SS_OK;
}

ss_status ss_link_articles(ss_result **out, ss_articles *articles, const ss_model *model,
                           const ss_link_options *options, const ss_job *job)
{
    return ss_link_sketched(out, articles, NULL, model, options, NULL, job);
}

ss_status ss_link_sketched(ss_result **out, ss_articles *articles, ss_sketches *known, const ss_model *model,
                           const ss_link_options *options, ss_checkpoint *checkpoint, const ss_job *job)
{
    *out = NULL;
    link_job j = {.model = model, .known = known, .job = job, .checkpoint = checkpoint};
    SS_TRY(complete_options(&j.options, options, model));
    ss_status status = ss_matcher_find(&j.matcher, j.options.matcher);
    if (status != SS_OK && known != NULL && ss_checkpoint_due(checkpoint, status))
        ss_checkpoint_save_articles(checkpoint, articles, known, NULL);
    SS_TRY(status);
    SS_TRY(ss_result_new(&j.result));
    j.result->dimension = model->dimension;
    j.result->articles = *articles;
    *articles = (ss_articles){0};
    status = run(&j);
    ss_pool_free(j.pool);
    if (status != SS_OK) {
        ss_result_free(j.result);
        return status;
    }
    *out = j.result;
    return SS_OK;
}
