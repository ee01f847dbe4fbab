#include "neighbourhood.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "linker.h"
#include "sketch.h"
#include "status.h"

#define BLOCK_LINKS   1024    /* screened by one task */
#define PENDING_LINKS 1000000 /* made before they are screened: bounds the memory for pairs that no one wants */

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

typedef struct crossing {
    const ss_language_side *a, *b;
    const ss_neighbours *a_to_b, *b_to_a; /* the same list within one language */
    double *crowd_a, *crowd_b;
    double background; /* cosine */
    ss_result *result;
    size_t *capacity; /* of result->link */
    size_t screened;  /* links before this one have been */
    bool keep_all;
    ss_pool *pool;
} crossing;

/* --------------------------------------------------------------- screening */

static float channel_cosine(const ss_result *r, ss_channel channel, const ss_link *link)
{
    uint32_t norm_a = r->norm[channel][link->a], norm_b = r->norm[channel][link->b];
    if (norm_a == 0 || norm_b == 0) return NAN;
    size_t d = (size_t)r->dimension;
    const int8_t *a = r->vector[channel] + link->a * d, *b = r->vector[channel] + link->b * d;
    return (float)ss_sketch_cosine(a, norm_a, b, norm_b, r->dimension);
}

static void measure_cosines(const ss_result *r, ss_link *link)
{
    const ss_article *a = &r->articles.item[link->a], *b = &r->articles.item[link->b];
    link->title_cosine = channel_cosine(r, SS_CHANNEL_TITLE, link);
    link->lead_cosine = channel_cosine(r, SS_CHANNEL_LEAD, link);
    float shorter = (float)r->ngrams[link->a], longer = (float)r->ngrams[link->b];
    link->length_ratio = fminf(shorter, longer) / fmaxf(fmaxf(shorter, longer), 1.0f);
    link->days_later = SS_DAYS_UNKNOWN;
    if (a->published.precision != SS_DATE_NONE && b->published.precision != SS_DATE_NONE)
        link->days_later = ss_date_day(b->published) - ss_date_day(a->published);
    link->shared_terms = link->covered_a = link->covered_b = NAN;
    link->shared_names = link->shared_words = link->in_common_a = link->in_common_b = link->shared_bits = NAN;
    link->shared_numbers = link->conflicting_numbers = link->copied = NAN;
}

/* Evidence is NAN where it is not to be looked at; terms are 0 where it is. */
static ss_status screen_block(void *context, size_t index, int thread)
{
    (void)thread;
    const crossing *x = context;
    ss_result *r = x->result;
    size_t first = x->screened + index * BLOCK_LINKS;
    for (size_t i = first; i < r->link_count && i < first + BLOCK_LINKS; i++) {
        ss_link *link = &r->link[i];
        measure_cosines(r, link);
        if (ss_linker_worth_a_look(link, r->articles.item[link->a].lang, r->articles.item[link->b].lang))
            link->shared_terms = 0;
    }
    return SS_OK;
}

/* Fills in what sketches tell of the pairs made since the last time, and drops those that it rules out. */
static ss_status screen(crossing *x)
{
    ss_result *r = x->result;
    size_t blocks = (r->link_count - x->screened + BLOCK_LINKS - 1) / BLOCK_LINKS;
    SS_TRY(ss_pool_run(x->pool, blocks, screen_block, x));
    size_t kept = x->screened;
    for (size_t i = x->screened; i < r->link_count; i++)
        if (x->keep_all || !ss_link_is_ruled_out(&r->link[i])) r->link[kept++] = r->link[i];
    r->link_count = x->screened = kept;
    return SS_OK;
}

/* ------------------------------------------------------------------ pairs */

static ss_link make_link(const crossing *x, uint32_t a, uint32_t b, int32_t dot, uint16_t rank_ab, uint16_t rank_ba)
{
    double cosine = ss_cosine(dot, x->a->norm[a], x->b->norm[b]);
    double around = (x->crowd_a[a] + x->crowd_b[b]) / 2;
    return (ss_link){.a = x->a->article[a],
                     .b = x->b->article[b],
                     .cosine = (float)cosine,
                     .margin = around > 0 ? (float)(cosine / around) : 0.0f,
                     .gap_ab = (float)gap(x->a_to_b, &x->a->side, &x->b->side, a, b, cosine, x->background),
                     .gap_ba = (float)gap(x->b_to_a, &x->b->side, &x->a->side, b, a, cosine, x->background),
                     .rank_ab = rank_ab,
                     .rank_ba = rank_ba,
                     .mutual = rank_ab == 1 && rank_ba == 1};
}

/* The pairs that the rows of a name, then those that only rows of b name. */
static ss_status add_pairs(crossing *x)
{
    bool self = x->a == x->b;
    ss_result *result = x->result;
    for (int direction = 0; direction < (self ? 1 : 2); direction++) {
        const ss_neighbours *list = direction == 0 ? x->a_to_b : x->b_to_a;
        const ss_neighbours *back = direction == 0 ? x->b_to_a : x->a_to_b;
        for (size_t row = 0; row < list->count; row++) {
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
                SS_TRY(ss_grow((void **)&result->link, x->capacity, result->link_count + 1, sizeof *result->link));
                result->link[result->link_count++] = make_link(x, a, b, n->dot, rank_ab, rank_ba);
                if (result->link_count - x->screened == PENDING_LINKS) SS_TRY(screen(x));
            }
        }
    }
    return screen(x);
}

static ss_status measure_crowds(crossing *x)
{
    bool self = x->a == x->b;
    x->crowd_a = malloc((x->a_to_b->count + 1) * sizeof *x->crowd_a);
    x->crowd_b = self ? x->crowd_a : malloc((x->b_to_a->count + 1) * sizeof *x->crowd_b);
    if (x->crowd_a == NULL || x->crowd_b == NULL) return ss_fail_memory(x->a_to_b->count * sizeof *x->crowd_a);
    for (size_t row = 0; row < x->a_to_b->count; row++)
        x->crowd_a[row] = crowd(x->a_to_b, &x->a->side, &x->b->side, row, x->background);
    for (size_t row = 0; !self && row < x->b_to_a->count; row++)
        x->crowd_b[row] = crowd(x->b_to_a, &x->b->side, &x->a->side, row, x->background);
    return SS_OK;
}

ss_status ss_candidates_add(ss_result *result, size_t *capacity, const ss_matcher *matcher, const ss_language_side *a,
                            const ss_language_side *b, const ss_link_options *options, ss_pool *pool, const ss_job *job)
{
    bool self = a == b;
    ss_match_options match = {.dimension = result->dimension,
                              .k = (size_t)options->neighbours,
                              .window_days = options->window_days,
                              .self = self,
                              .job = job};
    ss_neighbours a_to_b = {0}, b_to_a = {0};
    crossing x = {.a = a,
                  .b = b,
                  .a_to_b = &a_to_b,
                  .b_to_a = self ? &a_to_b : &b_to_a,
                  .background = ss_background_cosine(a->lang, b->lang),
                  .result = result,
                  .capacity = capacity,
                  .screened = result->link_count,
                  .keep_all = options->keep_candidates,
                  .pool = pool};
    ss_status status = matcher->nearest(matcher, &a_to_b, self ? NULL : &b_to_a, &a->side, &b->side, &match);
    if (status == SS_OK) status = measure_crowds(&x);
    if (status == SS_OK) status = add_pairs(&x);
    if (!self) free(x.crowd_b);
    free(x.crowd_a);
    ss_neighbours_clear(&a_to_b);
    ss_neighbours_clear(&b_to_a);
    return status;
}
