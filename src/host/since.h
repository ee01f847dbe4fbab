/* Linking what is new, day by day, so that the union of all days is what one job over everything would give.
 *
 * With a window of W days a pair's numbers depend on the articles within 2 W days of either: its neighbours, and the
 * neighbours of third articles that go with it. So articles of day S and later change no pair but those whose later article
 * is of day S - 2 W or later; the earlier one of such a pair is of S - 3 W or later, and all that they depend on of S - 5 W or
 * later. Undated articles are compared with every day and have no place here. */
#ifndef SS_SINCE_H
#define SS_SINCE_H

#include "result.h"

typedef struct ss_since {
    int32_t day;         /* first day of the articles that are new */
    int32_t from;        /* first day of the articles that have to be linked */
    int32_t covers_from; /* first day of the later article of pairs that may have changed */
    int32_t kept_from;   /* first day of the articles in them */
} ss_since;

/* For articles of this day and later that are new; the window is 0 days or more. */
ss_since ss_since_days(int32_t day, int window_days);

/* The day of the later article of a link; SS_COVERS_ALL where one has no date. */
int32_t ss_link_later_day(const ss_result *result, const ss_link *link);

/* The day of the last dated article; SS_NO_DAY if none is dated. */
int32_t ss_result_last_day(const ss_result *result);

/* The --since of a result whose days begin with provenance.covers_from. */
int32_t ss_since_of(const ss_result *result);

/* Whether days between `day`, the last of results before this one, and its --since hold articles, or may hold them: pairs
 * that those make or change are in none of the results. */
bool ss_since_misses(const ss_result *result, int32_t day);

/* Keeps of a result the pairs that may have changed, and the articles they need; events are found among these. */
ss_status ss_since_cut(ss_result *result, const ss_since *since);

#endif
