/* Random sets of sketches, and the comparison of a matcher with the scalar reference. For cmocka tests. */
#ifndef MATCH_CASES_H
#define MATCH_CASES_H

#include "match.h"

typedef enum case_entries {
    CASE_RANDOM,
    CASE_SMALL, /* -1, 0, 1: many equal scores */
    CASE_FEW_DIFFERENT,
    CASE_EQUAL,
    CASE_ZERO,
    CASE_EXTREME, /* -127 and 127 */
    CASE_SCALED,  /* equal cosines of unequal products */
    CASE_SOME_EMPTY,
    CASE_KINDS
} case_entries;

typedef struct case_set {
    ss_side side;
    int8_t *vector;
    uint32_t *norm;
    int32_t *day;
} case_set;

void case_seed(uint64_t seed);
uint32_t case_random(uint32_t limit); /* below it */

#define CASE_PICK(choices) (choices)[case_random((uint32_t)(sizeof(choices) / sizeof *(choices)))]

case_set case_set_new(size_t count, size_t dimension, case_entries kind);
void case_set_free(case_set *set);

/* Ask for equality with the reference, of which b_to_a is NULL with options.self. */
void case_compare_nearest(const ss_matcher *matcher, const ss_side *a, const ss_side *b, ss_match_options options);
void case_compare_join(const ss_matcher *matcher, const ss_side *a, const ss_side *b, double threshold,
                       ss_match_options options);

/* A threshold that is exactly the cosine of some pair, which must be found then, or any. */
double case_threshold(const ss_side *a, const ss_side *b, int dimension);

#endif
