#include "terms.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "match.h"
#include "simd.h"
#include "status.h"

/* Translations reach cosines of 0.5 to 0.95, and the best of two dozen terms by chance about 0.3. */
#define CHANCE_COSINE 0.3
#define SURE_COSINE   0.8

#define NO_TERM UINT32_MAX

/* A term that might be taken: a word, or two or more Han characters. */
typedef struct candidate {
    uint32_t hash;       /* equal terms have equal hashes */
    uint32_t begin, end; /* where it stands first, in folded characters */
    uint32_t count;
    uint32_t weight;
} candidate;

struct ss_term_finder {
    const ss_model *model;
    ss_sketcher *sketcher;
    uint32_t unknown; /* information of a word that the model does not know: more than of any that it knows */
    ss_ngram *ngram;  /* of the text, words whole, in reading order; then of one term */
    uint32_t *row;    /* of each n-gram, or SS_NO_ROW */
    size_t ngram_count, ngram_capacity, row_capacity;
    ss_feature *feature; /* of a term */
    size_t feature_capacity;
    candidate *term; /* each once, in reading order */
    size_t term_count, term_capacity;
    uint32_t *slot; /* a hash table of places in term[], or NO_TERM */
    size_t slot_capacity;
    uint64_t *heap; /* places in term[], the heaviest first, then the first in the text */
    size_t heap_count, heap_capacity;
    bool *covered; /* [characters] that belong to a term taken */
    size_t covered_capacity;
    int8_t *vector; /* [dimension] of one term, and zeros to the end of the last group */
};

ss_status ss_term_finder_new(ss_term_finder **out, const ss_model *model)
{
    *out = NULL;
    ss_term_finder *finder = calloc(1, sizeof *finder);
    if (finder == NULL) return ss_fail_memory(sizeof *finder);
    finder->model = model;
    for (uint32_t r = 0; r < model->row_count; r++)
        if (model->information[r] > finder->unknown) finder->unknown = model->information[r];
    size_t entries = ss_term_groups(model->dimension) * SS_TERM_GROUP;
    finder->vector = calloc(entries, 1);
    ss_status status = finder->vector == NULL ? ss_fail_memory(entries) : ss_sketcher_new(&finder->sketcher, model);
    if (status != SS_OK) {
        ss_term_finder_free(finder);
        return status;
    }
    *out = finder;
    return SS_OK;
}

void ss_term_finder_free(ss_term_finder *finder)
{
    if (finder == NULL) return;
    ss_sketcher_free(finder->sketcher);
    free(finder->ngram);
    free(finder->row);
    free(finder->feature);
    free(finder->term);
    free(finder->slot);
    free(finder->heap);
    free(finder->covered);
    free(finder->vector);
    free(finder);
}

/* ------------------------------------------------------------ choosing */

/* The look-ups alone first: they are at random in a large table, and so many are under way at once. */
static ss_status list_ngrams(ss_term_finder *f, const ss_folded *text, size_t length, bool parts)
{
    f->ngram_count = 0;
    SS_TRY(ss_ngrams_list(&f->model->rules, text, length, parts, &f->ngram, &f->ngram_count, &f->ngram_capacity));
    SS_TRY(ss_grow((void **)&f->row, &f->row_capacity, f->ngram_count, sizeof *f->row));
    for (size_t i = 0; i < f->ngram_count; i++)
        f->row[i] = f->model->row_of_bucket[f->ngram[i].bucket];
    return SS_OK;
}

/* Where the table holds that hash, or would. Buckets are bits of a hash, so that they spread by themselves. */
static uint32_t *find_slot(ss_term_finder *f, uint32_t hash, size_t mask)
{
    size_t at = hash & mask;
    while (f->slot[at] != NO_TERM && f->term[f->slot[at]].hash != hash)
        at = (at + 1) & mask;
    return &f->slot[at];
}

/* Words, and Han sequences that the model knows, each once, with their information. Words without their parts: those
 * are looked up for terms that are taken alone, 24 of a hundred words. */
static ss_status list_candidates(ss_term_finder *f, const ss_folded_text *text)
{
    size_t slots = 64;
    SS_TRY(list_ngrams(f, text->folded, text->count, false));
    while (slots < 2 * f->ngram_count)
        slots *= 2;
    SS_TRY(ss_grow((void **)&f->term, &f->term_capacity, f->ngram_count, sizeof *f->term));
    SS_TRY(ss_grow((void **)&f->slot, &f->slot_capacity, slots, sizeof *f->slot));
    memset(f->slot, 0xff, slots * sizeof *f->slot);
    f->term_count = 0;
    for (size_t i = 0; i < f->ngram_count; i++) {
        const ss_ngram *g = &f->ngram[i];
        uint32_t row = f->row[i];
        if (g->kind == SS_NGRAM_HAN && (row == SS_NO_ROW || g->end - g->begin < 2)) continue;
        uint32_t *slot = find_slot(f, g->bucket, slots - 1);
        if (*slot == NO_TERM) {
            uint32_t information = row == SS_NO_ROW ? f->unknown : f->model->information[row];
            *slot = (uint32_t)f->term_count;
            f->term[f->term_count++] =
                (candidate){.hash = g->bucket, .begin = g->begin, .end = g->end, .weight = information};
        }
        f->term[*slot].count++;
    }
    for (size_t i = 0; i < f->term_count; i++)
        f->term[i].weight = (uint32_t)((uint64_t)f->term[i].weight * ss_term_weight(f->term[i].count) / 256);
    return SS_OK;
}

/* ---------------------------------------------------------- by weight */

static void sift_down(uint64_t *heap, size_t count, size_t at)
{
    uint64_t key = heap[at];
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && heap[child + 1] < heap[child]) child++;
        if (heap[child] >= key) break;
        heap[at] = heap[child];
    }
    heap[at] = key;
}

/* A heap, since of some hundred candidates the heaviest few dozen are wanted. */
static ss_status make_heap(ss_term_finder *f)
{
    SS_TRY(ss_grow((void **)&f->heap, &f->heap_capacity, f->term_count, sizeof *f->heap));
    for (size_t i = 0; i < f->term_count; i++)
        f->heap[i] = (uint64_t)~f->term[i].weight << 32 | i;
    f->heap_count = f->term_count;
    for (size_t i = f->heap_count / 2; i-- > 0;)
        sift_down(f->heap, f->heap_count, i);
    return SS_OK;
}

static const candidate *next_heaviest(ss_term_finder *f)
{
    const candidate *term = &f->term[(uint32_t)f->heap[0]];
    f->heap[0] = f->heap[--f->heap_count];
    if (f->heap_count > 0) sift_down(f->heap, f->heap_count, 0);
    return term;
}

/* ------------------------------------------------------------- taking */

/* The n-grams of a term, as features. A short text counts twice, being all lead (channels.h). */
static ss_status list_features(ss_term_finder *f, const candidate *term, const ss_folded_text *text, size_t *count)
{
    size_t n = 0;
    SS_TRY(list_ngrams(f, text->folded + term->begin, term->end - term->begin, true));
    SS_TRY(ss_grow((void **)&f->feature, &f->feature_capacity, f->ngram_count, sizeof *f->feature));
    for (size_t at = 0; at < f->ngram_count; at++) {
        uint32_t row = f->row[at];
        if (row == SS_NO_ROW) continue;
        size_t i = 0;
        while (i < n && f->feature[i].row != row)
            i++;
        if (i == n) f->feature[n++] = (ss_feature){.row = row};
        f->feature[i].count += 2;
    }
    *count = n;
    return SS_OK;
}

/* A term's vector is its sketch: word and parts, or all n-grams of the Han sequence. */
static ss_status take_term(ss_term_finder *f, const candidate *term, const ss_folded_text *text, ss_terms *terms)
{
    size_t n = terms->count, features;
    terms->begin[n] = text->offset[term->begin];
    terms->end[n] = term->end < text->count ? text->offset[term->end] : (uint32_t)text->length;
    SS_TRY(list_features(f, term, text, &features));
    SS_TRY(ss_sketch_features(f->sketcher, f->feature, features, f->vector, &terms->norm[n]));
    if (terms->norm[n] == 0) return SS_OK;
    for (size_t k = 0; k < terms->groups * SS_TERM_GROUP; k += SS_TERM_GROUP)
        memcpy(terms->vector + ss_term_place(n, k), f->vector + k, SS_TERM_GROUP);
    terms->inverse[n] = 1.0f / sqrtf((float)terms->norm[n]);
    terms->weight[n] = term->weight;
    terms->count++;
    return SS_OK;
}

ss_status ss_terms_take(ss_terms *terms, ss_term_finder *finder, const ss_folded_text *text)
{
    terms->count = 0;
    terms->groups = ss_term_groups(finder->model->dimension);
    memset(terms->inverse, 0, sizeof terms->inverse);
    memset(terms->vector, 0, ss_term_bytes(finder->model->dimension));
    SS_TRY(list_candidates(finder, text));
    SS_TRY(make_heap(finder));
    SS_TRY(ss_grow((void **)&finder->covered, &finder->covered_capacity, text->count, sizeof *finder->covered));
    if (text->count > 0) memset(finder->covered, 0, text->count * sizeof *finder->covered);
    while (finder->heap_count > 0 && terms->count < SS_TERMS_MAX) {
        const candidate *term = next_heaviest(finder);
        bool overlaps = false;
        for (uint32_t c = term->begin; c < term->end && !overlaps; c++)
            overlaps = finder->covered[c];
        if (overlaps) continue;
        memset(finder->covered + term->begin, 1, (term->end - term->begin) * sizeof *finder->covered);
        SS_TRY(take_term(finder, term, text, terms));
    }
    return SS_OK;
}

/* ----------------------------------------------------------- comparing */

static double agreement(double cosine)
{
    double beyond = (cosine - CHANCE_COSINE) / (SURE_COSINE - CHANCE_COSINE);
    return beyond < 0 ? 0 : beyond > 1 ? 1 : beyond;
}

/* Cosines are first measured in whole numbers of this unit, since maxima of integers are found many at a time; what is so
 * near to a maximum may be it. Roots and divisions in double are left for what may be. */
#define UNIT  (1 << 20)
#define SLACK 4 /* of two cosines in float, cut off: below 2 */

/* The pairs of terms, b's in the bits of a's, whose cosine is not by chance and may be the best of one of them. */
SS_SIMD_CLONES
static void find_near(uint32_t near[SS_TERMS_MAX], int32_t dot[SS_TERMS_MAX][SS_TERMS_MAX], const ss_terms *a,
                      const ss_terms *b)
{
    int32_t cosine[SS_TERMS_MAX][SS_TERMS_MAX], best_of_a[SS_TERMS_MAX], best_of_b[SS_TERMS_MAX];
    for (size_t j = 0; j < SS_TERMS_MAX; j++)
        best_of_b[j] = (int32_t)(CHANCE_COSINE * UNIT);
    for (size_t i = 0; i < a->count; i++) {
        float inverse = a->inverse[i] * UNIT;
        int32_t best = (int32_t)(CHANCE_COSINE * UNIT);
        for (size_t j = 0; j < SS_TERMS_MAX; j++) {
            cosine[i][j] = (int32_t)((float)dot[i][j] * inverse * b->inverse[j]);
            best = cosine[i][j] > best ? cosine[i][j] : best;
            best_of_b[j] = cosine[i][j] > best_of_b[j] ? cosine[i][j] : best_of_b[j];
        }
        best_of_a[i] = best;
    }
    for (size_t i = 0; i < a->count; i++) {
        uint32_t bits = 0;
        for (size_t j = 0; j < SS_TERMS_MAX; j++) {
            int32_t least = best_of_a[i] < best_of_b[j] ? best_of_a[i] : best_of_b[j];
            bits |= (uint32_t)(cosine[i][j] >= least - SLACK) << j;
        }
        near[i] = bits;
    }
}

/* The best cosine of each term with any of the other article, and with which; 0 where all are by chance. */
typedef struct best_partners {
    double cosine[2][SS_TERMS_MAX];
    size_t partner[2][SS_TERMS_MAX];
} best_partners;

static void find_partners(best_partners *best, const ss_terms *a, const ss_terms *b)
{
    int32_t dot[SS_TERMS_MAX][SS_TERMS_MAX];
    uint32_t near[SS_TERMS_MAX];
    *best = (best_partners){0};
    if (a->count == 0 || b->count == 0) return;
    ss_term_dots(dot, a->vector, b->vector, a->groups, a->count);
    find_near(near, dot, a, b);
    for (size_t i = 0; i < a->count; i++) {
        for (; near[i] != 0; near[i] &= near[i] - 1) {
            size_t j = (size_t)__builtin_ctz(near[i]);
            double cosine = ss_cosine(dot[i][j], a->norm[i], b->norm[j]);
            if (cosine > best->cosine[0][i]) best->cosine[0][i] = cosine, best->partner[0][i] = j;
            if (cosine > best->cosine[1][j]) best->cosine[1][j] = cosine, best->partner[1][j] = i;
        }
    }
}

static void add_agreed(const ss_terms *terms, const double *cosine, double *agreed, double *all)
{
    for (size_t i = 0; i < terms->count; i++) {
        *agreed += terms->weight[i] * agreement(cosine[i]);
        *all += terms->weight[i];
    }
}

ss_terms_overlap ss_terms_compare(const ss_terms *a, const ss_terms *b)
{
    if (a->count == 0 || b->count == 0) return (ss_terms_overlap){0};
    best_partners best;
    find_partners(&best, a, b);
    double agreed_a = 0, all_a = 0, agreed_b = 0, all_b = 0;
    add_agreed(a, best.cosine[0], &agreed_a, &all_a);
    add_agreed(b, best.cosine[1], &agreed_b, &all_b);
    return (ss_terms_overlap){.shared = all_a + all_b > 0 ? (float)((agreed_a + agreed_b) / (all_a + all_b)) : 0,
                              .covered_a = all_a > 0 ? (float)(agreed_a / all_a) : 0,
                              .covered_b = all_b > 0 ? (float)(agreed_b / all_b) : 0};
}

static int by_falling_share(const void *left, const void *right)
{
    const ss_term_pair *a = left, *b = right;
    double x = a->agreement * a->weight, y = b->agreement * b->weight;
    if (x != y) return x > y ? -1 : 1;
    return (a->a > b->a) - (a->a < b->a);
}

size_t ss_terms_pairs(ss_term_pair pair[SS_TERMS_MAX], const ss_terms *a, const ss_terms *b)
{
    best_partners best;
    size_t count = 0;
    find_partners(&best, a, b);
    for (size_t i = 0; i < a->count; i++) {
        double agreed = agreement(best.cosine[0][i]);
        if (agreed > 0) pair[count++] = (ss_term_pair){i, best.partner[0][i], agreed, a->weight[i] / 256.0};
    }
    if (count > 0) qsort(pair, count, sizeof *pair, by_falling_share);
    return count;
}
