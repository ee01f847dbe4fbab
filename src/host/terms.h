/* The most telling words and Han sequences of an article, each with a vector of its own, and how far two articles'
 * agree. */
#ifndef SS_TERMS_H
#define SS_TERMS_H

#include "sketch.h"
#include "term_dots.h"

typedef struct ss_terms {
    size_t count;
    uint32_t begin[SS_TERMS_MAX],
        end[SS_TERMS_MAX];         /* bytes of the text they were taken from, where they stand first */
    uint32_t weight[SS_TERMS_MAX]; /* how telling: information in 1/256 bit times sqrt(count) */
    uint32_t norm[SS_TERMS_MAX];
    float inverse[SS_TERMS_MAX]; /* 1 / length; 0 past the last */
    size_t groups;               /* of entries */
    int8_t *vector;              /* [ss_term_bytes(dimension)] sketches of the terms, entries at ss_term_place() */
} ss_terms;

/* A folded text and where each of its characters begins in the bytes. */
typedef struct ss_folded_text {
    char *text;
    size_t length;
    ss_folded *folded; /* [count] */
    uint32_t *offset;  /* [count] */
    size_t count;
} ss_folded_text;

/* Takes terms from text after text; scratch space of one thread. */
typedef struct ss_term_finder ss_term_finder;

ss_status ss_term_finder_new(ss_term_finder **out, const ss_model *model);
void ss_term_finder_free(ss_term_finder *finder);

/* The most telling terms that do not overlap where they stand first. terms->vector is the caller's. */
ss_status ss_terms_take(ss_terms *terms, ss_term_finder *finder, const ss_folded_text *text);

/* How far the terms of two articles agree: weighted shares, 0..1; 0 if either has none. */
typedef struct ss_terms_overlap {
    float shared;               /* of the terms of both, those that the other has too */
    float covered_a, covered_b; /* of the terms of one */
} ss_terms_overlap;

/* Two terms agree as far as their cosine goes, so that terms of two languages can (late interaction; Khattab & Zaharia
 * 2020). */
ss_terms_overlap ss_terms_compare(const ss_terms *a, const ss_terms *b);

/* A term of `a` and the term of `b` that is nearest to it, and what they add to the agreement. */
typedef struct ss_term_pair {
    size_t a, b;
    double agreement; /* 0..1 */
    double weight;    /* bits */
} ss_term_pair;

/* The pairs that agree, those that add most first; returns how many, at most SS_TERMS_MAX. */
size_t ss_terms_pairs(ss_term_pair pair[SS_TERMS_MAX], const ss_terms *a, const ss_terms *b);

#endif
