#include "date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "date_token.h"
#include "match.h"

#define DAY_SECONDS 86400
#define FIRST_YEAR  1800
#define LAST_YEAR   2200
#define MAX_TOKENS  40 /* more than the longest form has */
#define LOOK_AHEAD  8  /* more than any rule looks ahead */
#define CENTURY     70 /* years of two digits from here on are of the twentieth */
#define MINGUO      1911
#define UNIX_DIGITS 10 /* of seconds since 1970, from 2001 to 2286 */

/* --------------------------------------------------------------- grammar */

/* A date and time as written. */
typedef struct civil {
    int64_t year, month, day, hour, minute, second;
    bool timed;
    int zone; /* minutes, or SS_ZONE_UNKNOWN */
    const ss_date_custom *custom;
} civil;

/* Each rule takes the tokens from `t` on and returns the first one behind what it matched, or NULL if it does not
 * match. Behind the last token stand tokens of kind SS_TOKEN_END. */

static bool is_number(const ss_date_token *t, int least, int most)
{
    return t->kind == SS_TOKEN_NUMBER && t->digits >= least && t->digits <= most;
}

static bool is_mark(const ss_date_token *t, const char *marks)
{
    return t->kind == SS_TOKEN_MARK && strchr(marks, (int)t->value) != NULL;
}

static bool is_unit(const ss_date_token *t, char unit)
{
    return t->kind == SS_TOKEN_UNIT && t->value == unit;
}

static const ss_date_token *skip_marks(const ss_date_token *t, const char *marks)
{
    while (is_mark(t, marks))
        t++;
    return t;
}

/* 20211123, and with a time 202111231435 and 20211123143556 */
static const ss_date_token *match_compact(const ss_date_token *t, civil *out)
{
    bool seconds = is_number(t, 14, 14), minutes = seconds || is_number(t, 12, 12);
    if (!minutes && !is_number(t, 8, 8)) return NULL;
    int64_t value = t->value;
    out->timed = minutes;
    if (seconds) {
        out->second = value % 100;
        value /= 100;
    }
    if (minutes) {
        out->minute = value % 100;
        out->hour = value / 100 % 100;
        value /= 10000;
    }
    out->year = value / 10000;
    out->month = value / 100 % 100;
    out->day = value % 100;
    return t + 1;
}

/* 2021-11-23, 2021/11/23, 2021.11.23, 2021年11月23日, 2021-Nov-23; 民國110年11月23日, 110年11月23日 and, where that is
 * the custom, 110-11-23 */
static const ss_date_token *match_year_first(const ss_date_token *t, civil *out)
{
    bool era = t->kind == SS_TOKEN_ERA;
    if (era) t++;
    bool minguo = era || (is_number(t, 3, 3) && (out->custom->minguo || is_unit(t + 1, 'Y')));
    if (!is_number(t, minguo ? 1 : 4, minguo ? 3 : 4)) return NULL;
    out->year = t->value + (minguo ? MINGUO : 0);
    const ss_date_token *month = t + 1 + is_mark(t + 1, "-/");
    if (month->kind == SS_TOKEN_MONTH) {
        const ss_date_token *day = month + 1 + is_mark(month + 1, "-/");
        if (!is_number(day, 1, 2)) return NULL;
        out->month = month->value;
        out->day = day->value;
        return day + 1;
    }
    if (!is_number(t + 2, 1, 2) || !is_number(t + 4, 1, 2)) return NULL;
    out->month = t[2].value;
    out->day = t[4].value;
    if (is_mark(t + 1, "-/.") && is_mark(t + 3, "-/.") && t[1].value == t[3].value) return t + 5;
    if (is_unit(t + 1, 'Y') && is_unit(t + 3, 'M') && is_unit(t + 5, 'D')) return t + 6;
    return NULL;
}

/* Which number comes first: one above 12 is the day, dots go with the day first, and else the custom decides. */
static ss_date_order order_of(const ss_date_token *t, const ss_date_custom *custom)
{
    int64_t first = t[0].value, second = t[2].value;
    if (first > 12 || first == second) return SS_ORDER_DAY_FIRST;
    if (second > 12) return SS_ORDER_MONTH_FIRST;
    return t[1].value == '.' ? SS_ORDER_DAY_FIRST : custom->order;
}

static bool is_year_last(const ss_date_token *t, int least)
{
    return is_number(t, 1, 2) && is_mark(t + 1, "/.-") && is_number(t + 2, 1, 2) && is_mark(t + 3, "/.-") &&
           t[1].value == t[3].value && is_number(t + 4, least, 4) && t[4].digits != 3;
}

/* 23.11.2021, 11/23/2021, and by custom 9/4/2018 and 9/4/18 */
static const ss_date_token *match_year_last(const ss_date_token *t, civil *out)
{
    if (!is_year_last(t, out->custom->short_years ? 2 : 4)) return NULL;
    ss_date_order order = order_of(t, out->custom);
    if (order == SS_ORDER_UNKNOWN) return NULL;
    bool day_first = order == SS_ORDER_DAY_FIRST;
    out->day = t[day_first ? 0 : 2].value;
    out->month = t[day_first ? 2 : 0].value;
    out->year = t[4].value;
    if (t[4].digits == 2) out->year += out->year < CENTURY ? 2000 : 1900;
    return t + 5;
}

/* 23 November 2021, 23rd of Nov., 2021, 23-Nov-2021, 23-Nov-21 */
static const ss_date_token *match_day_first(const ss_date_token *t, civil *out)
{
    if (!is_number(t, 1, 2)) return NULL;
    out->day = t++->value;
    if (t->kind == SS_TOKEN_ORDINAL) t++;
    if (t->kind == SS_TOKEN_JOIN || is_mark(t, "-/.")) t++;
    if (t->kind != SS_TOKEN_MONTH) return NULL;
    out->month = t++->value;
    bool hyphen = is_mark(t, "-");
    t = skip_marks(t, ".,-/");
    if (!is_number(t, 4, 4) && !(hyphen && is_number(t, 2, 2))) return NULL;
    out->year = t->value;
    if (t->digits == 2) out->year += out->year < CENTURY ? 2000 : 1900;
    return t + 1;
}

/* Z, UTC, EST, +08:00, +0800, GMT+8, UTC+08:00, (GMT+8), +0800 (CST) */
static const ss_date_token *match_zone(const ss_date_token *t, civil *out)
{
    bool bracket = is_mark(t, "(");
    if (bracket) t++;
    bool named = t->kind == SS_TOKEN_ZONE;
    int64_t zone = named ? t++->value : 0;
    if (is_mark(t, "+-") && t[1].kind == SS_TOKEN_NUMBER && !t[1].spaced && (!named || zone == 0)) {
        int64_t sign = t->value == '-' ? -1 : 1;
        bool split = is_mark(t + 2, ":") && is_number(t + 3, 2, 2);
        bool joined = is_number(t + 1, 4, 4);
        if (!joined && !is_number(t + 1, named ? 1 : 2, 2)) return NULL;
        int64_t hours = joined ? t[1].value / 100 : t[1].value;
        int64_t minutes = joined ? t[1].value % 100 : split ? t[3].value : 0;
        if (minutes > 59 || hours * 60 + minutes > 14 * 60) return NULL;
        zone = sign * (hours * 60 + minutes);
        t += split && !joined ? 4 : 2;
    } else if (!named) {
        return NULL;
    }
    if (bracket && !is_mark(t++, ")")) return NULL;
    if (t->kind == SS_TOKEN_ZONE) t++; /* "+0800 CST" */
    if (!bracket && is_mark(t, "(")) {
        const ss_date_token *comment = t; /* RFC 822 allows one: "+0800 (China Standard Time)" */
        while (comment->kind != SS_TOKEN_END && !is_mark(comment, ")"))
            comment++;
        if (comment->kind != SS_TOKEN_END) t = comment + 1;
    }
    out->zone = (int)zone;
    return t;
}

/* The minutes and seconds behind the hour: :35, :35:56.871, 时35分, 点, 时35分56秒 */
static const ss_date_token *match_minutes(const ss_date_token *t, civil *out)
{
    if (is_mark(t, ":") && is_number(t + 1, 2, 2)) {
        out->minute = t[1].value;
        t += 2;
        if (!is_mark(t, ":") || !is_number(t + 1, 2, 2)) return t;
        out->second = t[1].value;
        t += 2;
        bool fraction = is_mark(t, ".,") && t[1].kind == SS_TOKEN_NUMBER && !t[1].spaced;
        return fraction ? t + 2 : t;
    }
    if (is_mark(t, ".") && is_number(t + 1, 2, 2) && (t[2].kind == SS_TOKEN_HALF || t[2].kind == SS_TOKEN_ZONE)) {
        out->minute = t[1].value; /* 10.15am */
        return t + 2;
    }
    if (!is_unit(t, 'h')) return NULL;
    t++;
    if (!is_number(t, 1, 2)) return t;
    if (!is_unit(t + 1, 'm')) return NULL;
    out->minute = t->value;
    t += 2;
    if (!is_number(t, 1, 2) || !is_unit(t + 1, 's')) return t;
    out->second = t->value;
    return t + 2;
}

/* 14:35, 14:35:56, 9:05 pm, 9 p.m., 下午3时05分, 143556 (only where `compact`), each with a zone or without */
static const ss_date_token *match_time(const ss_date_token *t, civil *out, bool compact)
{
    int half = -1;
    civil time = {.zone = SS_ZONE_UNKNOWN, .timed = true};
    if (t->kind == SS_TOKEN_ZONE && t[1].kind != SS_TOKEN_MARK)
        time.zone = (int)t++->value; /* 北京时间14时, HKT 14:35 */
    if (t->kind == SS_TOKEN_HALF) half = (int)t++->value;
    if (compact && (is_number(t, 4, 4) || is_number(t, 6, 6))) {
        int64_t clock = t->digits == 4 ? t->value * 100 : t->value;
        time.hour = clock / 10000;
        time.minute = clock / 100 % 100;
        time.second = clock % 100;
        t++;
    } else {
        if (!is_number(t, 1, 2)) return NULL;
        time.hour = t++->value;
        const ss_date_token *minutes = match_minutes(t, &time);
        if (minutes == NULL && (half >= 0 || t->kind != SS_TOKEN_HALF)) return NULL;
        if (minutes != NULL) t = minutes;
        if (half < 0 && t->kind == SS_TOKEN_HALF) half = (int)t++->value;
    }
    if (half == 1 && time.hour < 12) time.hour += 12;
    if (half == 0 && time.hour == 12) time.hour = 0;
    const ss_date_token *zone = match_zone(t, &time);
    if (zone != NULL) t = zone;
    out->hour = time.hour;
    out->minute = time.minute;
    out->second = time.second;
    out->zone = time.zone;
    out->timed = true;
    return t;
}

/* Nov. 23, 2021; November 23rd 2021; Nov 23 14:35:56 UTC 2021 (as C's asctime() and Unix's date write it) */
static const ss_date_token *match_month_first(const ss_date_token *t, civil *out)
{
    if (t->kind != SS_TOKEN_MONTH) return NULL;
    out->month = t++->value;
    t = skip_marks(t, ".-/");
    if (!is_number(t, 1, 2)) return NULL;
    out->day = t++->value;
    const ss_date_token *time = match_time(t, out, false);
    if (time != NULL && is_number(time, 4, 4)) {
        out->year = time->value;
        return time + 1;
    }
    if (t->kind == SS_TOKEN_ORDINAL) t++;
    t = skip_marks(t, ",-./");
    if (!is_number(t, 4, 4)) return NULL;
    out->year = t->value;
    return t + 1;
}

/* 11月23日, Nov. 23, 23 Nov, and before a time 11-23, where the year is known */
static const ss_date_token *match_no_year(const ss_date_token *t, civil *out)
{
    out->year = out->custom->year;
    if (out->year == 0) return NULL;
    civil time;
    bool month_first = t->kind == SS_TOKEN_MONTH;
    const ss_date_token *second = t + 1 + (month_first ? is_mark(t + 1, ".") : t[1].kind == SS_TOKEN_ORDINAL);
    out->month = (month_first ? t : second)->value;
    out->day = (month_first ? second : t)->value;
    if (month_first && is_number(second, 1, 2)) return second + 1 + (second[1].kind == SS_TOKEN_ORDINAL);
    if (!is_number(t, 1, 2)) return NULL;
    if (second->kind == SS_TOKEN_MONTH) return second + 1 + is_mark(second + 1, ".");
    if (!is_number(t + 2, 1, 2)) return NULL;
    out->month = t->value;
    out->day = t[2].value;
    if (is_unit(t + 1, 'M') && is_unit(t + 3, 'D')) return t + 4;
    bool before_time = match_time(t + 3, &time, false) != NULL && is_mark(t + 4, ":");
    return is_mark(t + 1, "-") && before_time ? t + 3 : NULL;
}

static const ss_date_token *match_weekday(const ss_date_token *t)
{
    bool bracket = is_mark(t, "(");
    if (bracket) t++;
    if (t->kind != SS_TOKEN_WEEKDAY) return NULL;
    t++;
    if (bracket) return is_mark(t, ")") ? t + 1 : NULL;
    return t;
}

/* (二) behind a date */
static const ss_date_token *match_short_weekday(const ss_date_token *t)
{
    bool day = is_number(t + 1, 1, 1) || is_unit(t + 1, 'D');
    return is_mark(t, "(") && day && is_mark(t + 2, ")") ? t + 3 : match_weekday(t);
}

/* A date without or with a time, which may go before it or behind it. */
static const ss_date_token *match_date(const ss_date_token *t, const ss_date_custom *custom, civil *out)
{
    typedef const ss_date_token *rule(const ss_date_token *, civil *);
    static rule *const rules[] = {match_compact,   match_year_first,  match_year_last,
                                  match_day_first, match_month_first, match_no_year};

    *out = (civil){.zone = SS_ZONE_UNKNOWN, .custom = custom};
    civil before = *out;
    const ss_date_token *next = match_time(t, &before, false);
    if (next != NULL) {
        t = skip_marks(next, ",");
        if (t->kind == SS_TOKEN_JOIN) t++;
    }
    next = match_weekday(t);
    if (next != NULL) t = skip_marks(next, ".,");

    const ss_date_token *end = NULL;
    for (size_t i = 0; i < sizeof rules / sizeof *rules && end == NULL; i++) {
        *out = before;
        end = rules[i](t, out);
    }
    if (end == NULL) return NULL;

    next = match_short_weekday(skip_marks(end, ","));
    if (next != NULL) end = next;
    if (out->timed) return end;

    bool compact = is_number(t, 8, 8) || (end->kind == SS_TOKEN_JOIN && end->value == 'T');
    next = skip_marks(end, ",-|");
    if (next->kind == SS_TOKEN_JOIN) next++;
    next = match_time(next, out, compact);
    if (next == NULL) return end;
    end = match_weekday(skip_marks(next, ","));
    return end != NULL ? end : next;
}

/* ------------------------------------------------------------ arithmetic */

static ss_civil day_of(const civil *date)
{
    return (ss_civil){date->year, (uint32_t)date->month, (uint32_t)date->day};
}

static int64_t floor_divide(int64_t value, int64_t divisor)
{
    return value / divisor - (value % divisor < 0);
}

static bool is_possible(const civil *date)
{
    if (date->year < FIRST_YEAR || date->year > LAST_YEAR) return false;
    if (date->month < 1 || date->month > 12 || date->day < 1 || date->day > 31) return false;
    if (!ss_civil_possible(day_of(date))) return false;
    bool midnight = date->hour == 24 && date->minute == 0 && date->second == 0;      /* of the next day: ISO 8601 */
    return (date->hour < 24 || midnight) && date->minute < 60 && date->second <= 60; /* 60: a leap second */
}

static ss_date make_date(const civil *date)
{
    int64_t seconds = ss_days_from_civil(day_of(date)) * DAY_SECONDS;
    if (!date->timed) return (ss_date){seconds, SS_ZONE_UNKNOWN, SS_DATE_DAY};
    seconds += date->hour * 3600 + date->minute * 60 + date->second;
    if (date->zone != SS_ZONE_UNKNOWN) seconds -= date->zone * 60;
    return (ss_date){seconds, (int16_t)date->zone, SS_DATE_SECOND};
}

/* Reads the tokens that may belong to a date: up to a word that is none of its words, unless that stands in brackets as
 * the comment to a zone. */
static void read_tokens(ss_date_token *tokens, const char *text, size_t length)
{
    bool comment = false;
    size_t at = 0;
    for (size_t i = 0; i < MAX_TOKENS && at < length; i++) {
        ss_date_token *next = &tokens[i];
        ss_date_read_token(next, text, length, at);
        at = next->end;
        if (next->kind == SS_TOKEN_OTHER && !comment) return;
        if (is_mark(next, "()")) comment = next->value == '(';
    }
}

bool ss_date_parse_prefix(ss_date *out, const ss_date_custom *custom, const char *text, size_t length, size_t *used)
{
    static const ss_date_custom none = {0};
    *out = (ss_date){0};
    *used = 0;
    ss_date_token tokens[MAX_TOKENS + LOOK_AHEAD] = {0};
    read_tokens(tokens, text, length);
    civil date;
    const ss_date_token *end = match_date(tokens, custom != NULL ? custom : &none, &date);
    if (end == NULL || !is_possible(&date)) return false;
    *out = make_date(&date);
    *used = end[-1].end;
    return true;
}

bool ss_date_parse_in(ss_date *out, const ss_date_custom *custom, const char *text, size_t length)
{
    size_t used;
    if (!ss_date_parse_prefix(out, custom, text, length, &used)) return false;
    ss_date_token rest;
    ss_date_read_token(&rest, text, length, used);
    if (rest.kind == SS_TOKEN_END) return true;
    *out = (ss_date){0};
    return false;
}

bool ss_date_parse(ss_date *out, const char *text, size_t length)
{
    return ss_date_parse_in(out, NULL, text, length);
}

bool ss_date_parse_unix(ss_date *out, const char *text, size_t length)
{
    *out = (ss_date){0};
    size_t digits = 0, at;
    while (digits < length && text[digits] >= '0' && text[digits] <= '9')
        digits++;
    if (digits < UNIX_DIGITS || digits > UNIX_DIGITS + 9 || (digits - UNIX_DIGITS) % 3 != 0) return false;
    for (at = digits + (digits < length && text[digits] == '.'); at < length; at++)
        if (text[at] < '0' || text[at] > '9') return false;
    *out = (ss_date){.precision = SS_DATE_SECOND};
    for (size_t i = 0; i < UNIX_DIGITS; i++)
        out->seconds = 10 * out->seconds + (text[i] - '0');
    return true;
}

bool ss_date_tell_order(ss_date_order *order, const char *text, size_t length)
{
    static const ss_date_custom none = {0};
    ss_date_token tokens[MAX_TOKENS + LOOK_AHEAD] = {0};
    read_tokens(tokens, text, length);
    *order = SS_ORDER_UNKNOWN;
    if (!is_year_last(tokens, 4)) return false;
    *order = order_of(tokens, &none);
    bool same = tokens[0].value == tokens[2].value, dots = tokens[1].value == '.' && tokens[0].value <= 12;
    if (same || dots) *order = SS_ORDER_UNKNOWN;
    return true;
}

int32_t ss_date_day(ss_date date)
{
    if (date.precision == SS_DATE_NONE) return SS_NO_DAY;
    int64_t day = floor_divide(date.seconds, DAY_SECONDS);
    return day > INT32_MIN && day < INT32_MAX ? (int32_t)day : SS_NO_DAY;
}

void ss_date_format(ss_date date, char text[SS_DATE_TEXT_SIZE])
{
    text[0] = '\0';
    if (date.precision == SS_DATE_NONE) return;
    bool zoned = date.precision == SS_DATE_SECOND && date.zone_minutes != SS_ZONE_UNKNOWN;
    int zone = zoned ? date.zone_minutes : 0;
    int64_t days = floor_divide(date.seconds, DAY_SECONDS);
    int second = (int)(date.seconds % DAY_SECONDS) + zone * 60;
    if (date.seconds % DAY_SECONDS < 0) second += DAY_SECONDS;
    int64_t carry = floor_divide(second, DAY_SECONDS);
    second -= (int)carry * DAY_SECONDS;

    ss_civil local = ss_civil_from_days(days + carry);
    int used =
        snprintf(text, SS_DATE_TEXT_SIZE, "%04lld-%02d-%02d", (long long)local.year, (int)local.month, (int)local.day);
    if (date.precision == SS_DATE_DAY) return;
    used += snprintf(text + used, SS_DATE_TEXT_SIZE - (size_t)used, "T%02d:%02d:%02d", second / 3600, second / 60 % 60,
                     second % 60);
    if (zoned && zone == 0)
        snprintf(text + used, SS_DATE_TEXT_SIZE - (size_t)used, "Z");
    else if (zoned)
        snprintf(text + used, SS_DATE_TEXT_SIZE - (size_t)used, "%c%02d:%02d", zone < 0 ? '-' : '+', abs(zone) / 60,
                 abs(zone) % 60);
}

void ss_date_format_day(int32_t day, char text[SS_DATE_TEXT_SIZE])
{
    ss_date_format(
        (ss_date){.seconds = 86400 * (int64_t)day, .precision = day == SS_NO_DAY ? SS_DATE_NONE : SS_DATE_DAY}, text);
}
