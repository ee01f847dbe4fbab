/* Links and events against gold pairs. */
#include "evaluate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gold.h"
#include "neighbourhood.h"
#include "result.h"
#include "status.h"

#define SEVERAL_EVENTS (-2)
#define NOT_ASKED      UINT32_MAX
#define FIRST_FEW      5

/* A gold pair whose label is sure and whose articles are there, by rows of the result. */
typedef struct judged {
    uint32_t zh, en;
    int64_t event;
    ss_label label;
} judged;

/* The articles of one language that have a partner in the other: is one among the nearest? */
typedef struct asked {
    size_t count;
    uint32_t *number;    /* [articles] of the result: which of those asked about, or NOT_ASKED */
    uint32_t *unit;      /* [count] */
    double *at_1, *at_5; /* [count] 0 or 1 */
} asked;

/* Articles of numbered events. */
typedef struct clustered {
    size_t count;
    uint32_t *unit;
    int64_t *found, *truth;
    double *precision, *recall;
} clustered;

typedef struct links {
    const ss_result *result;
    ss_score score;
    double threshold;
    judged *pair; /* sorted by zh, then en */
    size_t pair_count;
    uint32_t *group; /* [articles] union-find: articles that report the same, by the gold pairs, have one root */
    uint32_t *unit;  /* [articles] number of the group; only of groups with a Chinese article in a gold pair */
    size_t unit_count;
    ss_scored *scored; /* [pair_count] best first */
    ss_scored *close;  /* the same and related ones among them */
    size_t close_count;
    asked asked[2]; /* zh to en, en to zh */
    clustered clustered;
} links;

/* ------------------------------------------------------------ gold pairs */

static int compare_judged(const void *left, const void *right)
{
    const judged *a = left, *b = right;
    if (a->zh != b->zh) return a->zh < b->zh ? -1 : 1;
    return (a->en > b->en) - (a->en < b->en);
}

/* Pairs of one language are passed over: what is measured here is linking across languages. */
static ss_status take_pairs(links *l, const ss_verdicts *verdicts, const char *path, const ss_job *job)
{
    const ss_article *article = l->result->articles.item;
    l->pair = malloc((verdicts->count + 1) * sizeof *l->pair);
    if (l->pair == NULL) return ss_fail_memory(verdicts->count * sizeof *l->pair);
    for (size_t i = 0; i < verdicts->count; i++) {
        const ss_judged *pair = &verdicts->pair[i];
        if (article[pair->a].lang == SS_LANG_ZH && article[pair->b].lang == SS_LANG_EN)
            l->pair[l->pair_count++] = (judged){pair->a, pair->b, pair->event, pair->label};
    }
    if (l->pair_count < verdicts->count)
        ss_tell_warning(job, "%s: %zu pair%s left out: not of a Chinese and an English article", path,
                        verdicts->count - l->pair_count, ss_plural(verdicts->count - l->pair_count, "s"));
    if (l->pair_count == 0)
        return ss_fail(SS_ERROR_INPUT,
                       "%s: no pair left to score: %zu name articles that are not there, %zu are borderline", path,
                       verdicts->missing, verdicts->borderline);
    qsort(l->pair, l->pair_count, sizeof *l->pair, compare_judged);
    return SS_OK;
}

static ss_status find_pairs(links *l, ss_links_scores *out, const ss_gold *gold, const char *path, const ss_job *job)
{
    ss_verdicts verdicts;
    SS_TRY(ss_gold_find(&verdicts, gold, l->result, path, job));
    ss_status status = take_pairs(l, &verdicts, path, job);
    out->count = l->pair_count;
    out->borderline = verdicts.borderline;
    out->missing = verdicts.missing;
    ss_verdicts_clear(&verdicts);
    return status;
}

static bool report_the_same(const judged *pair)
{
    return pair->label == SS_LABEL_SAME;
}

static uint32_t root_of(uint32_t *group, uint32_t row)
{
    while (group[row] != row)
        row = group[row] = group[group[row]];
    return row;
}

/* Units are what is drawn as a whole: the events of the gold pairs, each with all pairs of its Chinese articles. */
static ss_status group_articles(links *l)
{
    size_t articles = l->result->articles.count;
    l->group = malloc((articles + 1) * sizeof *l->group);
    l->unit = malloc((articles + 1) * sizeof *l->unit);
    uint32_t *number = malloc((articles + 1) * sizeof *number);
    if (l->group == NULL || l->unit == NULL || number == NULL) {
        free(number);
        return ss_fail_memory(3 * articles * sizeof *number);
    }
    for (size_t i = 0; i < articles; i++) {
        l->group[i] = (uint32_t)i;
        number[i] = UINT32_MAX;
    }
    for (size_t i = 0; i < l->pair_count; i++) {
        const judged *pair = &l->pair[i];
        if (report_the_same(pair) || pair->event != SS_NO_EVENT)
            l->group[root_of(l->group, pair->zh)] = root_of(l->group, pair->en);
    }
    for (size_t i = 0; i < l->pair_count; i++) {
        uint32_t root = root_of(l->group, l->pair[i].zh);
        if (number[root] == UINT32_MAX) number[root] = (uint32_t)l->unit_count++;
    }
    for (size_t i = 0; i < articles; i++)
        l->unit[i] = number[root_of(l->group, (uint32_t)i)];
    free(number);
    return SS_OK;
}

/* --------------------------------------------------------------- scoring */

static double score_of(const links *l, const judged *pair)
{
    double cosine = ss_result_cosine(l->result, SS_CHANNEL_WHOLE, pair->zh, pair->en);
    if (l->score == SS_SCORE_COSINE) return cosine;
    const ss_link *link = ss_result_find_link(l->result, pair->zh, pair->en);
    return link != NULL ? (double)link->probability : cosine - 2; /* -3 .. -1: below every probability */
}

static ss_status score_pairs(links *l)
{
    l->scored = malloc((l->pair_count + 1) * sizeof *l->scored);
    l->close = malloc((l->pair_count + 1) * sizeof *l->close);
    if (l->scored == NULL || l->close == NULL) return ss_fail_memory(2 * l->pair_count * sizeof *l->scored);
    for (size_t i = 0; i < l->pair_count; i++) {
        const judged *pair = &l->pair[i];
        ss_scored scored = {score_of(l, pair), l->unit[pair->zh], report_the_same(pair)};
        l->scored[i] = scored;
        if (pair->label != SS_LABEL_DIFFERENT) l->close[l->close_count++] = scored;
    }
    SS_TRY(ss_scored_sort(l->scored, l->pair_count));
    return ss_scored_sort(l->close, l->close_count);
}

/* ---------------------------------------------------------------- recall */

/* A neighbour of an article that is asked about. */
typedef struct near_one {
    uint32_t own, other; /* rows of the result */
    double score, cosine;
} near_one;

typedef struct near_list {
    near_one *item;
    size_t count, capacity;
} near_list;

static ss_status add_near(near_list *list, near_one one)
{
    SS_TRY(ss_grow((void **)&list->item, &list->capacity, list->count + 1, sizeof *list->item));
    list->item[list->count++] = one;
    return SS_OK;
}

/* By article, and of one article best first; ties as in the matcher. */
static int compare_near(const void *left, const void *right)
{
    const near_one *a = left, *b = right;
    if (a->own != b->own) return a->own < b->own ? -1 : 1;
    if (a->score != b->score) return a->score > b->score ? -1 : 1;
    if (a->cosine != b->cosine) return a->cosine > b->cosine ? -1 : 1;
    return (a->other > b->other) - (a->other < b->other);
}

static ss_status ask(links *l, int direction)
{
    asked *q = &l->asked[direction];
    size_t articles = l->result->articles.count;
    q->number = malloc((articles + 1) * sizeof *q->number);
    q->unit = malloc((l->pair_count + 1) * sizeof *q->unit);
    q->at_1 = calloc(l->pair_count + 1, sizeof *q->at_1);
    q->at_5 = calloc(l->pair_count + 1, sizeof *q->at_5);
    if (q->number == NULL || q->unit == NULL || q->at_1 == NULL || q->at_5 == NULL)
        return ss_fail_memory(articles * sizeof *q->number + 2 * l->pair_count * sizeof *q->at_1);
    for (size_t i = 0; i < articles; i++)
        q->number[i] = NOT_ASKED;
    for (size_t i = 0; i < l->pair_count; i++) {
        uint32_t row = direction == 0 ? l->pair[i].zh : l->pair[i].en;
        if (!report_the_same(&l->pair[i]) || q->number[row] != NOT_ASKED) continue;
        q->unit[q->count] = l->unit[row];
        q->number[row] = (uint32_t)q->count++;
    }
    return SS_OK;
}

/* The candidates of the job, by probability. */
static ss_status gather_candidates(const links *l, near_list *list, int direction)
{
    const ss_article *article = l->result->articles.item;
    for (size_t i = 0; i < l->result->link_count; i++) {
        const ss_link *link = &l->result->link[i];
        if (article[link->a].lang == article[link->b].lang) continue;
        uint32_t own = direction == 0 ? link->a : link->b, other = direction == 0 ? link->b : link->a;
        if (l->asked[direction].number[own] == NOT_ASKED) continue;
        SS_TRY(add_near(list, (near_one){own, other, (double)link->probability, (double)link->cosine}));
    }
    return SS_OK;
}

static ss_status take_neighbours(const asked *q, near_list *list, const ss_neighbours *near,
                                 const ss_language_side *own, const ss_language_side *other)
{
    for (size_t row = 0; row < near->count; row++) {
        if (q->number[own->article[row]] == NOT_ASKED) continue;
        for (size_t k = 0; k < near->found[row]; k++) {
            const ss_neighbour *n = &near->item[row * near->k + k];
            double cosine = ss_cosine(n->dot, own->norm[row], other->norm[n->index]);
            SS_TRY(add_near(list, (near_one){own->article[row], other->article[n->index], cosine, cosine}));
        }
    }
    return SS_OK;
}

/* The nearest of the window, by cosine. */
static ss_status gather_nearest(const links *l, near_list list[2], const ss_link_options *options, const ss_job *job)
{
    const ss_matcher *matcher;
    ss_language_side zh, en;
    ss_neighbours zh_to_en = {0}, en_to_zh = {0};
    SS_TRY(ss_matcher_find(&matcher, options->matcher));
    SS_TRY(ss_language_side_take(&zh, l->result, SS_LANG_ZH));
    ss_status status = ss_language_side_take(&en, l->result, SS_LANG_EN);
    ss_match_options match = {
        .dimension = l->result->dimension, .k = FIRST_FEW, .window_days = options->window_days, .job = job};
    if (status == SS_OK) status = matcher->nearest(matcher, &zh_to_en, &en_to_zh, &zh.side, &en.side, &match);
    if (status == SS_OK) status = take_neighbours(&l->asked[0], &list[0], &zh_to_en, &zh, &en);
    if (status == SS_OK) status = take_neighbours(&l->asked[1], &list[1], &en_to_zh, &en, &zh);
    ss_neighbours_clear(&zh_to_en);
    ss_neighbours_clear(&en_to_zh);
    ss_language_side_clear(&zh);
    ss_language_side_clear(&en);
    return status;
}

static void note_hits(links *l, const near_list *list, int direction)
{
    asked *q = &l->asked[direction];
    for (size_t i = 0, place = 0; i < list->count; i++) {
        const near_one *one = &list->item[i];
        place = i > 0 && list->item[i - 1].own == one->own ? place + 1 : 0;
        if (place >= FIRST_FEW) continue;
        judged key = {.zh = direction == 0 ? one->own : one->other, .en = direction == 0 ? one->other : one->own};
        const judged *pair = bsearch(&key, l->pair, l->pair_count, sizeof key, compare_judged);
        if (pair == NULL || !report_the_same(pair)) continue;
        q->at_5[q->number[one->own]] = 1;
        if (place == 0) q->at_1[q->number[one->own]] = 1;
    }
}

static ss_status find_partners(links *l, const ss_link_options *options, const ss_job *job)
{
    near_list list[2] = {0};
    ss_status status = ask(l, 0);
    if (status == SS_OK) status = ask(l, 1);
    if (status == SS_OK && l->score == SS_SCORE_COSINE) status = gather_nearest(l, list, options, job);
    for (int direction = 0; direction < 2 && status == SS_OK; direction++) {
        if (l->score == SS_SCORE_PROBABILITY) status = gather_candidates(l, &list[direction], direction);
        if (status != SS_OK) break;
        if (list[direction].count > 1)
            qsort(list[direction].item, list[direction].count, sizeof *list[direction].item, compare_near);
        note_hits(l, &list[direction], direction);
    }
    free(list[0].item);
    free(list[1].item);
    return status;
}

/* ---------------------------------------------------------------- events */

static void name_event(int64_t *truth, uint32_t row, int64_t event)
{
    truth[row] = truth[row] == SS_NO_EVENT || truth[row] == event ? event : SEVERAL_EVENTS;
}

/* An article of several events, such as a digest of the day, has no place in a partition and is left out. */
static void place_articles(links *l, const int64_t *truth)
{
    clustered *c = &l->clustered;
    for (size_t row = 0; row < l->result->articles.count; row++) {
        if (truth[row] < 0) continue;
        int64_t event = l->result->event_of[row];
        c->truth[c->count] = truth[row];
        c->found[c->count] = event >= 0 ? event : -1 - (int64_t)row; /* in no event: in one of its own */
        c->unit[c->count] = l->unit[row];
        c->count++;
    }
}

static ss_status compare_events(links *l)
{
    clustered *c = &l->clustered;
    size_t articles = l->result->articles.count, most = 2 * l->pair_count;
    int64_t *truth = malloc((articles + 1) * sizeof *truth);
    c->unit = malloc((most + 1) * sizeof *c->unit);
    c->found = malloc((most + 1) * sizeof *c->found);
    c->truth = malloc((most + 1) * sizeof *c->truth);
    c->precision = malloc((most + 1) * sizeof *c->precision);
    c->recall = malloc((most + 1) * sizeof *c->recall);
    if (truth == NULL || c->unit == NULL || c->found == NULL || c->truth == NULL || c->precision == NULL ||
        c->recall == NULL) {
        free(truth);
        return ss_fail_memory((articles + 5 * most) * sizeof *truth);
    }
    for (size_t i = 0; i < articles; i++)
        truth[i] = SS_NO_EVENT;
    for (size_t i = 0; i < l->pair_count; i++) {
        const judged *pair = &l->pair[i];
        if (pair->event == SS_NO_EVENT) continue;
        name_event(truth, pair->zh, pair->event);
        name_event(truth, pair->en, pair->event);
    }
    place_articles(l, truth);
    free(truth);
    return ss_b_cubed(c->precision, c->recall, c->found, c->truth, c->count);
}

/* ------------------------------------------------------------- the whole */

static ss_status measure(const void *context, const uint32_t *times, double *value)
{
    const links *l = context;
    const asked *zh = &l->asked[0], *en = &l->asked[1];
    const clustered *c = &l->clustered;
    bool probability = l->score == SS_SCORE_PROBABILITY;
    value[SS_LINKS_AP] = ss_average_precision(l->scored, times, l->pair_count);
    value[SS_LINKS_BEST_F1] = ss_best_f1(l->scored, times, l->pair_count);
    value[SS_LINKS_F1] = probability ? ss_f1_at(l->scored, times, l->pair_count, l->threshold) : (double)NAN;
    value[SS_LINKS_AP_SAME_RELATED] = ss_average_precision(l->close, times, l->close_count);
    value[SS_LINKS_RECALL_ZH_EN_AT_1] = ss_mean(zh->at_1, zh->unit, times, zh->count);
    value[SS_LINKS_RECALL_ZH_EN_AT_5] = ss_mean(zh->at_5, zh->unit, times, zh->count);
    value[SS_LINKS_RECALL_EN_ZH_AT_1] = ss_mean(en->at_1, en->unit, times, en->count);
    value[SS_LINKS_RECALL_EN_ZH_AT_5] = ss_mean(en->at_5, en->unit, times, en->count);
    value[SS_LINKS_B3_F1] =
        ss_f1(ss_mean(c->precision, c->unit, times, c->count), ss_mean(c->recall, c->unit, times, c->count));
    return SS_OK;
}

static void clear(links *l)
{
    free(l->pair);
    free(l->group);
    free(l->unit);
    free(l->scored);
    free(l->close);
    for (int direction = 0; direction < 2; direction++) {
        free(l->asked[direction].number);
        free(l->asked[direction].unit);
        free(l->asked[direction].at_1);
        free(l->asked[direction].at_5);
    }
    free(l->clustered.unit);
    free(l->clustered.found);
    free(l->clustered.truth);
    free(l->clustered.precision);
    free(l->clustered.recall);
}

static ss_status evaluate(links *l, ss_links_scores *out, const ss_gold *gold, const char *path,
                          const ss_link_options *options, const ss_job *job)
{
    SS_TRY(find_pairs(l, out, gold, path, job));
    SS_TRY(group_articles(l));
    SS_TRY(score_pairs(l));
    SS_TRY(find_partners(l, options, job));
    SS_TRY(compare_events(l));
    return ss_bootstrap(out->measure, SS_LINKS_MEASURES, l->unit_count, measure, l, job);
}

ss_status ss_evaluate_links(ss_links_scores *out, ss_articles *articles, const char *gold_path, ss_score score,
                            const ss_model *model, const ss_link_options *options, const ss_job *job)
{
    ss_link_options complete = options != NULL ? *options : ss_link_options_default();
    complete.keep_candidates = true; /* pairs below the threshold are to be scored too */
    complete.keep_repeats = true;    /* labels name them */
    *out = (ss_links_scores){0};
    ss_gold gold = {0};
    ss_result *result = NULL;
    ss_status status = ss_gold_read(&gold, gold_path, job);
    if (status == SS_OK) status = ss_link_articles(&result, articles, model, &complete, job);
    if (status == SS_OK) {
        links l = {.result = result, .score = score, .threshold = result->provenance.threshold};
        status = evaluate(&l, out, &gold, gold_path, &complete, job);
        clear(&l);
    }
    ss_result_free(result);
    ss_gold_clear(&gold);
    return status;
}
