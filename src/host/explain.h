/* Why two articles are near: a sketch is a sum over n-grams, so their cosine is a sum over pairs of n-grams. */
#ifndef SS_EXPLAIN_H
#define SS_EXPLAIN_H

#include "model.h"

/* What one stretch of a text adds to the cosine together with one stretch of the other. */
typedef struct ss_contribution {
    char *a, *b; /* the two stretches, as written in the articles where they stand first */
    double value;
} ss_contribution;

typedef struct ss_explanation {
    double cosine;         /* of the two sketches, as the matcher sees it */
    ss_contribution *item; /* largest first; the part of the cosine that they leave is `rest` */
    size_t count;
    double
        rest; /* cosine - sum of item values: everything smaller, positive and negative, and what rounding to int8 moved */
} ss_explanation;

/* The `most` largest contributions between the words and Han stretches of two articles. The n-grams of a word are
 * counted with the word, and overlapping Han n-grams with the longest one that the model knows, so that every n-gram
 * counts exactly once and all values with `rest` add up to the cosine. */
ss_status ss_explain(ss_explanation *out, const ss_model *model, const ss_article *a, const ss_article *b, size_t most);
void ss_explanation_clear(ss_explanation *explanation);

#endif
