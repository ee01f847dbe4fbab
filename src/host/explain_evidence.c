#include "explain_evidence.h"

#include <stdlib.h>
#include <string.h>

#include "evidence.h"
#include "furniture.h"
#include "status.h"

#define AGREES 0.5 /* of a pair of quantities */

/* One article: its evidence and the text that this points into. */
typedef struct witness {
    const ss_article *article; /* NULL: none has been heard */
    ss_evidence evidence;
    char *text;
    uint32_t *offset; /* [characters + 1] where each folded character begins in the text */
    uint32_t body;    /* bytes of the title and its line end: behind them stands the body, */
    uint32_t skipped; /* without the furniture before it */
} witness;

struct ss_testimony_taker {
    const ss_model *model;
    ss_evidence_taker *taker;
    witness witness[2]; /* of the last pair */
};

const char *ss_testimony_kind_name(unsigned kind)
{
    if (kind < SS_TESTIMONY_TERM) return ss_term_kind_name((ss_term_kind)kind);
    return kind == SS_TESTIMONY_TERM ? "term" : ss_quantity_kind_name((ss_quantity_kind)(kind - SS_TESTIMONY_TERM));
}

bool ss_testimony_is_quantity(unsigned kind)
{
    return kind > SS_TESTIMONY_TERM;
}

static uint8_t kind_of_quantity(const ss_quantity *quantity)
{
    return (uint8_t)(SS_TESTIMONY_TERM + quantity->kind);
}

/* --------------------------------------------------------------- hearing */

ss_status ss_testimony_taker_new(ss_testimony_taker **out, const ss_model *model)
{
    *out = NULL;
    ss_testimony_taker *taker = calloc(1, sizeof *taker);
    if (taker == NULL) return ss_fail_memory(sizeof *taker);
    taker->model = model;
    ss_status status = ss_evidence_taker_new(&taker->taker, model);
    if (status != SS_OK) {
        ss_testimony_taker_free(taker);
        return status;
    }
    *out = taker;
    return SS_OK;
}

static void dismiss(witness *w)
{
    ss_evidence_clear(&w->evidence);
    free(w->text);
    free(w->offset);
}

void ss_testimony_taker_free(ss_testimony_taker *taker)
{
    if (taker == NULL) return;
    ss_evidence_taker_free(taker->taker);
    dismiss(&taker->witness[0]);
    dismiss(&taker->witness[1]);
    free(taker);
}

static ss_status keep_text(witness *w, const ss_folded_text *text)
{
    free(w->text);
    free(w->offset);
    w->text = NULL;
    w->offset = malloc((text->count + 1) * sizeof *w->offset);
    if (w->offset == NULL) return ss_fail_memory(text->count * sizeof *w->offset);
    if (text->count > 0) memcpy(w->offset, text->offset, text->count * sizeof *w->offset);
    w->offset[text->count] = (uint32_t)text->length;
    return ss_copy_text(&w->text, text->text, text->length);
}

static ss_status hear(witness *w, ss_evidence_taker *taker, const ss_article *article)
{
    if (w->article == article) return SS_OK;
    w->article = NULL;
    SS_TRY(ss_evidence_take(taker, article, &w->evidence));
    SS_TRY(keep_text(w, ss_evidence_text(taker)));
    w->body = (uint32_t)strlen(article->title) + 1;
    w->skipped = (uint32_t)(ss_body_of(article).text - article->text);
    w->article = article;
    return SS_OK;
}

/* A place in the article, of one in the text that was heard. */
static uint32_t place_in_article(const witness *w, uint32_t place)
{
    return place >= w->body ? place + w->skipped : place;
}

/* Words at the end of the title and the beginning of the report, between which the article has furniture. */
static bool are_torn(const witness *w, uint32_t place, size_t length)
{
    return w->skipped > 0 && place < w->body && place + length > w->body;
}

static ss_status add(ss_testimonies *out, ss_testimony item, const witness *a, size_t length_a, const witness *b,
                     size_t length_b)
{
    if (are_torn(a, item.place_a, length_a) || are_torn(b, item.place_b, length_b)) return SS_OK;
    SS_TRY(ss_grow((void **)&out->item, &out->capacity, out->count + 1, sizeof *out->item));
    SS_TRY(ss_copy_text(&item.a, a->text + item.place_a, length_a));
    ss_status status = ss_copy_text(&item.b, b->text + item.place_b, length_b);
    if (status != SS_OK) {
        free(item.a);
        return status;
    }
    item.place_a = place_in_article(a, item.place_a);
    item.place_b = place_in_article(b, item.place_b);
    out->item[out->count++] = item;
    return SS_OK;
}

/* Spans of folded characters. */
static ss_status add_span(ss_testimonies *out, ss_testimony item, const witness *a, size_t begin_a, size_t end_a,
                          const witness *b, size_t begin_b, size_t end_b)
{
    item.place_a = a->offset[begin_a];
    item.place_b = b->offset[begin_b];
    return add(out, item, a, a->offset[end_a] - item.place_a, b, b->offset[end_b] - item.place_b);
}

/* ------------------------------------------------------------- what agrees */

/* Marks the bytes of a's text that are spoken for. */
static ss_status add_lexical(ss_testimonies *out, const ss_model *model, const witness *a, const witness *b, bool *said)
{
    ss_lexical_pair pair[SS_LEXICAL_PAIRS_MAX];
    if (model->lexicon == NULL) return SS_OK;
    size_t count = ss_lexical_shared(model->lexicon, &a->evidence.lexical, &b->evidence.lexical, pair);
    for (size_t i = 0; i < count; i++) {
        const ss_lexical_pair *p = &pair[i];
        ss_testimony item = {.kind = p->kind, .bits = p->weight};
        SS_TRY(add_span(out, item, a, p->a_begin, p->a_end, b, p->b_begin, p->b_end));
        memset(said + a->offset[p->a_begin], 1, a->offset[p->a_end] - a->offset[p->a_begin]);
    }
    return SS_OK;
}

static ss_status add_quantities(ss_testimonies *out, const witness *a, const witness *b, bool *said)
{
    for (size_t i = 0; i < a->evidence.quantity_count; i++) {
        const ss_quantity *one = &a->evidence.quantity[i], *best = NULL;
        double agreement = AGREES;
        for (size_t j = 0; j < b->evidence.quantity_count; j++) {
            const ss_quantity *other = &b->evidence.quantity[j];
            double agreed = ss_quantity_agreement(one, other);
            if (agreed > agreement) agreement = agreed, best = other;
        }
        if (best == NULL) continue;
        ss_testimony item = {.kind = kind_of_quantity(one), .bits = (float)(agreement * ss_quantity_information(one))};
        SS_TRY(add_span(out, item, a, one->begin, one->end, b, best->begin, best->end));
        memset(said + a->offset[one->begin], 1, a->offset[one->end] - a->offset[one->begin]);
    }
    return SS_OK;
}

static ss_status add_terms(ss_testimonies *out, const witness *a, const witness *b, const bool *said)
{
    ss_term_pair pair[SS_TERMS_MAX];
    const ss_terms *left = &a->evidence.terms, *right = &b->evidence.terms;
    size_t count = ss_terms_pairs(pair, left, right);
    for (size_t i = 0; i < count; i++) {
        uint32_t begin = left->begin[pair[i].a], end = left->end[pair[i].a];
        uint32_t other_begin = right->begin[pair[i].b], other_end = right->end[pair[i].b];
        if (memchr(said + begin, 1, end - begin) != NULL) continue;
        ss_testimony item = {.kind = SS_TESTIMONY_TERM,
                             .place_a = begin,
                             .place_b = other_begin,
                             .bits = (float)(pair[i].agreement * pair[i].weight)};
        SS_TRY(add(out, item, a, end - begin, b, other_end - other_begin));
    }
    return SS_OK;
}

static int by_falling_bits(const void *left, const void *right)
{
    const ss_testimony *a = left, *b = right;
    if (a->bits != b->bits) return a->bits > b->bits ? -1 : 1;
    int order = strcmp(a->a, b->a);
    return order != 0 ? order : strcmp(a->b, b->b);
}

static void keep(ss_testimonies *out, size_t most)
{
    if (out->count > 1) qsort(out->item, out->count, sizeof *out->item, by_falling_bits);
    for (; out->count > most; out->count--) {
        free(out->item[out->count - 1].a);
        free(out->item[out->count - 1].b);
    }
}

/* ---------------------------------------------------------- what conflicts */

static ss_status add_conflicts(ss_testimonies *out, const witness *a, const witness *b)
{
    for (size_t i = 0; i < a->evidence.quantity_count; i++) {
        for (size_t j = 0; j < b->evidence.quantity_count; j++) {
            const ss_quantity *one = &a->evidence.quantity[i], *other = &b->evidence.quantity[j];
            if (!ss_quantities_conflict(&a->evidence, &b->evidence, one->kind) || one->kind != other->kind) continue;
            ss_testimony item = {.kind = kind_of_quantity(one), .conflict = true};
            SS_TRY(add_span(out, item, a, one->begin, one->end, b, other->begin, other->end));
        }
    }
    return SS_OK;
}

/* -------------------------------------------------------------- the whole */

static ss_status compare(ss_testimonies *out, const ss_model *model, const witness *a, const witness *b, size_t most)
{
    bool *said = calloc(strlen(a->text) + 1, sizeof *said);
    if (said == NULL) return ss_fail_memory(strlen(a->text));
    ss_status status = add_lexical(out, model, a, b, said);
    if (status == SS_OK) status = add_quantities(out, a, b, said);
    if (status == SS_OK) status = add_terms(out, a, b, said);
    free(said);
    SS_TRY(status);
    keep(out, most);
    return add_conflicts(out, a, b);
}

ss_status ss_testimonies_take(ss_testimonies *out, ss_testimony_taker *taker, const ss_article *a, const ss_article *b,
                              size_t most)
{
    *out = (ss_testimonies){0};
    witness *w = taker->witness;
    ss_status status = hear(&w[0], taker->taker, a);
    if (status == SS_OK) status = hear(&w[1], taker->taker, b);
    if (status == SS_OK) status = compare(out, taker->model, &w[0], &w[1], most);
    if (status != SS_OK) ss_testimonies_clear(out);
    return status;
}

ss_status ss_explain_evidence(ss_testimonies *out, const ss_model *model, const ss_article *a, const ss_article *b,
                              size_t most)
{
    *out = (ss_testimonies){0};
    ss_testimony_taker *taker;
    SS_TRY(ss_testimony_taker_new(&taker, model));
    ss_status status = ss_testimonies_take(out, taker, a, b, most);
    ss_testimony_taker_free(taker);
    return status;
}

void ss_testimonies_clear(ss_testimonies *testimonies)
{
    for (size_t i = 0; i < testimonies->count; i++) {
        free(testimonies->item[i].a);
        free(testimonies->item[i].b);
    }
    free(testimonies->item);
    *testimonies = (ss_testimonies){0};
}
