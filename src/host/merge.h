/* The union of results: what daily runs found, put together. */
#ifndef SS_MERGE_H
#define SS_MERGE_H

#include "result.h"

/* Lets go of the texts of articles that later results hold too: they are taken from the last. */
void ss_merge_spare_texts(ss_result *part, ss_result *const *later, size_t count);

/* Puts results together that were linked alike, with the same model, window, neighbours, threshold and pairs; else
 * SS_ERROR_INPUT. Articles are one by id. Of a pair the last result whose days (ss_provenance.covers_from) hold it decides,
 * be it that the pair is not there; events are found anew. Days that no result took
 * new articles of are warned of. `name` says what to call each result in messages. The parts
 * keep nothing of value: their articles move. */
ss_status ss_results_merge(ss_result **out, ss_result *const *part, const char *const *name, size_t count,
                           const ss_job *job);

#endif
