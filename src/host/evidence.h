/* What an article says beside its sketch: its numbers and dates in a form that does not depend on the language, and its
 * most telling terms, each with a vector of its own. Compared for each candidate pair. */
#ifndef SS_EVIDENCE_H
#define SS_EVIDENCE_H

#include "sketch.h"

#define SS_TERMS_MAX   24
#define SS_NUMBERS_MAX 16

/* Numbers and dates of title and lead. */
typedef struct ss_numbers {
    uint32_t hash[SS_NUMBERS_MAX]; /* of the canonical forms, ascending, each once */
    size_t count;
} ss_numbers;

/* The most telling words and Han sequences of title and lead, as sketches. */
typedef struct ss_terms {
    size_t count;
    uint32_t weight[SS_TERMS_MAX]; /* how telling: information in 1/256 bit times sqrt(count) */
    uint32_t norm[SS_TERMS_MAX];
    int8_t *vector; /* [SS_TERMS_MAX][dimension] */
} ss_terms;

/* Takes evidence from article after article; scratch space of one thread. */
typedef struct ss_evidence ss_evidence;

ss_status ss_evidence_new(ss_evidence **out, const ss_model *model);
void ss_evidence_free(ss_evidence *evidence);

ss_status ss_evidence_numbers(ss_evidence *evidence, const ss_article *article, ss_numbers *numbers);

/* The terms of article `row`, which stands on side 0 or 1 of a pair. Kept until another article of that side takes their
 * place, so that an article that stands in many pairs is looked at once; valid until the next call for that side. */
ss_status ss_evidence_terms(ss_evidence *evidence, const ss_article *article, uint32_t row, int side,
                            const ss_terms **terms);

/* Weighted share of the terms of both that the other has too, 0..1. Two terms agree as far as their cosine goes, so that
 * terms of two languages can (late interaction; Khattab & Zaharia 2020). 0 if either has none. */
float ss_shared_terms(const ss_terms *a, const ss_terms *b, int dimension);

/* Numbers and dates in common over those of the article with fewer, 0..1; NAN if either has none. */
float ss_shared_numbers(const ss_numbers *a, const ss_numbers *b);

#endif
