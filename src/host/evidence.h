/* What two articles say alike and differently, beside their sketches: telling terms, numbers and dates. Taken from title
 * and lead, and compared for each candidate pair. */
#ifndef SS_EVIDENCE_H
#define SS_EVIDENCE_H

#include "lexical.h"
#include "quantity.h"
#include "shingles.h"
#include "terms.h"

#define SS_QUANTITIES_MAX 24
#define SS_COPY_COSINE    0.8 /* of sketches; below it, no text is a copy of the other */

/* Of one article. */
typedef struct ss_evidence {
    ss_terms terms;
    ss_lexical lexical;
    size_t quantity_count;
    ss_quantity quantity[SS_QUANTITIES_MAX];
    ss_shingles shingles; /* of title and text; only after ss_evidence_take_shingles() */
    bool has_shingles;
} ss_evidence;

/* Takes evidence from article after article; scratch space of one thread. */
typedef struct ss_evidence_taker ss_evidence_taker;

ss_status ss_evidence_taker_new(ss_evidence_taker **out, const ss_model *model);
void ss_evidence_taker_free(ss_evidence_taker *taker);

/* The evidence of an article in the place of what *evidence, zeroed at first, has held; ss_evidence_clear() frees it. Where
 * terms.vector is set, it is the caller's room for the vectors, ss_term_bytes(dimension), and to be freed by him. */
ss_status ss_evidence_take(ss_evidence_taker *taker, const ss_article *article, ss_evidence *evidence);
void ss_evidence_clear(ss_evidence *evidence);

/* The shingles of the same article beside its evidence. */
ss_status ss_evidence_take_shingles(ss_evidence_taker *taker, const ss_article *article, ss_evidence *evidence);

/* The text that begin and end of the evidence last taken refer to: title, a line's end, lead. */
const ss_folded_text *ss_evidence_text(const ss_evidence_taker *taker);

/* Fills the columns of the link that come of evidence. */
void ss_evidence_compare(const ss_model *model, ss_link *link, const ss_evidence *a, const ss_evidence *b);

/* Numbers and dates in common, weighted by what they tell, over those of the article with fewer, 0..1; NAN if either has
 * none. */
float ss_shared_numbers(const ss_evidence *a, const ss_evidence *b);

/* Do both give figures of this kind, one that can contradict, of which no two agree? */
bool ss_quantities_conflict(const ss_evidence *a, const ss_evidence *b, ss_quantity_kind kind);

/* Of the counts that both give - the dead, the injured, the missing, magnitudes, scores - the share in which no two
 * figures agree, 0..1; NAN if both give none of them. */
float ss_conflicting_numbers(const ss_evidence *a, const ss_evidence *b);

#endif
