#include "evidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "furniture.h"
#include "status.h"

struct ss_evidence_taker {
    const ss_model *model;
    ss_term_finder *finder;
    ss_folded_text text; /* title and lead */
    size_t text_capacity, folded_capacity;
};

ss_status ss_evidence_taker_new(ss_evidence_taker **out, const ss_model *model)
{
    *out = NULL;
    ss_evidence_taker *taker = calloc(1, sizeof *taker);
    if (taker == NULL) return ss_fail_memory(sizeof *taker);
    taker->model = model;
    ss_status status = ss_term_finder_new(&taker->finder, model);
    if (status != SS_OK) {
        ss_evidence_taker_free(taker);
        return status;
    }
    *out = taker;
    return SS_OK;
}

void ss_evidence_clear(ss_evidence *evidence)
{
    free(evidence->terms.vector);
    ss_shingles_clear(&evidence->shingles);
    *evidence = (ss_evidence){0};
}

void ss_evidence_taker_free(ss_evidence_taker *taker)
{
    if (taker == NULL) return;
    ss_term_finder_free(taker->finder);
    free(taker->text.text);
    free(taker->text.folded);
    free(taker->text.offset);
    free(taker);
}

/* ---------------------------------------------------------------- taking */

static ss_status append(ss_evidence_taker *t, const char *bytes, size_t length)
{
    SS_TRY(ss_grow((void **)&t->text.text, &t->text_capacity, t->text.length + length + 1, 1));
    memcpy(t->text.text + t->text.length, bytes, length);
    t->text.length += length;
    return SS_OK;
}

static ss_status fold_article(ss_evidence_taker *t, const ss_article *article,
                              size_t (*part)(const char *text, size_t length))
{
    ss_body report = ss_body_of(article);
    t->text.length = 0;
    t->text.count = 0;
    SS_TRY(append(t, article->title, strlen(article->title)));
    SS_TRY(append(t, "\n", 1));
    SS_TRY(append(t, report.text, part(report.text, report.length)));
    return ss_fold_text(t->model->fold, t->text.text, t->text.length, &t->text.folded, &t->text.offset, &t->text.count,
                        &t->folded_capacity);
}

ss_status ss_evidence_take(ss_evidence_taker *taker, const ss_article *article, ss_evidence *evidence)
{
    if (evidence->terms.vector == NULL) {
        size_t size = ss_term_bytes(taker->model->dimension);
        evidence->terms.vector = malloc(size);
        if (evidence->terms.vector == NULL) return ss_fail_memory(size);
    }
    SS_TRY(fold_article(taker, article, ss_lead_length));
    SS_TRY(ss_terms_take(&evidence->terms, taker->finder, &taker->text));
    evidence->lexical.count = 0;
    if (taker->model->lexicon != NULL)
        ss_lexical_take(&evidence->lexical, taker->model->lexicon, article->lang, taker->text.folded,
                        taker->text.count);
    evidence->quantity_count = ss_quantities_find(
        taker->text.folded, taker->text.count, ss_date_day(article->published), evidence->quantity, SS_QUANTITIES_MAX);
    evidence->has_shingles = false;
    return SS_OK;
}

ss_status ss_evidence_take_shingles(ss_evidence_taker *taker, const ss_article *article, ss_evidence *evidence)
{
    SS_TRY(fold_article(taker, article, ss_whole_length));
    SS_TRY(ss_shingles_take(&evidence->shingles, taker->text.folded, taker->text.count));
    evidence->has_shingles = true;
    return SS_OK;
}

const ss_folded_text *ss_evidence_text(const ss_evidence_taker *taker)
{
    return &taker->text;
}

/* ------------------------------------------------------------- comparing */

static double information_in(const ss_evidence *evidence)
{
    double sum = 0;
    for (size_t i = 0; i < evidence->quantity_count; i++)
        sum += ss_quantity_information(&evidence->quantity[i]);
    return sum;
}

float ss_shared_numbers(const ss_evidence *a, const ss_evidence *b)
{
    double all_a = information_in(a), all_b = information_in(b);
    const ss_evidence *fewer = all_a <= all_b ? a : b, *more = all_a <= all_b ? b : a;
    double all = fmin(all_a, all_b), shared = 0;
    if (!(all > 0)) return NAN;
    for (size_t i = 0; i < fewer->quantity_count; i++) {
        double best = 0;
        for (size_t j = 0; j < more->quantity_count; j++)
            best = fmax(best, ss_quantity_agreement(&fewer->quantity[i], &more->quantity[j]));
        shared += best * ss_quantity_information(&fewer->quantity[i]);
    }
    return (float)(shared / all);
}

/* Do both give a quantity of this kind, and does any figure agree? */
static bool both_give(const ss_evidence *a, const ss_evidence *b, ss_quantity_kind kind, double *agreement)
{
    bool given = false;
    *agreement = 0;
    for (size_t i = 0; i < a->quantity_count; i++) {
        for (size_t j = 0; a->quantity[i].kind == kind && j < b->quantity_count; j++) {
            if (b->quantity[j].kind != kind) continue;
            given = true;
            *agreement = fmax(*agreement, ss_quantity_agreement(&a->quantity[i], &b->quantity[j]));
        }
    }
    return given;
}

/* Kinds of which a report of an event gives one figure, so that another figure speaks against it. */
static const ss_quantity_kind contradicting[] = {SS_QUANTITY_DEAD, SS_QUANTITY_INJURED, SS_QUANTITY_MISSING,
                                                 SS_QUANTITY_MAGNITUDE, SS_QUANTITY_SCORE};
#define CONTRADICTING (sizeof contradicting / sizeof *contradicting)

bool ss_quantities_conflict(const ss_evidence *a, const ss_evidence *b, ss_quantity_kind kind)
{
    double agreement;
    for (size_t k = 0; k < CONTRADICTING; k++)
        if (contradicting[k] == kind) return both_give(a, b, kind, &agreement) && !(agreement > 0);
    return false;
}

float ss_conflicting_numbers(const ss_evidence *a, const ss_evidence *b)
{
    double conflicts = 0, given = 0, agreement;
    for (size_t k = 0; k < CONTRADICTING; k++) {
        if (!both_give(a, b, contradicting[k], &agreement)) continue;
        given++;
        conflicts += 1 - agreement;
    }
    return given > 0 ? (float)(conflicts / given) : NAN;
}

void ss_evidence_compare(const ss_model *model, ss_link *link, const ss_evidence *a, const ss_evidence *b)
{
    ss_terms_overlap terms = ss_terms_compare(&a->terms, &b->terms);
    link->shared_terms = terms.shared;
    link->covered_a = terms.covered_a;
    link->covered_b = terms.covered_b;
    link->shared_numbers = ss_shared_numbers(a, b);
    link->conflicting_numbers = ss_conflicting_numbers(a, b);
    if (model->lexicon == NULL) return;
    ss_lexical_agreement agreement;
    ss_lexical_compare(&agreement, model->lexicon, &a->lexical, &b->lexical);
    link->shared_names = agreement.shared_names;
    link->shared_words = agreement.shared_words;
    link->in_common_a = agreement.covered_a;
    link->in_common_b = agreement.covered_b;
    link->shared_bits = agreement.shared_weight;
    link->said_bits = agreement.said_weight;
}
