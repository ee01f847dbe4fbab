/* From what a text tells of a day to the day. */
#include <stdlib.h>

#include "quantity_parts.h"

/* --------------------------------------------------------------- calendar */

/* Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"; the year is taken to begin in March. Years 1 .. 9999. */
static int32_t day_of_civil(ss_civil date)
{
    int32_t year = date.year - (date.month <= 2) + 400;
    int32_t era = year / 400, of_era = year % 400;
    int32_t month = ((int32_t)date.month + 9) % 12;
    int32_t of_year = (153 * month + 2) / 5 + (int32_t)date.day - 1;
    return (era - 1) * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

ss_civil ss_civil_of_day(int32_t day)
{
    int64_t shifted = (int64_t)day + 719468, era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t of_era = shifted - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
    ss_civil out = {.month = (uint32_t)(month < 10 ? month + 3 : month - 9),
                    .day = (uint32_t)(of_year - (153 * month + 2) / 5 + 1)};
    out.year = (int32_t)(year + era * 400 + (out.month <= 2));
    return out;
}

uint32_t ss_day_of_year(int32_t day)
{
    ss_civil date = ss_civil_of_day(day);
    return date.month * 100 + date.day;
}

bool ss_civil_possible(ss_civil date)
{
    static const uint8_t days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > days[date.month - 1]) return false;
    bool leap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0);
    return date.month != 2 || date.day < 29 || leap;
}

/* -------------------------------------------------------------- resolving */

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
    if (date.year > 0) return ss_civil_possible(date) ? ss_date_found(p, day_of_civil(date), out) : SS_READ_PASSED;
    ss_civil leap = {2000, date.month, date.day};
    if (!ss_civil_possible(leap)) return SS_READ_PASSED;
    if (!ss_published(p)) {
        *out = (ss_quantity){.kind = SS_QUANTITY_DATE,
                             .unit = SS_DATE_OF_YEAR,
                             .figures = 2,
                             .value = (double)(date.month * 100 + date.day)};
        return SS_READ_FOUND;
    }
    int32_t year = ss_civil_of_day(p->published).year, best = 0;
    bool any = false;
    for (int32_t y = year - 1; y <= year + 1; y++) {
        ss_civil that = {y, date.month, date.day};
        int32_t day = day_of_civil(that);
        if (!ss_civil_possible(that) || (any && distance(day, p->published) >= distance(best, p->published))) continue;
        best = day;
        any = true;
    }
    return any ? ss_date_found(p, best, out) : SS_READ_PASSED;
}

/* A day of a month that is not told: the nearest to `anchor`, of two the earlier one, months moved by `shift`. */
ss_reading ss_date_resolve_day(const ss_passage *p, uint32_t day, int32_t anchor, const int *shift, ss_quantity *out)
{
    ss_civil base = ss_civil_of_day(anchor);
    int32_t best = 0;
    bool any = false;
    for (int32_t m = -1; m <= 1; m++) {
        int32_t months = base.year * 12 + (int32_t)base.month - 1 + m;
        ss_civil that = {months / 12, (uint32_t)(months % 12) + 1, day};
        int32_t value = day_of_civil(that);
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
