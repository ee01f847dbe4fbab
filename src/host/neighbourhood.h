/* Candidate pairs: who is among whose nearest neighbours, and how crowded the neighbourhoods are. */
#ifndef SS_NEIGHBOURHOOD_H
#define SS_NEIGHBOURHOOD_H

#include "checkpoint.h"
#include "compare.h"
#include "match.h"
#include "result.h"

/* The articles of one language: rows of the result and their sketches, side by side. */
typedef struct ss_language_side {
    ss_lang lang;
    ss_side side;
    uint32_t *article; /* [side.count] row in the result, ascending */
    int8_t *vector;
    uint32_t *norm;
    int32_t *day;
} ss_language_side;

/* Borrows nothing from the result; ss_language_side_clear() frees it. */
ss_status ss_language_side_take(ss_language_side *side, const ss_result *result, ss_lang lang);
void ss_language_side_clear(ss_language_side *side);

/* For when only the rest is needed any more. */
void ss_language_side_drop_vectors(ss_language_side *side);

/* Appends to result->link every pair of neighbours of the languages that options ask for, each once, that the comparer
 * leaves. They come in an order of days, but not sorted. With a checkpoint (NULL: none) it goes on from what that has. */
ss_status ss_candidates_find(ss_result *result, const ss_matcher *matcher, const ss_link_options *options,
                             ss_comparer *comparer, ss_checkpoint *checkpoint, const ss_job *job);

#endif
