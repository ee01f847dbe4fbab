/* What two articles say alike and differently, in their own words: names, words, numbers. */
#ifndef SS_EXPLAIN_EVIDENCE_H
#define SS_EXPLAIN_EVIDENCE_H

#include "model.h"

typedef struct ss_testimony {
    const char *kind;          /* "person", "place", ..., "word", "term", "number", "money", "date", "dead", ... */
    char *a, *b;               /* as written in the articles where they stand first */
    uint32_t place_a, place_b; /* bytes before it in the article's title, "\n" and text */
    bool quantity; /* a number or date, that stands only there: the same digits elsewhere may count something else */
    double bits;   /* how telling */
    bool conflict; /* both give a figure of this kind, and none agree */
} ss_testimony;

typedef struct ss_testimonies {
    ss_testimony *item; /* what agrees, the most telling first, then what conflicts */
    size_t count, capacity;
} ss_testimonies;

/* At most `most` of what agrees: by the lexicon, then by numbers, then terms whose vectors agree and that neither of
 * these has named; and all that conflicts. Title and lead are looked at. */
ss_status ss_explain_evidence(ss_testimonies *out, const ss_model *model, const ss_article *a, const ss_article *b,
                              size_t most);
void ss_testimonies_clear(ss_testimonies *testimonies);

#endif
