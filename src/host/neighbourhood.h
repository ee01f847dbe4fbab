/* Candidate pairs: who is among whose nearest neighbours, and how crowded the neighbourhoods are. */
#ifndef SS_NEIGHBOURHOOD_H
#define SS_NEIGHBOURHOOD_H

#include "match.h"
#include "pool.h"
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

/* Appends to result->link every pair of neighbours between the two sides (the same one twice: within it), each once,
 * with all filled in that sketches, dates and lengths tell. Pairs whose cosines rule them out, whatever their evidence,
 * are left out unless options->keep_candidates. */
ss_status ss_candidates_add(ss_result *result, size_t *capacity, const ss_matcher *matcher, const ss_language_side *a,
                            const ss_language_side *b, const ss_link_options *options, ss_pool *pool,
                            const ss_job *job);

#endif
