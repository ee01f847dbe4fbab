/* What is known of candidate pairs, each alone: cosines of all channels, evidence, and the probability by these. */
#ifndef SS_COMPARE_H
#define SS_COMPARE_H

#include <math.h>

#include "model.h"
#include "pool.h"
#include "result.h"

/* Pairs whose probability alone is below this are nobody's company and no links. */
#define SS_UNLIKELY 0.03f

/* Is the pair ruled out: by its cosines, so that its evidence was not looked at, or by all that is known of it? */
static inline bool ss_pair_is_unlikely(const ss_link *link)
{
    return isnan(link->shared_terms) || link->alone < SS_UNLIKELY;
}

typedef struct ss_comparer ss_comparer;

/* For pairs of articles of `result`, which are sketched; borrows all that it is given. `keep_all`: unlikely pairs too. */
ss_status ss_comparer_new(ss_comparer **out, const ss_result *result, const ss_model *model, bool keep_all,
                          ss_pool *pool, const ss_job *job);
void ss_comparer_free(ss_comparer *comparer);

/* Fills in what is known of link[0 .. *count - 1] alone, by all threads of the pool, and leaves out those that are
 * unlikely: *count is what remains, in the same order. Pairs should come in an order of days. */
ss_status ss_comparer_sift(ss_comparer *comparer, ss_link *link, size_t *count);

#endif
