/* From what a text tells of a day to the day. */
#include <stdlib.h>

#include "quantity_parts.h"

uint32_t ss_day_of_year(int32_t day)
{
    ss_civil date = ss_civil_from_days(day);
    return date.month * 100 + date.day;
}

/* A day of publication that years and months can be counted from. */
bool ss_published(const ss_passage *p)
{
    return p->published > -700000 && p->published < 2900000; /* years 54 .. 9909 */
}

ss_reading ss_date_found(const ss_passage *p, int32_t day, ss_quantity *date)
{
    int64_t apart = ss_published(p) ? llabs((long long)day - p->published) : 2;
    *date = (ss_quantity){.kind = SS_QUANTITY_DATE,
                          .unit = SS_DATE_FULL,
                          .figures = apart <= 1   ? 1
                                     : apart <= 7 ? 2
                                                  : 3,
                          .value = (double)day};
    return SS_READ_FOUND;
}

/* How far a day is from the anchor. News look back: a day to come must be three times nearer. */
static int32_t distance(int32_t day, int32_t anchor)
{
    return day <= anchor ? anchor - day : 3 * (day - anchor);
}

/* year 0: not told, the one that brings the date nearest to the day of publication. */
ss_reading ss_date_resolve(const ss_passage *p, ss_civil date, ss_quantity *out)
{
    if (date.year > 0)
        return ss_civil_possible(date) ? ss_date_found(p, (int32_t)ss_days_from_civil(date), out) : SS_READ_PASSED;
    ss_civil leap = {2000, date.month, date.day};
    if (!ss_civil_possible(leap)) return SS_READ_PASSED;
    if (!ss_published(p)) {
        *out = (ss_quantity){.kind = SS_QUANTITY_DATE,
                             .unit = SS_DATE_OF_YEAR,
                             .figures = 2,
                             .value = (double)(date.month * 100 + date.day)};
        return SS_READ_FOUND;
    }
    int64_t year = ss_civil_from_days(p->published).year;
    int32_t best = 0;
    bool any = false;
    for (int64_t y = year - 1; y <= year + 1; y++) {
        ss_civil that = {y, date.month, date.day};
        int32_t day = (int32_t)ss_days_from_civil(that);
        if (!ss_civil_possible(that) || (any && distance(day, p->published) >= distance(best, p->published))) continue;
        best = day;
        any = true;
    }
    return any ? ss_date_found(p, best, out) : SS_READ_PASSED;
}

/* A day of a month that is not told: the nearest to `anchor`, of two the earlier one, months moved by `shift`. */
ss_reading ss_date_resolve_day(const ss_passage *p, uint32_t day, int32_t anchor, const int *shift, ss_quantity *out)
{
    ss_civil base = ss_civil_from_days(anchor);
    int32_t best = 0;
    bool any = false;
    for (int m = -1; m <= 1; m++) {
        int64_t months = base.year * 12 + base.month - 1 + m;
        ss_civil that = {months / 12, (uint32_t)(months % 12) + 1, day};
        int32_t value = (int32_t)ss_days_from_civil(that);
        if (!ss_civil_possible(that) || (shift != NULL && *shift != m)) continue;
        if (any && distance(value, anchor) >= distance(best, anchor)) continue;
        best = value;
        any = true;
    }
    return any ? ss_date_found(p, best, out) : SS_READ_PASSED;
}

static int32_t weekday_of(int32_t day) /* Monday: 0 */
{
    return ((day + 3) % 7 + 7) % 7;
}

ss_reading ss_date_resolve_weekday(const ss_passage *p, int32_t weekday, bool chinese, ss_week which, ss_quantity *out)
{
    if (!ss_published(p)) return SS_READ_PASSED;
    int32_t today = weekday_of(p->published), back = (today - weekday + 7) % 7, monday = p->published - today;
    switch (which) {
    case SS_WEEK_LAST:
        return ss_date_found(p, chinese ? monday - 7 + weekday : p->published - (back == 0 ? 7 : back), out);
    case SS_WEEK_THIS:
        return ss_date_found(p, monday + weekday, out);
    case SS_WEEK_NEXT:
        return ss_date_found(p, chinese ? monday + 7 + weekday : p->published + 7 - back, out);
    case SS_WEEK_PLAIN:
        break;
    }
    return ss_date_found(p, p->published - back, out);
}
