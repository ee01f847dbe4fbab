#include "neighbourhood.h"

#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "linker.h"
#include "match_slabs.h"
#include "sizes.h"
#include "status.h"

/* Articles whose pairs are compared before the next ones are made: few pairs stay, and memory is for these. */
#define BLOCK_ARTICLES    2048
#define ARTICLES_A_SECOND 3000.0 /* whose pairs are compared, about: for checkpoints */

ss_status ss_language_side_take(ss_language_side *side, const ss_result *result, ss_lang lang)
{
    *side = (ss_language_side){.lang = lang};
    size_t d = (size_t)result->dimension, count = 0;
    for (size_t i = 0; i < result->articles.count; i++)
        count += result->articles.item[i].lang == lang;
    side->article = malloc((count + 1) * sizeof *side->article);
    side->vector = malloc(count * d + 1);
    side->norm = malloc((count + 1) * sizeof *side->norm);
    side->day = malloc((count + 1) * sizeof *side->day);
    if (side->article == NULL || side->vector == NULL || side->norm == NULL || side->day == NULL) {
        ss_language_side_clear(side);
        return ss_fail_memory(count * d);
    }
    size_t n = 0;
    for (size_t i = 0; i < result->articles.count; i++) {
        if (result->articles.item[i].lang != lang) continue;
        side->article[n] = (uint32_t)i;
        side->norm[n] = result->norm[SS_CHANNEL_WHOLE][i];
        side->day[n] = ss_date_day(result->articles.item[i].published);
        memcpy(side->vector + n * d, result->vector[SS_CHANNEL_WHOLE] + i * d, d);
        n++;
    }
    side->side = (ss_side){.count = n, .vector = side->vector, .norm = side->norm, .day = side->day};
    return SS_OK;
}

void ss_language_side_clear(ss_language_side *side)
{
    free(side->article);
    free(side->vector);
    free(side->norm);
    free(side->day);
    *side = (ss_language_side){0};
}

void ss_language_side_drop_vectors(ss_language_side *side)
{
    free(side->vector);
    side->vector = NULL;
    side->side.vector = NULL;
}

/* Mean cosine of a row's neighbours. A short list is filled up with background: among five articles, all of one event,
 * the neighbours that are there tell nothing of how crowded the neighbourhood is. */
static double crowd(const ss_neighbours *list, const ss_side *own, const ss_side *other, size_t row, double background)
{
    double sum = background * (double)(list->k - list->found[row]);
    for (size_t k = 0; k < list->found[row]; k++) {
        const ss_neighbour *n = &list->item[row * list->k + k];
        sum += ss_cosine(n->dot, own->norm[row], other->norm[n->index]);
    }
    return sum / (double)list->k;
}

/* Place of `index` in a row's list, from 1; 0 if it is not in it. */
static uint16_t rank_of(const ss_neighbours *list, size_t row, uint32_t index)
{
    for (size_t k = 0; k < list->found[row]; k++)
        if (list->item[row * list->k + k].index == index) return (uint16_t)(k + 1);
    return 0;
}

/* How much nearer a row's neighbour of this cosine is than the best of the others; the background stands for one that is
 * missing. */
static double gap(const ss_neighbours *list, const ss_side *own, const ss_side *other, size_t row, uint32_t neighbour,
                  double cosine, double background)
{
    for (size_t k = 0; k < list->found[row]; k++) {
        const ss_neighbour *n = &list->item[row * list->k + k];
        if (n->index != neighbour) return cosine - ss_cosine(n->dot, own->norm[row], other->norm[n->index]);
    }
    return cosine - background;
}

/* Two languages, or one twice, and who is among whose nearest. */
typedef struct crossing {
    const ss_language_side *a, *b;
    ss_neighbours a_to_b, b_to_a;           /* b_to_a stays empty within one language */
    const ss_neighbours *a_lists, *b_lists; /* the same list within one language */
    double *crowd_a, *crowd_b;
    double background; /* cosine */
    size_t next[2];    /* row of a, and of b, whose pairs come next */
} crossing;

static void clear_crossing(crossing *x)
{
    if (x->crowd_b != x->crowd_a) free(x->crowd_b);
    free(x->crowd_a);
    ss_neighbours_clear(&x->a_to_b);
    ss_neighbours_clear(&x->b_to_a);
}

static ss_status measure_crowds(crossing *x)
{
    bool self = x->a == x->b;
    x->crowd_a = malloc((x->a_lists->count + 1) * sizeof *x->crowd_a);
    x->crowd_b = self ? x->crowd_a : malloc((x->b_lists->count + 1) * sizeof *x->crowd_b);
    if (x->crowd_a == NULL || x->crowd_b == NULL) return ss_fail_memory(x->a_lists->count * sizeof *x->crowd_a);
    for (size_t row = 0; row < x->a_lists->count; row++)
        x->crowd_a[row] = crowd(x->a_lists, &x->a->side, &x->b->side, row, x->background);
    for (size_t row = 0; !self && row < x->b_lists->count; row++)
        x->crowd_b[row] = crowd(x->b_lists, &x->b->side, &x->a->side, row, x->background);
    return SS_OK;
}

static void begin_crossing(crossing *x, const ss_language_side *a, const ss_language_side *b)
{
    *x = (crossing){.a = a, .b = b, .background = ss_background_cosine(a->lang, b->lang)};
    x->a_lists = &x->a_to_b;
    x->b_lists = a == b ? &x->a_to_b : &x->b_to_a;
}

static ss_link make_link(const crossing *x, uint32_t a, uint32_t b, int32_t dot, uint16_t rank_ab, uint16_t rank_ba)
{
    double cosine = ss_cosine(dot, x->a->norm[a], x->b->norm[b]);
    double around = (x->crowd_a[a] + x->crowd_b[b]) / 2;
    return (ss_link){.a = x->a->article[a],
                     .b = x->b->article[b],
                     .cosine = (float)cosine,
                     .margin = around > 0 ? (float)(cosine / around) : 0.0f,
                     .gap_ab = (float)gap(x->a_lists, &x->a->side, &x->b->side, a, b, cosine, x->background),
                     .gap_ba = (float)gap(x->b_lists, &x->b->side, &x->a->side, b, a, cosine, x->background),
                     .rank_ab = rank_ab,
                     .rank_ba = rank_ba,
                     .mutual = rank_ab == 1 && rank_ba == 1};
}

/* ------------------------------------------------------------------ pairs */

typedef struct gathering {
    ss_result *result;
    size_t capacity; /* of result->link */
    size_t sifted;   /* links before this one have been */
    ss_comparer *comparer;
    ss_language_side zh, en;
    crossing crossing[SS_CROSSINGS];
    size_t crossing_count;
    ss_checkpoint *checkpoint; /* NULL: none */
    ss_matching matching[SS_CROSSINGS];
    size_t linked; /* articles before this one have all their links */
    const ss_job *job;
} gathering;

/* Hands over the pairs made since the last time. */
static ss_status sift(gathering *g)
{
    ss_result *r = g->result;
    size_t count = r->link_count - g->sifted;
    if (count == 0) return SS_OK;
    SS_TRY(ss_comparer_sift(g->comparer, r->link + g->sifted, &count));
    r->link_count = g->sifted += count;
    return SS_OK;
}

static ss_status add_link(gathering *g, ss_link link)
{
    ss_result *r = g->result;
    SS_TRY(ss_grow((void **)&r->link, &g->capacity, r->link_count + 1, sizeof *r->link));
    r->link[r->link_count++] = link;
    return SS_OK;
}

/* The pairs that one row names; direction 0: a row of a, 1: a row of b. */
static ss_status add_pairs_of(gathering *g, const crossing *x, int direction, size_t row)
{
    bool self = x->a == x->b;
    const ss_neighbours *list = direction == 0 ? x->a_lists : x->b_lists;
    const ss_neighbours *back = direction == 0 ? x->b_lists : x->a_lists;
    for (size_t k = 0; k < list->found[row]; k++) {
        const ss_neighbour *n = &list->item[row * list->k + k];
        uint16_t forth_rank = (uint16_t)(k + 1), back_rank = rank_of(back, n->index, (uint32_t)row);
        /* Named by both: taken in the first direction, or within one language from the lower row. */
        if (back_rank > 0 && (direction == 1 || (self && n->index < row))) continue;
        uint32_t a = direction == 0 ? (uint32_t)row : n->index, b = direction == 0 ? n->index : (uint32_t)row;
        uint16_t rank_ab = direction == 0 ? forth_rank : 0, rank_ba = direction == 0 ? back_rank : forth_rank;
        if (self && a > b) {
            uint32_t kept = a;
            a = b;
            b = kept;
            rank_ba = rank_ab;
            rank_ab = 0;
        }
        SS_TRY(add_link(g, make_link(x, a, b, n->dot, rank_ab, rank_ba)));
    }
    return SS_OK;
}

/* The pairs that articles before `end` name and that have not been made yet. */
static ss_status add_pairs_before(gathering *g, size_t end)
{
    for (size_t i = 0; i < g->crossing_count; i++) {
        crossing *x = &g->crossing[i];
        for (int direction = 0; direction < (x->a == x->b ? 1 : 2); direction++) {
            const ss_language_side *side = direction == 0 ? x->a : x->b;
            size_t *row = &x->next[direction];
            for (; *row < side->side.count && side->article[*row] < end; ++*row)
                SS_TRY(add_pairs_of(g, x, direction, *row));
        }
    }
    return sift(g);
}

/* --------------------------------------------------------------- matching */

static ss_status match_at_once(gathering *g, const ss_matcher *matcher, ss_match_options match)
{
    ss_job own = *match.job;
    match.job = &own;
    for (size_t i = 0; i < g->crossing_count; i++) {
        crossing *x = &g->crossing[i];
        match.self = x->a == x->b;
        SS_TRY(matcher->nearest(matcher, &x->a_to_b, match.self ? NULL : &x->b_to_a, &x->a->side, &x->b->side, &match));
        size_t kept = (x->a_to_b.count + x->b_to_a.count) * (match.k * sizeof(ss_neighbour) + sizeof(uint32_t));
        own.memory -= kept < own.memory ? kept : own.memory - 1;
    }
    return SS_OK;
}

static void note_change(ss_range *changed, ss_range rows)
{
    if (rows.begin >= rows.end) return;
    bool none = changed->begin >= changed->end;
    *changed =
        (ss_range){none ? rows.begin : ss_smaller(changed->begin, rows.begin), ss_larger(changed->end, rows.end)};
}

/* Which crossing is matched now. */
typedef struct slab_user {
    gathering *g;
    ss_matching *matching;
} slab_user;

static void finish_slab(void *user, const ss_slab *slab)
{
    gathering *g = ((slab_user *)user)->g;
    ss_matching *m = ((slab_user *)user)->matching;
    int side_of_b = m->list[1] != NULL ? 1 : 0;
    m->rows = slab->rows.end;
    note_change(&m->changed[0][0], slab->rows);
    note_change(&m->changed[side_of_b][0], slab->columns);
    note_change(&m->changed[side_of_b][1], slab->undated);
    if (ss_checkpoint_due(g->checkpoint, SS_OK))
        ss_checkpoint_save_candidates(g->checkpoint, g->matching, g->result, 0);
}

/* In slabs, between which the lists can be saved; beginning with those of an earlier run. */
static ss_status match_in_slabs(gathering *g, const ss_matcher *matcher, ss_match_options match)
{
    ss_job own = *match.job;
    match.job = &own;
    size_t bytes = own.memory;
    for (size_t i = 0; i < g->crossing_count; i++) {
        crossing *x = &g->crossing[i];
        ss_neighbours *b_to_a = x->a == x->b ? NULL : &x->b_to_a;
        match.self = b_to_a == NULL;
        SS_TRY(ss_neighbours_new(&x->a_to_b, b_to_a, &x->a->side, &x->b->side, &match, &bytes));
        own.memory = ss_larger(bytes, 1);
        g->matching[i] = (ss_matching){
            .used = true, .list = {&x->a_to_b, b_to_a}, .other_count = {x->b->side.count, x->a->side.count}};
    }
    SS_TRY(ss_checkpoint_load_candidates(g->checkpoint, g->matching, g->result, &g->capacity, &g->linked));
    g->sifted = g->result->link_count;
    for (size_t i = 0; i < g->crossing_count; i++) {
        crossing *x = &g->crossing[i];
        slab_user user = {g, &g->matching[i]};
        const ss_slab_options slabs = {ss_checkpoint_step(g->checkpoint), finish_slab, &user};
        match.self = x->a == x->b;
        ss_status status = ss_match_in_slabs(matcher, &x->a_to_b, &x->b_to_a, &x->a->side, &x->b->side, &match, bytes,
                                             g->matching[i].rows, &slabs);
        if (status != SS_OK && ss_checkpoint_due(g->checkpoint, status))
            ss_checkpoint_save_candidates(g->checkpoint, g->matching, g->result, 0);
        SS_TRY(status);
    }
    return SS_OK;
}

static ss_status match_languages(gathering *g, const ss_matcher *matcher, const ss_link_options *options,
                                 const ss_job *job)
{
    ss_job own = job != NULL ? *job : (ss_job){0};
    own.memory = ss_job_memory(job);
    const ss_match_options match = {.dimension = g->result->dimension,
                                    .k = (size_t)options->neighbours,
                                    .window_days = options->window_days,
                                    .job = &own};
    SS_TRY(ss_language_side_take(&g->zh, g->result, SS_LANG_ZH));
    SS_TRY(ss_language_side_take(&g->en, g->result, SS_LANG_EN));
    const struct {
        bool wanted;
        const ss_language_side *a, *b;
    } pairs[] = {{options->zh_en, &g->zh, &g->en}, {options->zh_zh, &g->zh, &g->zh}, {options->en_en, &g->en, &g->en}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (pairs[i].wanted) begin_crossing(&g->crossing[g->crossing_count++], pairs[i].a, pairs[i].b);
    }
    SS_TRY(g->checkpoint != NULL ? match_in_slabs(g, matcher, match) : match_at_once(g, matcher, match));
    for (size_t i = 0; i < g->crossing_count; i++)
        SS_TRY(measure_crowds(&g->crossing[i]));
    ss_language_side_drop_vectors(&g->zh);
    ss_language_side_drop_vectors(&g->en);
    return SS_OK;
}

/* Rows whose pairs an earlier run has made. */
static void pass_over_linked(gathering *g)
{
    for (size_t i = 0; i < g->crossing_count; i++) {
        crossing *x = &g->crossing[i];
        const ss_language_side *side[2] = {x->a, x->b};
        for (int direction = 0; direction < 2; direction++)
            while (x->next[direction] < side[direction]->side.count &&
                   side[direction]->article[x->next[direction]] < g->linked)
                x->next[direction]++;
    }
}

static ss_status compare_all(gathering *g)
{
    ss_status status = SS_OK;
    pass_over_linked(g);
    size_t block = ss_checkpoint_step_items(g->checkpoint, ARTICLES_A_SECOND, BLOCK_ARTICLES);
    while (g->linked < g->result->articles.count && status == SS_OK) {
        ss_tell_progress(g->job, "link", g->linked, g->result->articles.count);
        status = add_pairs_before(g, g->linked + block);
        if (status == SS_OK)
            g->linked += block;
        else
            g->result->link_count = g->sifted;
        if (ss_checkpoint_due(g->checkpoint, status))
            ss_checkpoint_save_candidates(g->checkpoint, g->matching, g->result, g->linked);
    }
    return status;
}

ss_status ss_candidates_find(ss_result *result, const ss_matcher *matcher, const ss_link_options *options,
                             ss_comparer *comparer, ss_checkpoint *checkpoint, const ss_job *job)
{
    gathering g = {.result = result, .comparer = comparer, .checkpoint = checkpoint, .job = job};
    ss_status status = match_languages(&g, matcher, options, job);
    if (status == SS_OK) status = compare_all(&g);
    for (size_t i = 0; i < g.crossing_count; i++)
        clear_crossing(&g.crossing[i]);
    ss_language_side_clear(&g.zh);
    ss_language_side_clear(&g.en);
    return status;
}
