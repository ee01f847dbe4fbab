#include "compare.h"

#include <math.h>
#include <stdlib.h>

#include "date.h"
#include "evidence_store.h"
#include "linker.h"
#include "sketch.h"
#include "status.h"
#include "texts.h"

#define BLOCK_LINKS 64                       /* of one task */
#define CHUNK_LINKS (SS_EVIDENCE_WANTED / 2) /* whose evidence is looked at together */

struct ss_comparer {
    const ss_result *result;
    const ss_model *model;
    bool keep_all;
    ss_pool *pool;
    const ss_job *job;
    ss_evidence_store *evidence;

    /* The links that tasks work on now. */
    ss_link *link;
    size_t link_count;
    ss_evidence_want want[2 * CHUNK_LINKS];
};

ss_status ss_comparer_new(ss_comparer **out, const ss_result *result, const ss_model *model, bool keep_all,
                          ss_pool *pool, const ss_job *job)
{
    *out = NULL;
    ss_comparer *c = calloc(1, sizeof *c);
    if (c == NULL) return ss_fail_memory(sizeof *c);
    c->result = result;
    c->model = model;
    c->keep_all = keep_all;
    c->pool = pool;
    c->job = job;
    ss_status status = ss_evidence_store_new(&c->evidence, model, result->articles.item, result->articles.count, pool);
    if (status != SS_OK) {
        free(c);
        return status;
    }
    *out = c;
    return SS_OK;
}

void ss_comparer_free(ss_comparer *comparer)
{
    if (comparer == NULL) return;
    ss_evidence_store_free(comparer->evidence);
    free(comparer);
}

static ss_lang language(const ss_comparer *c, uint32_t row)
{
    return (ss_lang)c->result->articles.item[row].lang;
}

/* The links of one task. */
static ss_link *block_of_links(const ss_comparer *c, size_t index, size_t *count)
{
    size_t first = index * BLOCK_LINKS, left = c->link_count - first;
    *count = left < BLOCK_LINKS ? left : BLOCK_LINKS;
    return c->link + first;
}

static ss_status run_blocks(ss_comparer *c, ss_task task)
{
    return ss_pool_run(c->pool, (c->link_count + BLOCK_LINKS - 1) / BLOCK_LINKS, task, c);
}

/* ---------------------------------------------------------------- cosines */

/* Of one channel of a with one of b. */
static float cosine_of(const ss_result *r, ss_channel channel_a, ss_channel channel_b, const ss_link *link)
{
    size_t d = (size_t)r->dimension;
    uint32_t norm_a = r->norm[channel_a][link->a], norm_b = r->norm[channel_b][link->b];
    if (norm_a == 0 || norm_b == 0) return NAN;
    return (float)ss_sketch_cosine(r->vector[channel_a] + link->a * d, norm_a, r->vector[channel_b] + link->b * d,
                                   norm_b, r->dimension);
}

static void measure_cosines(const ss_result *r, ss_link *link)
{
    const ss_article *a = &r->articles.item[link->a], *b = &r->articles.item[link->b];
    link->title_cosine = cosine_of(r, SS_CHANNEL_TITLE, SS_CHANNEL_TITLE, link);
    link->lead_cosine = cosine_of(r, SS_CHANNEL_LEAD, SS_CHANNEL_LEAD, link);
    link->title_lead_cosine = cosine_of(r, SS_CHANNEL_TITLE, SS_CHANNEL_LEAD, link);
    link->lead_title_cosine = cosine_of(r, SS_CHANNEL_LEAD, SS_CHANNEL_TITLE, link);
    float shorter = (float)r->ngrams[link->a], longer = (float)r->ngrams[link->b];
    link->length_ratio = fminf(shorter, longer) / fmaxf(fmaxf(shorter, longer), 1.0f);
    link->days_later = SS_DAYS_UNKNOWN;
    if (a->published.precision != SS_DATE_NONE && b->published.precision != SS_DATE_NONE)
        link->days_later = ss_date_day(b->published) - ss_date_day(a->published);
    link->shared_terms = link->covered_a = link->covered_b = NAN;
    link->shared_names = link->shared_words = link->in_common_a = link->in_common_b = link->shared_bits = NAN;
    link->said_bits = NAN;
    link->shared_numbers = link->conflicting_numbers = link->copied = NAN;
}

static ss_status measure_block(void *context, size_t index, int thread)
{
    (void)thread;
    const ss_comparer *c = context;
    size_t count;
    ss_link *link = block_of_links(c, index, &count);
    for (size_t i = 0; i < count; i++) {
        measure_cosines(c->result, &link[i]);
        if (ss_linker_worth_a_look(&link[i], language(c, link[i].a), language(c, link[i].b)))
            link[i].shared_terms = 0; /* not NAN: evidence is to be looked at */
    }
    return SS_OK;
}

/* --------------------------------------------------------------- evidence */

static bool may_be_copies(const ss_comparer *c, const ss_link *link)
{
    return language(c, link->a) == language(c, link->b) && (double)link->cosine >= SS_COPY_COSINE;
}

static ss_status compare_block(void *context, size_t index, int thread)
{
    (void)thread;
    const ss_comparer *c = context;
    size_t count;
    ss_link *link = block_of_links(c, index, &count);
    ss_evidence_store_compare(c->evidence, link, count);
    for (size_t i = 0; i < count; i++) {
        if (!may_be_copies(c, &link[i])) continue;
        link[i].copied = ss_shingles_shared(&ss_evidence_store_get(c->evidence, link[i].a)->shingles,
                                            &ss_evidence_store_get(c->evidence, link[i].b)->shingles);
    }
    ss_linker_judge_alone(&c->model->linker, link, count, c->result->articles.item);
    return SS_OK;
}

/* Evidence of the articles first, then of the pairs. */
static ss_status compare_chunk(ss_comparer *c)
{
    size_t wanted = 0;
    for (size_t i = 0; i < c->link_count; i++) {
        const ss_link *link = &c->link[i];
        bool copies = may_be_copies(c, link);
        if (isnan(link->shared_terms) && !copies) continue;
        c->want[wanted++] = (ss_evidence_want){link->a, copies};
        c->want[wanted++] = (ss_evidence_want){link->b, copies};
    }
    SS_TRY(ss_evidence_store_fill(c->evidence, c->want, wanted));
    ss_texts_release(c->result->articles.texts);
    return run_blocks(c, compare_block);
}

/* ------------------------------------------------------------------- sift */

static size_t drop(ss_link *link, size_t count, bool (*unwanted)(const ss_link *link))
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!unwanted(&link[i])) link[kept++] = link[i];
    return kept;
}

static bool has_no_evidence(const ss_link *link)
{
    return isnan(link->shared_terms);
}

static bool is_unlikely(const ss_link *link)
{
    return ss_pair_is_unlikely(link);
}

ss_status ss_comparer_sift(ss_comparer *c, ss_link *link, size_t *count)
{
    c->link = link;
    c->link_count = *count;
    SS_TRY(run_blocks(c, measure_block));
    if (!c->keep_all) *count = drop(link, *count, has_no_evidence);
    for (size_t first = 0; first < *count; first += CHUNK_LINKS) {
        SS_TRY(ss_check_cancelled(c->job));
        c->link = link + first;
        c->link_count = *count - first < CHUNK_LINKS ? *count - first : CHUNK_LINKS;
        SS_TRY(compare_chunk(c));
    }
    if (!c->keep_all) *count = drop(link, *count, is_unlikely);
    return SS_OK;
}
