/* What two articles say alike and differently, in their own words: names, words, numbers. */
#ifndef SS_EXPLAIN_EVIDENCE_H
#define SS_EXPLAIN_EVIDENCE_H

#include "lexicon.h"
#include "model.h"
#include "quantity.h"

/* What is in common or in conflict: below SS_TESTIMONY_TERM the ss_term_kind of an entry of the lexicon, above it, counted
 * from there, the ss_quantity_kind of a number or date. Results files hold these numbers. */
#define SS_TESTIMONY_TERM  SS_TERM_KINDS
#define SS_TESTIMONY_KINDS (SS_TESTIMONY_TERM + SS_QUANTITY_SCORE + 1)

/* "word", "person", ..., "term", "number", "money", ..., "score" */
const char *ss_testimony_kind_name(unsigned kind);

/* A number or date, that stands only where it was found: the same digits elsewhere may count something else. */
bool ss_testimony_is_quantity(unsigned kind);

typedef struct ss_testimony {
    uint8_t kind;
    char *a, *b;               /* as written in the articles where they stand first */
    uint32_t place_a, place_b; /* bytes before it in the article's title, "\n" and text */
    float bits;                /* how telling */
    bool conflict;             /* both give a figure of this kind, and none agree */
} ss_testimony;

typedef struct ss_testimonies {
    ss_testimony *item; /* what agrees, the most telling first, then what conflicts */
    size_t count, capacity;
} ss_testimonies;

void ss_testimonies_clear(ss_testimonies *testimonies);

/* Hears pair after pair; scratch space of one thread. Articles of the last pair need not be heard again: they are known by
 * where they are in memory, and must stay there unchanged. */
typedef struct ss_testimony_taker ss_testimony_taker;

ss_status ss_testimony_taker_new(ss_testimony_taker **out, const ss_model *model);
void ss_testimony_taker_free(ss_testimony_taker *taker);

/* At most `most` of what agrees: by the lexicon, then by numbers, then terms whose vectors agree and that neither of
 * these has named; and all that conflicts. Title and lead are looked at. */
ss_status ss_testimonies_take(ss_testimonies *out, ss_testimony_taker *taker, const ss_article *a, const ss_article *b,
                              size_t most);

/* The same of one pair alone. */
ss_status ss_explain_evidence(ss_testimonies *out, const ss_model *model, const ss_article *a, const ss_article *b,
                              size_t most);

#endif
