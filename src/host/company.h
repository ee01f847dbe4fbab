/* The company a pair of articles keeps: do the articles that go with one of them go with the other? Reports of one event
 * support each other, and two reports whose companions have nothing to do with each other are seldom of one event. */
#ifndef SS_COMPANY_H
#define SS_COMPANY_H

#include "pool.h"
#include "result.h"

/* Sets support, others_a and others_b of every link of the result from `alone` of all of them. The links are sorted by a,
 * then b. */
ss_status ss_company_measure(ss_result *result, ss_pool *pool, const ss_job *job);

#endif
