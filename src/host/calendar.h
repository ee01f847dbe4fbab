/* Days and dates of the proleptic Gregorian calendar. */
#ifndef SS_CALENDAR_H
#define SS_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

typedef struct ss_civil {
    int64_t year;
    uint32_t month, day; /* from 1 */
} ss_civil;

/* Days since 1970-01-01, and back: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil and
 * civil_from_days. */
int64_t ss_days_from_civil(ss_civil date);
ss_civil ss_civil_from_days(int64_t days);

/* Has the month, in that year, such a day? */
bool ss_civil_possible(ss_civil date);

#endif
