/* The evidence of the articles that are being compared, taken once and shared by all threads. Pairs come in the order of
 * their days, so that a window of articles is wanted again and again and then never more; of these many are kept. */
#ifndef SS_EVIDENCE_STORE_H
#define SS_EVIDENCE_STORE_H

#include "evidence.h"
#include "pool.h"

/* Articles that may be wanted together; and those that are kept, some 10 KiB each: a week's of 2,900 a day. */
#define SS_EVIDENCE_WANTED 8192
#define SS_EVIDENCE_KEPT   20480

typedef struct ss_evidence_store ss_evidence_store;

/* Of the `count` articles of a job; borrows all that it is given. */
ss_status ss_evidence_store_new(ss_evidence_store **out, const ss_model *model, const ss_article *article, size_t count,
                                ss_pool *pool);
void ss_evidence_store_free(ss_evidence_store *store);

/* An article that is to be compared. */
typedef struct ss_evidence_want {
    uint32_t row;
    bool shingles; /* whether copied text is to be looked for */
} ss_evidence_want;

/* Takes the evidence of all that are wanted (one may be named often) and not there yet, by all threads of the pool. Not
 * more than SS_EVIDENCE_WANTED different articles. */
ss_status ss_evidence_store_fill(ss_evidence_store *store, const ss_evidence_want *want, size_t count);

/* The evidence of one of those named in the last call; valid until the next. */
const ss_evidence *ss_evidence_store_get(const ss_evidence_store *store, uint32_t row);

/* Fills in what comes of the evidence of such pairs, but for those whose shared_terms are NAN. */
void ss_evidence_store_compare(const ss_evidence_store *store, ss_link *link, size_t count);

#endif
