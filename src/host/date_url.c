/* Dates in addresses: many sites file their articles by day. */
#include <string.h>
#include <strings.h>

#include "ascii.h"
#include "calendar.h"
#include "date.h"

#define FIRST_YEAR 1990 /* of the web */
#define LAST_YEAR  2099

/* What is left of an address. */
typedef struct rest {
    const char *at, *end;
} rest;

static size_t count_digits(rest url)
{
    size_t count = 0;
    while (url.at + count < url.end && ss_is_digit(url.at[count]))
        count++;
    return count;
}

/* The number of exactly so many digits, which it passes over; -1 if other characters stand there. */
static int32_t take_number(rest *url, size_t digits)
{
    int32_t number = 0;
    if ((size_t)(url->end - url->at) < digits) return -1;
    for (size_t i = 0; i < digits; i++) {
        if (!ss_is_digit(url->at[i])) return -1;
        number = number * 10 + (url->at[i] - '0');
    }
    url->at += digits;
    return number;
}

static bool take_mark(rest *url, const char *marks)
{
    bool here = url->at < url->end && *url->at != '\0' && strchr(marks, *url->at) != NULL;
    url->at += here;
    return here;
}

static bool set_day(ss_civil *day, int32_t year, int32_t month, int32_t number)
{
    if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || number < 1) return false;
    *day = (ss_civil){year, (uint32_t)month, (uint32_t)number};
    return ss_civil_possible(*day);
}

/* 2021/11/23, 2021-11/23, 2021-11-23, 2021/1123, 202111/23, and 20211123 with or without a time or number behind it */
static bool match_padded(rest url, ss_civil *day)
{
    static const char marks[] = "/-_.";
    size_t run = count_digits(url);
    bool numbered = run == 10 || run == 12 || run == 14 || run == 17;
    int32_t year = take_number(&url, 4);
    bool split = take_mark(&url, marks);
    int32_t month = take_number(&url, 2);
    split |= take_mark(&url, marks);
    int32_t number = take_number(&url, 2);
    return set_day(day, year, month, number) && (count_digits(url) == 0 || (!split && numbered));
}

/* 2021/nov/23, 2021/1/3 */
static bool match_parts(rest url, ss_civil *day)
{
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    int32_t year = take_number(&url, 4), month = -1;
    if (!take_mark(&url, "/")) return false;
    if (count_digits(url) > 0) {
        month = take_number(&url, count_digits(url) > 1 ? 2 : 1);
    } else if (url.end - url.at > 3) {
        for (int32_t i = 0; i < 12; i++)
            if (strncasecmp(url.at, months + (size_t)3 * (size_t)i, 3) == 0) month = i + 1;
        while (url.at < url.end && ss_is_letter(*url.at))
            url.at++;
    }
    if (!take_mark(&url, "/")) return false;
    size_t digits = count_digits(url);
    int32_t number = digits == 1 || digits == 2 ? take_number(&url, digits) : -1;
    return set_day(day, year, month, number) && (url.at == url.end || take_mark(&url, "/?#"));
}

/* 21/1123/14/: year, day, hour */
static bool match_short(rest url, ss_civil *day)
{
    int32_t year = take_number(&url, 2);
    if (!take_mark(&url, "/")) return false;
    int32_t month = take_number(&url, 2), number = take_number(&url, 2);
    if (!take_mark(&url, "/") || take_number(&url, 2) < 0 || !take_mark(&url, "/")) return false;
    return set_day(day, 2000 + year, month, number);
}

bool ss_date_find_in_url(ss_date *out, const char *url, size_t length)
{
    *out = (ss_date){0};
    rest all = {url, url + length};
    for (; all.at < all.end; all.at++) {
        if (!ss_is_digit(*all.at) || all.at == url || ss_is_digit(all.at[-1])) continue;
        ss_civil day;
        char before = all.at[-1];
        bool whole = count_digits(all) >= 8;
        bool found = (before == '/' && (match_parts(all, &day) || match_short(all, &day))) ||
                     ((whole || !ss_is_letter(before)) && match_padded(all, &day));
        if (!found) continue;
        *out = (ss_date){ss_days_from_civil(day) * 86400, SS_ZONE_UNKNOWN, SS_DATE_DAY};
        return true;
    }
    return false;
}

bool ss_date_find_month_in_url(int32_t *year, int32_t *month, const char *url, size_t length)
{
    rest all = {url, url + length};
    for (; all.at < all.end; all.at++) {
        if (*all.at != '/') continue;
        rest here = {all.at + 1, all.end};
        size_t digits = count_digits(here);
        if (digits != 4 && digits != 6) continue;
        *year = take_number(&here, 4);
        bool joined = digits == 6 || take_mark(&here, "/-");
        *month = joined && count_digits(here) == 2 ? take_number(&here, 2) : 0;
        if (*month < 1 || *month > 12) *month = 0;
        if (*year >= FIRST_YEAR && *year <= LAST_YEAR) return true;
    }
    return false;
}
