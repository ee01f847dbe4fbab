#include "evidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "status.h"

#define KEPT       1024u /* articles whose terms are kept for each side: more than appear in a day or two */
#define NO_ARTICLE UINT32_MAX

/* Translations reach cosines of 0.5 to 0.95, and the best of two dozen terms by chance about 0.3. */
#define CHANCE_COSINE 0.3
#define SURE_COSINE   0.8

/* A term that might be taken: a word, or two or more Han characters. */
typedef struct candidate {
    uint32_t hash;       /* equal terms have equal hashes */
    uint32_t begin, end; /* where it stands first, in folded characters */
    uint32_t count;
    uint32_t weight;
} candidate;

struct ss_evidence {
    const ss_model *model;
    ss_sketcher *sketcher;
    uint32_t unknown; /* information of a word that the model does not know: more than of any that it knows */
    char *text;       /* title and lead */
    size_t text_length, text_capacity;
    ss_folded *folded;
    uint32_t *offset; /* where in `text` each folded character begins */
    size_t folded_count, folded_capacity;
    ss_ngram *ngram;
    size_t ngram_capacity;
    candidate *term;
    size_t term_capacity;
    bool *covered; /* [folded_count] characters that belong to a term taken */
    size_t covered_capacity;
    uint32_t kept_row[2 * KEPT]; /* article whose terms are in this place */
    ss_terms kept[2 * KEPT];
};

ss_status ss_evidence_new(ss_evidence **out, const ss_model *model)
{
    *out = NULL;
    ss_evidence *evidence = calloc(1, sizeof *evidence);
    if (evidence == NULL) return ss_fail_memory(sizeof *evidence);
    evidence->model = model;
    for (size_t i = 0; i < 2 * KEPT; i++)
        evidence->kept_row[i] = NO_ARTICLE;
    for (uint32_t r = 0; r < model->row_count; r++)
        if (model->information[r] > evidence->unknown) evidence->unknown = model->information[r];
    ss_status status = ss_sketcher_new(&evidence->sketcher, model);
    if (status != SS_OK) {
        ss_evidence_free(evidence);
        return status;
    }
    *out = evidence;
    return SS_OK;
}

void ss_evidence_free(ss_evidence *evidence)
{
    if (evidence == NULL) return;
    for (size_t i = 0; i < 2 * KEPT; i++)
        free(evidence->kept[i].vector);
    ss_sketcher_free(evidence->sketcher);
    free(evidence->text);
    free(evidence->folded);
    free(evidence->offset);
    free(evidence->ngram);
    free(evidence->term);
    free(evidence->covered);
    free(evidence);
}

/* ------------------------------------------------------------ the text */

static ss_status append(ss_evidence *e, const char *bytes, size_t length)
{
    SS_TRY(ss_grow((void **)&e->text, &e->text_capacity, e->text_length + length + 1, 1));
    memcpy(e->text + e->text_length, bytes, length);
    e->text_length += length;
    return SS_OK;
}

static ss_status fold_article(ss_evidence *e, const ss_article *article)
{
    e->text_length = 0;
    e->folded_count = 0;
    SS_TRY(append(e, article->title, strlen(article->title)));
    SS_TRY(append(e, "\n", 1));
    SS_TRY(append(e, article->text, ss_lead_length(article->text, strlen(article->text))));
    return ss_fold_text(e->model->fold, e->text, e->text_length, &e->folded, &e->offset, &e->folded_count,
                        &e->folded_capacity);
}

/* ------------------------------------------------------------ numbers */

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

ss_status ss_evidence_numbers(ss_evidence *evidence, const ss_article *article, ss_numbers *numbers)
{
    SS_TRY(fold_article(evidence, article));
    numbers->count = ss_numbers_find(evidence->folded, evidence->folded_count, numbers->hash, SS_NUMBERS_MAX);
    qsort(numbers->hash, numbers->count, sizeof *numbers->hash, by_number);
    return SS_OK;
}

float ss_shared_numbers(const ss_numbers *a, const ss_numbers *b)
{
    size_t fewer = a->count < b->count ? a->count : b->count, common = 0;
    if (fewer == 0) return NAN;
    for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
        if (a->hash[i] == b->hash[j])
            common++, i++, j++;
        else if (a->hash[i] < b->hash[j])
            i++;
        else
            j++;
    }
    return (float)common / (float)fewer;
}

/* -------------------------------------------------------------- terms */

static int by_place(const candidate *a, const candidate *b)
{
    if (a->begin != b->begin) return a->begin < b->begin ? -1 : 1;
    return (a->end > b->end) - (a->end < b->end);
}

static int by_hash(const void *left, const void *right)
{
    const candidate *a = left, *b = right;
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    return by_place(a, b);
}

static int by_falling_weight(const void *left, const void *right)
{
    const candidate *a = left, *b = right;
    if (a->weight != b->weight) return a->weight > b->weight ? -1 : 1;
    return by_place(a, b);
}

/* Words, and Han sequences that the model knows, each once, with their weights. */
static ss_status list_candidates(ss_evidence *e, size_t *term_count)
{
    const ss_model *model = e->model;
    size_t ngrams = 0, n = 0;
    SS_TRY(ss_ngrams_list(&model->rules, e->folded, e->folded_count, &e->ngram, &ngrams, &e->ngram_capacity));
    SS_TRY(ss_grow((void **)&e->term, &e->term_capacity, ngrams, sizeof *e->term));
    for (size_t i = 0; i < ngrams; i++) {
        const ss_ngram *g = &e->ngram[i];
        uint32_t row = model->row_of_bucket[g->bucket];
        bool han = g->kind == SS_NGRAM_HAN;
        if (g->kind == SS_NGRAM_PART || (han && (row == SS_NO_ROW || g->end - g->begin < 2))) continue;
        uint32_t information = row == SS_NO_ROW ? e->unknown : model->information[row];
        e->term[n++] =
            (candidate){.hash = g->bucket, .begin = g->begin, .end = g->end, .count = 1, .weight = information};
    }
    if (n > 0) qsort(e->term, n, sizeof *e->term, by_hash);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept > 0 && e->term[kept - 1].hash == e->term[i].hash)
            e->term[kept - 1].count++;
        else
            e->term[kept++] = e->term[i];
    }
    for (size_t i = 0; i < kept; i++)
        e->term[i].weight = (uint32_t)((uint64_t)e->term[i].weight * ss_term_weight(e->term[i].count) / 256);
    *term_count = kept;
    return SS_OK;
}

/* A term's vector is its sketch: word and parts, or all n-grams of the Han sequence. */
static ss_status take_term(ss_evidence *e, const candidate *term, ss_terms *terms)
{
    size_t begin = e->offset[term->begin];
    size_t end = term->end < e->folded_count ? e->offset[term->end] : e->text_length;
    int8_t *vector = terms->vector + terms->count * (size_t)e->model->dimension;
    SS_TRY(ss_sketch_text(e->sketcher, e->text + begin, end - begin, vector, &terms->norm[terms->count]));
    terms->weight[terms->count] = term->weight;
    terms->count += terms->norm[terms->count] > 0;
    return SS_OK;
}

/* The most telling terms that do not overlap where they stand first. */
static ss_status take_terms(ss_evidence *e, ss_terms *terms)
{
    size_t candidates;
    terms->count = 0;
    SS_TRY(list_candidates(e, &candidates));
    SS_TRY(ss_grow((void **)&e->covered, &e->covered_capacity, e->folded_count, sizeof *e->covered));
    memset(e->covered, 0, e->folded_count * sizeof *e->covered);
    if (candidates > 0) qsort(e->term, candidates, sizeof *e->term, by_falling_weight);
    for (size_t i = 0; i < candidates && terms->count < SS_TERMS_MAX; i++) {
        const candidate *term = &e->term[i];
        bool overlaps = false;
        for (uint32_t c = term->begin; c < term->end && !overlaps; c++)
            overlaps = e->covered[c];
        if (overlaps) continue;
        memset(e->covered + term->begin, 1, (term->end - term->begin) * sizeof *e->covered);
        SS_TRY(take_term(e, term, terms));
    }
    return SS_OK;
}

ss_status ss_evidence_terms(ss_evidence *evidence, const ss_article *article, uint32_t row, int side,
                            const ss_terms **terms)
{
    uint32_t place = row % KEPT + (side == 0 ? 0 : KEPT);
    ss_terms *kept = &evidence->kept[place];
    *terms = kept;
    if (evidence->kept_row[place] == row) return SS_OK;
    evidence->kept_row[place] = NO_ARTICLE;
    if (kept->vector == NULL) {
        size_t size = SS_TERMS_MAX * (size_t)evidence->model->dimension;
        kept->vector = malloc(size);
        if (kept->vector == NULL) return ss_fail_memory(size);
    }
    SS_TRY(fold_article(evidence, article));
    SS_TRY(take_terms(evidence, kept));
    evidence->kept_row[place] = row;
    return SS_OK;
}

static double agreement(double cosine)
{
    double beyond = (cosine - CHANCE_COSINE) / (SURE_COSINE - CHANCE_COSINE);
    return beyond < 0 ? 0 : beyond > 1 ? 1 : beyond;
}

static void add_agreed(const ss_terms *terms, const double *best, double *shared, double *all)
{
    for (size_t i = 0; i < terms->count; i++) {
        *shared += terms->weight[i] * agreement(best[i]);
        *all += terms->weight[i];
    }
}

float ss_shared_terms(const ss_terms *a, const ss_terms *b, int dimension)
{
    size_t d = (size_t)dimension;
    double best_a[SS_TERMS_MAX] = {0}, best_b[SS_TERMS_MAX] = {0}, shared = 0, all = 0;
    for (size_t i = 0; i < a->count; i++) {
        for (size_t j = 0; j < b->count; j++) {
            double cosine = ss_sketch_cosine(a->vector + i * d, a->norm[i], b->vector + j * d, b->norm[j], dimension);
            if (cosine > best_a[i]) best_a[i] = cosine;
            if (cosine > best_b[j]) best_b[j] = cosine;
        }
    }
    if (a->count == 0 || b->count == 0) return 0;
    add_agreed(a, best_a, &shared, &all);
    add_agreed(b, best_b, &shared, &all);
    return all > 0 ? (float)(shared / all) : 0;
}
