/* Translation retrieval: is the nearest article of the other language the translation? */
#include "evaluate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "match.h"
#include "sketch.h"
#include "status.h"

#define NEIGHBOURHOOD  4  /* neighbours whose mean cosine the margin is taken over */
#define CANDIDATES     32 /* neighbours among which the best margin is looked for */
#define NO_PARTNER     UINT32_MAX
#define PROGRESS_EVERY 64

/* The articles of one language, in the order of their documents. */
typedef struct retrieval_side {
    size_t count;
    const ss_article **article;
    uint32_t *partner; /* row of the translation on the other side, or NO_PARTNER */
    int8_t *vector;
    uint32_t *norm;
    int32_t *day; /* all SS_NO_DAY */
    ss_neighbours near;
    double *crowd; /* mean cosine of the first NEIGHBOURHOOD neighbours */
} retrieval_side;

typedef struct retrieval {
    ss_articles articles;   /* `source` is the document */
    retrieval_side side[2]; /* zh, en */
    size_t pairs;
    double *hit[SS_RETRIEVAL_MEASURES]; /* [pairs] 0 or 1, in the order of the side that asks */
} retrieval;

/* --------------------------------------------------------------- reading */

static ss_status push_article(ss_articles *articles, ss_lang lang, const char *doc, const char *text)
{
    ss_article article = {.lang = lang};
    char **field[] = {&article.id,    &article.url,  &article.source, &article.author,
                      &article.title, &article.text, &article.origin};
    const char *value[] = {doc, "", doc, "", "", text, ""};
    ss_status status = SS_OK;
    for (size_t i = 0; i < sizeof field / sizeof *field && status == SS_OK; i++)
        status = ss_copy_text(field[i], value[i], strlen(value[i]));
    if (status == SS_OK) status = ss_articles_push(articles, &article);
    if (status != SS_OK) ss_article_clear(&article);
    return status;
}

static ss_status take_sentences(void *context, const ss_line *line)
{
    char *field[2], doc[24];
    if (ss_split_tabs(line->text, field, 2) < 2)
        return ss_fail(SS_ERROR_INPUT, "a pair is a Chinese and an English text with a tab between them");
    snprintf(doc, sizeof doc, "%020llu", (unsigned long long)line->number);
    SS_TRY(push_article(context, SS_LANG_ZH, doc, field[0]));
    return push_article(context, SS_LANG_EN, doc, field[1]);
}

static ss_status read_documents(ss_articles *articles, const char *path, const ss_job *job)
{
    static const char *const fields[] = {"source=doc"};
    ss_reader_options options = {.fields = fields, .field_count = 1, .only_given = true};
    ss_reader *reader;
    SS_TRY(ss_reader_open(&reader, &path, 1, &options, job));
    ss_status status = SS_OK;
    for (bool more = true; more && status == SS_OK;) {
        ss_article article = {0};
        status = ss_reader_next(reader, &article, &more);
        if (status == SS_OK && more) status = ss_articles_push(articles, &article);
        if (status != SS_OK) ss_article_clear(&article);
    }
    ss_reader_free(reader);
    return status;
}

static bool is_table(const char *path)
{
    static const char *const endings[] = {".tsv", ".tsv.gz", ".tsv.zst"};
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t ending = strlen(endings[i]);
        if (length > ending && strcmp(path + length - ending, endings[i]) == 0) return true;
    }
    return false;
}

static ss_status read_articles(ss_articles *articles, const char *path, const ss_job *job)
{
    return is_table(path) ? ss_lines_read(path, take_sentences, articles, job) : read_documents(articles, path, job);
}

/* --------------------------------------------------------------- pairing */

static int compare_documents(const void *left, const void *right)
{
    const ss_article *const *a = left, *const *b = right;
    int order = strcmp((*a)->source, (*b)->source);
    if (order != 0) return order;
    if ((*a)->lang != (*b)->lang) return (*a)->lang < (*b)->lang ? -1 : 1;
    return strcmp((*a)->id, (*b)->id);
}

static ss_status allocate_side(retrieval_side *side, size_t rows, size_t dimension)
{
    side->article = calloc(rows + 1, sizeof *side->article);
    side->partner = malloc((rows + 1) * sizeof *side->partner);
    side->vector = malloc(rows * dimension + 1);
    side->norm = malloc((rows + 1) * sizeof *side->norm);
    side->day = malloc((rows + 1) * sizeof *side->day);
    side->crowd = malloc((rows + 1) * sizeof *side->crowd);
    if (side->article == NULL || side->partner == NULL || side->vector == NULL || side->norm == NULL ||
        side->day == NULL || side->crowd == NULL)
        return ss_fail_memory(rows * dimension);
    return SS_OK;
}

static void add_row(retrieval_side *side, const ss_article *article)
{
    side->article[side->count] = article;
    side->partner[side->count] = NO_PARTNER;
    side->day[side->count] = SS_NO_DAY;
    side->count++;
}

/* Takes in the articles of both languages, sorted by document: neighbours in the list that differ in language alone are
 * translations of each other. More than one article of a document and language would leave open which is meant. */
static void pair_up(retrieval *r, const ss_article *const *sorted, size_t count, const ss_job *job)
{
    for (size_t i = 0; i < count; i++) {
        const ss_article *article = sorted[i], *before = i > 0 ? sorted[i - 1] : NULL;
        bool same_document = before != NULL && *article->source != '\0' && strcmp(before->source, article->source) == 0;
        if (same_document && before->lang == article->lang) {
            ss_tell_warning(job, "%s: another %s article of document '%s'; left out", article->origin,
                            ss_lang_name(article->lang), article->source);
            continue;
        }
        retrieval_side *zh = &r->side[0], *en = &r->side[1];
        add_row(article->lang == SS_LANG_ZH ? zh : en, article);
        if (!same_document) continue;
        zh->partner[zh->count - 1] = (uint32_t)(en->count - 1);
        en->partner[en->count - 1] = (uint32_t)(zh->count - 1);
        r->pairs++;
    }
}

static ss_status make_sides(retrieval *r, size_t dimension, const ss_job *job)
{
    const ss_article **sorted = malloc((r->articles.count + 1) * sizeof *sorted);
    if (sorted == NULL) return ss_fail_memory(r->articles.count * sizeof *sorted);
    size_t count = 0, rows[2] = {0, 0};
    for (size_t i = 0; i < r->articles.count; i++) {
        const ss_article *article = &r->articles.item[i];
        if (article->lang == SS_LANG_OTHER) continue;
        rows[article->lang == SS_LANG_EN]++;
        sorted[count++] = article;
    }
    if (count > 1) qsort(sorted, count, sizeof *sorted, compare_documents);
    ss_status status = allocate_side(&r->side[0], rows[0], dimension);
    if (status == SS_OK) status = allocate_side(&r->side[1], rows[1], dimension);
    if (status == SS_OK) pair_up(r, sorted, count, job);
    free(sorted);
    return status;
}

/* ------------------------------------------------------------- comparing */

static ss_status sketch_side(retrieval_side *side, const ss_model *model, const ss_job *job)
{
    ss_sketcher *sketcher;
    SS_TRY(ss_sketcher_new(&sketcher, model));
    ss_status status = SS_OK;
    for (size_t i = 0; i < side->count && status == SS_OK; i++) {
        if (i % PROGRESS_EVERY == 0) {
            status = ss_check_cancelled(job);
            ss_tell_progress(job, "sketched", i, side->count);
        }
        if (status == SS_OK)
            status = ss_sketch_article(sketcher, side->article[i], SS_CHANNEL_WHOLE,
                                       side->vector + i * (size_t)model->dimension, &side->norm[i], NULL);
    }
    ss_sketcher_free(sketcher);
    return status;
}

static double cosine_of(const retrieval_side *own, size_t row, const retrieval_side *other, const ss_neighbour *n)
{
    return ss_cosine(n->dot, own->norm[row], other->norm[n->index]);
}

static void measure_crowds(retrieval_side *own, const retrieval_side *other)
{
    for (size_t row = 0; row < own->count; row++) {
        size_t found = own->near.found[row] < NEIGHBOURHOOD ? own->near.found[row] : NEIGHBOURHOOD;
        double sum = 0;
        for (size_t k = 0; k < found; k++)
            sum += cosine_of(own, row, other, &own->near.item[row * own->near.k + k]);
        own->crowd[row] = found > 0 ? sum / (double)found : 0.0;
    }
}

static ss_status match_sides(retrieval *r, const ss_model *model, const char *name, const ss_job *job)
{
    const ss_matcher *matcher;
    SS_TRY(ss_matcher_find(&matcher, name));
    retrieval_side *zh = &r->side[0], *en = &r->side[1];
    ss_side a = {.count = zh->count, .vector = zh->vector, .norm = zh->norm, .day = zh->day};
    ss_side b = {.count = en->count, .vector = en->vector, .norm = en->norm, .day = en->day};
    ss_match_options options = {.dimension = model->dimension, .k = CANDIDATES, .window_days = -1, .job = job};
    SS_TRY(matcher->nearest(matcher, &zh->near, &en->near, &a, &b, &options));
    measure_crowds(zh, en);
    measure_crowds(en, zh);
    return SS_OK;
}

/* The ratio margin. Where both neighbourhoods point away there is no ratio to speak of. */
static double margin_of(const retrieval_side *own, size_t row, const retrieval_side *other, const ss_neighbour *n)
{
    double around = (own->crowd[row] + other->crowd[n->index]) / 2;
    return around > 0 ? cosine_of(own, row, other, n) / around : 0.0;
}

/* The neighbour of `row` with the best margin; the nearer one of equals. NULL: it has none. */
static const ss_neighbour *best_by_margin(const retrieval_side *own, size_t row, const retrieval_side *other)
{
    const ss_neighbour *near = own->near.item + row * own->near.k, *best = NULL;
    double best_margin = 0;
    for (size_t k = 0; k < own->near.found[row]; k++) {
        double margin = margin_of(own, row, other, &near[k]);
        if (best != NULL && margin <= best_margin) continue;
        best = &near[k];
        best_margin = margin;
    }
    return best;
}

static void note_hits(double *by_cosine, double *by_margin, const retrieval_side *own, const retrieval_side *other)
{
    size_t pair = 0;
    for (size_t row = 0; row < own->count; row++) {
        if (own->partner[row] == NO_PARTNER) continue;
        bool any = own->near.found[row] > 0;
        by_cosine[pair] = any && own->near.item[row * own->near.k].index == own->partner[row];
        by_margin[pair] = any && best_by_margin(own, row, other)->index == own->partner[row];
        pair++;
    }
}

static ss_status measure(const void *context, const uint32_t *times, double *value)
{
    const retrieval *r = context;
    for (int m = 0; m < SS_RETRIEVAL_MEASURES; m++)
        value[m] = ss_mean(r->hit[m], NULL, times, r->pairs);
    return SS_OK;
}

static ss_status score(retrieval *r, ss_retrieval_scores *out, const ss_job *job)
{
    for (int m = 0; m < SS_RETRIEVAL_MEASURES; m++) {
        r->hit[m] = malloc((r->pairs + 1) * sizeof *r->hit[m]);
        if (r->hit[m] == NULL) return ss_fail_memory(r->pairs * sizeof *r->hit[m]);
    }
    const retrieval_side *zh = &r->side[0], *en = &r->side[1];
    note_hits(r->hit[SS_RETRIEVAL_COSINE_ZH_EN], r->hit[SS_RETRIEVAL_MARGIN_ZH_EN], zh, en);
    note_hits(r->hit[SS_RETRIEVAL_COSINE_EN_ZH], r->hit[SS_RETRIEVAL_MARGIN_EN_ZH], en, zh);
    out->pairs = r->pairs;
    return ss_bootstrap(out->measure, SS_RETRIEVAL_MEASURES, r->pairs, measure, r, job);
}

static void clear(retrieval *r)
{
    for (int s = 0; s < 2; s++) {
        retrieval_side *side = &r->side[s];
        free(side->article);
        free(side->partner);
        free(side->vector);
        free(side->norm);
        free(side->day);
        free(side->crowd);
        ss_neighbours_clear(&side->near);
    }
    for (int m = 0; m < SS_RETRIEVAL_MEASURES; m++)
        free(r->hit[m]);
    ss_articles_clear(&r->articles);
}

ss_status ss_evaluate_retrieval(ss_retrieval_scores *out, const char *path, const ss_model *model, const char *matcher,
                                const ss_job *job)
{
    retrieval r = {0};
    ss_status status = read_articles(&r.articles, path, job);
    if (status == SS_OK) status = make_sides(&r, (size_t)model->dimension, job);
    if (status == SS_OK && r.pairs == 0)
        status = ss_fail(SS_ERROR_INPUT, "%s: no two articles, one zh and one en, have the same \"doc\"", path);
    for (int s = 0; s < 2 && status == SS_OK; s++)
        status = sketch_side(&r.side[s], model, job);
    if (status == SS_OK) status = match_sides(&r, model, matcher, job);
    if (status == SS_OK) status = score(&r, out, job);
    clear(&r);
    return status;
}
