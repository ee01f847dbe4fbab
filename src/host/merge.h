/* The union of results: what daily runs found, put together. */
#ifndef SS_MERGE_H
#define SS_MERGE_H

#include "result.h"

/* Puts results together that were linked alike, with the same model, window, neighbours, threshold and pairs; else
 * SS_ERROR_INPUT. Articles are one by id. Of a pair the last result whose days (ss_provenance.covers_from) hold it decides,
 * be it that the pair is not there; events are found anew. `name` says what to call each result in messages. The parts
 * keep nothing of value: their articles move. */
ss_status ss_results_merge(ss_result **out, ss_result *const *part, const char *const *name, size_t count,
                           const ss_job *job);

#endif
