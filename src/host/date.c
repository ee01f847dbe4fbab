#include "date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unicode/utf8.h>

#include "calendar.h"
#include "match.h"

#define DAY_SECONDS 86400
#define FIRST_YEAR  1800
#define LAST_YEAR   2200
#define MAX_TOKENS  40  /* more than the longest form has */
#define LOOK_AHEAD  8   /* more than any rule looks ahead */
#define BEIJING     480 /* minutes east of UTC */

/* ---------------------------------------------------------------- tokens */

typedef enum token_kind {
    TOKEN_END = 0,
    TOKEN_NUMBER,
    TOKEN_MONTH, /* 1 .. 12 */
    TOKEN_WEEKDAY,
    TOKEN_HALF,    /* of the day: 0 before noon, 1 after */
    TOKEN_ZONE,    /* minutes east of UTC */
    TOKEN_ORDINAL, /* st, nd, rd, th */
    TOKEN_JOIN,    /* a word between the parts of a date */
    TOKEN_UNIT,    /* the Chinese word for a part, as one of 'Y' 'M' 'D' 'h' 'm' 's' */
    TOKEN_MARK,    /* one ASCII character */
    TOKEN_OTHER
} token_kind;

typedef struct token {
    token_kind kind;
    int64_t value;
    int digits;  /* of a number */
    bool spaced; /* white space goes before it */
    size_t end;  /* where it ends in the text */
} token;

typedef struct word {
    const char *text;
    token_kind kind;
    int value;
} word;

static const char *const MONTHS[] = {"january", "february", "march",     "april",   "may",      "june",
                                     "july",    "august",   "september", "october", "november", "december"};

static const char *const WEEKDAYS[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

/* clang-format off */
static const word ENGLISH_WORDS[] = {
    {"am", TOKEN_HALF, 0}, {"pm", TOKEN_HALF, 1},
    {"st", TOKEN_ORDINAL, 0}, {"nd", TOKEN_ORDINAL, 0}, {"rd", TOKEN_ORDINAL, 0}, {"th", TOKEN_ORDINAL, 0},
    {"t", TOKEN_JOIN, 'T'}, {"at", TOKEN_JOIN, 0}, {"on", TOKEN_JOIN, 0}, {"of", TOKEN_JOIN, 0},
    {"z", TOKEN_ZONE, 0}, {"ut", TOKEN_ZONE, 0}, {"utc", TOKEN_ZONE, 0}, {"gmt", TOKEN_ZONE, 0},
    {"est", TOKEN_ZONE, -300}, {"edt", TOKEN_ZONE, -240}, {"cdt", TOKEN_ZONE, -300}, {"mst", TOKEN_ZONE, -420},
    {"mdt", TOKEN_ZONE, -360}, {"pst", TOKEN_ZONE, -480}, {"pdt", TOKEN_ZONE, -420},
    {"cet", TOKEN_ZONE, 60}, {"cest", TOKEN_ZONE, 120}, {"hkt", TOKEN_ZONE, 480}, {"sgt", TOKEN_ZONE, 480},
    {"jst", TOKEN_ZONE, 540}, {"kst", TOKEN_ZONE, 540}, {"aest", TOKEN_ZONE, 600}, {"aedt", TOKEN_ZONE, 660},
    /* Each stands for several: CST for China's and for that of the middle of America. */
    {"cst", TOKEN_ZONE, SS_ZONE_UNKNOWN}, {"ist", TOKEN_ZONE, SS_ZONE_UNKNOWN}, {"bst", TOKEN_ZONE, SS_ZONE_UNKNOWN},
    {"et", TOKEN_ZONE, SS_ZONE_UNKNOWN}, {"pt", TOKEN_ZONE, SS_ZONE_UNKNOWN},
};

static const word CHINESE_WORDS[] = {
    {"年", TOKEN_UNIT, 'Y'}, {"月", TOKEN_UNIT, 'M'}, {"日", TOKEN_UNIT, 'D'}, {"号", TOKEN_UNIT, 'D'},
    {"號", TOKEN_UNIT, 'D'}, {"时", TOKEN_UNIT, 'h'}, {"時", TOKEN_UNIT, 'h'}, {"点", TOKEN_UNIT, 'h'},
    {"點", TOKEN_UNIT, 'h'}, {"分", TOKEN_UNIT, 'm'}, {"秒", TOKEN_UNIT, 's'},
    {"凌晨", TOKEN_HALF, 0}, {"清晨", TOKEN_HALF, 0}, {"早上", TOKEN_HALF, 0}, {"早晨", TOKEN_HALF, 0},
    {"上午", TOKEN_HALF, 0}, {"中午", TOKEN_HALF, 1}, {"下午", TOKEN_HALF, 1}, {"傍晚", TOKEN_HALF, 1},
    {"晚上", TOKEN_HALF, 1}, {"晚间", TOKEN_HALF, 1}, {"晚間", TOKEN_HALF, 1},
    {"北京时间", TOKEN_ZONE, BEIJING}, {"北京時間", TOKEN_ZONE, BEIJING},
    {"星期", TOKEN_WEEKDAY, 0}, {"周", TOKEN_WEEKDAY, 0}, {"週", TOKEN_WEEKDAY, 0}, /* and the day */
};
/* clang-format on */

/* The character at `at`, full-width forms and kinds of space and hyphen as their ASCII ones; -1 for damaged UTF-8. */
static UChar32 plain_character(const char *text, size_t length, size_t at, size_t *next)
{
    const uint8_t *bytes = (const uint8_t *)text;
    UChar32 code;
    U8_NEXT(bytes, at, length, code);
    *next = at;
    if (code >= 0xff01 && code <= 0xff5e) return code - 0xfee0;
    if (code == 0x3000 || code == 0xa0 || code == 0x2009 || code == 0x202f) return ' ';
    if (code >= 0x2010 && code <= 0x2015) return '-';
    if (code == 0x2212) return '-';
    return code;
}

static bool is_digit(UChar32 code)
{
    return code >= '0' && code <= '9';
}

static bool is_letter(UChar32 code)
{
    return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
}

static bool is_space(UChar32 code)
{
    return code == ' ' || (code >= '\t' && code <= '\r');
}

/* 0 .. 9, or 10, 20, 30 for the tens; -1 if it is no Chinese digit. */
static int han_digit(UChar32 code)
{
    static const UChar32 units[] = {0x3007, 0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94, 0x516d, 0x4e03, 0x516b, 0x4e5d};
    for (int digit = 0; digit < 10; digit++)
        if (code == units[digit]) return digit;
    if (code == 0x96f6 || code == 0x25cb) return 0; /* 零, and a circle in place of 〇 */
    if (code == 0x5341) return 10;
    if (code == 0x5eff) return 20;
    if (code == 0x5345) return 30;
    return -1;
}

static void read_number(token *out, const char *text, size_t length, size_t at)
{
    *out = (token){.kind = TOKEN_NUMBER, .end = at};
    size_t next;
    for (; at < length; at = next) {
        UChar32 code = plain_character(text, length, at, &next);
        if (!is_digit(code)) break;
        /* Longer numbers are no part of a date: their value does not matter, but must not overflow. */
        if (++out->digits <= 18) out->value = out->value * 10 + (code - '0');
        out->end = next;
    }
}

/* 二〇二一 digit by digit; 二十三 and 廿三 by tens, which count as two digits. */
static void read_han_number(token *out, const char *text, size_t length, size_t at)
{
    *out = (token){.kind = TOKEN_NUMBER, .end = at};
    int64_t tens = -1;
    size_t next;
    for (; at < length; at = next) {
        int digit = han_digit(plain_character(text, length, at, &next));
        if (digit < 0) break;
        if (digit >= 10) {
            tens = digit * (out->value > 0 && digit == 10 ? out->value : 1);
            out->value = 0;
        } else if (++out->digits <= 18) {
            out->value = out->value * 10 + digit;
        }
        out->end = next;
    }
    if (tens < 0) return;
    out->value += tens;
    out->digits = 2;
}

/* The name that `length` letters are, or abbreviate to three or more; -1 for none. */
static int find_name(const char *const *names, int count, const char *letters, size_t length)
{
    for (int i = 0; i < count; i++)
        if (length >= 3 && length <= strlen(names[i]) && strncasecmp(names[i], letters, length) == 0) return i;
    return -1;
}

static void read_english(token *out, const char *text, size_t length, size_t at)
{
    size_t end = at;
    while (end < length && is_letter(text[end]))
        end++;
    *out = (token){.kind = TOKEN_OTHER, .end = end};
    /* a.m., p.m. */
    if (end - at == 1 && length - at >= 3 && text[at + 1] == '.' && (text[at + 2] | 0x20) == 'm' &&
        ((text[at] | 0x20) == 'a' || (text[at] | 0x20) == 'p')) {
        bool dot = length - at > 3 && text[at + 3] == '.';
        *out = (token){.kind = TOKEN_HALF, .value = (text[at] | 0x20) == 'p', .end = at + (dot ? 4 : 3)};
        return;
    }
    int month = find_name(MONTHS, 12, text + at, end - at);
    int weekday = find_name(WEEKDAYS, 7, text + at, end - at);
    if (month >= 0) *out = (token){.kind = TOKEN_MONTH, .value = month + 1, .end = end};
    if (weekday >= 0) out->kind = TOKEN_WEEKDAY;
    for (size_t i = 0; i < sizeof ENGLISH_WORDS / sizeof *ENGLISH_WORDS; i++) {
        const word *known = &ENGLISH_WORDS[i];
        if (strlen(known->text) != end - at || strncasecmp(known->text, text + at, end - at) != 0) continue;
        *out = (token){.kind = known->kind, .value = known->value, .end = end};
    }
}

/* The 一 .. 六, 日 or 天 behind 星期 and its like. */
static bool skip_day_of_week(const char *text, size_t length, size_t *at)
{
    if (*at >= length) return false;
    UChar32 code = plain_character(text, length, *at, at);
    int digit = han_digit(code);
    return (digit >= 1 && digit <= 6) || code == 0x65e5 || code == 0x5929;
}

static bool read_chinese(token *out, const char *text, size_t length, size_t at)
{
    for (size_t i = 0; i < sizeof CHINESE_WORDS / sizeof *CHINESE_WORDS; i++) {
        const word *known = &CHINESE_WORDS[i];
        size_t size = strlen(known->text);
        if (size > length - at || memcmp(known->text, text + at, size) != 0) continue;
        size_t end = at + size;
        if (known->kind == TOKEN_WEEKDAY && !skip_day_of_week(text, length, &end)) continue;
        *out = (token){.kind = known->kind, .value = known->value, .end = end};
        return true;
    }
    return false;
}

static void read_token(token *out, const char *text, size_t length, size_t at)
{
    size_t start = at, next = at;
    UChar32 code = ' ';
    while (at < length && is_space(code = plain_character(text, length, at, &next)))
        at = next;
    bool spaced = at > start;
    if (at >= length)
        *out = (token){.kind = TOKEN_END, .end = length};
    else if (is_digit(code))
        read_number(out, text, length, at);
    else if (is_letter(text[at]))
        read_english(out, text, length, at);
    else if (han_digit(code) >= 0)
        read_han_number(out, text, length, at);
    else if (!read_chinese(out, text, length, at))
        *out = (token){.kind = code > 0 && code < 0x80 ? TOKEN_MARK : TOKEN_OTHER, .value = code, .end = next};
    out->spaced = spaced;
}

/* --------------------------------------------------------------- grammar */

/* A date and time as written. */
typedef struct civil {
    int64_t year, month, day, hour, minute, second;
    bool timed;
    int zone; /* minutes, or SS_ZONE_UNKNOWN */
} civil;

/* Each rule takes the tokens from `t` on and returns the first one behind what it matched, or NULL if it does not
 * match. Behind the last token stand tokens of kind TOKEN_END. */

static bool is_number(const token *t, int least, int most)
{
    return t->kind == TOKEN_NUMBER && t->digits >= least && t->digits <= most;
}

static bool is_mark(const token *t, const char *marks)
{
    return t->kind == TOKEN_MARK && strchr(marks, (int)t->value) != NULL;
}

static bool is_unit(const token *t, char unit)
{
    return t->kind == TOKEN_UNIT && t->value == unit;
}

static const token *skip_marks(const token *t, const char *marks)
{
    while (is_mark(t, marks))
        t++;
    return t;
}

/* 2021-11-23, 2021/11/23, 2021.11.23, 2021年11月23日, 20211123 */
static const token *match_year_first(const token *t, civil *out)
{
    if (is_number(t, 8, 8)) {
        out->year = t->value / 10000;
        out->month = t->value / 100 % 100;
        out->day = t->value % 100;
        return t + 1;
    }
    if (!is_number(t, 4, 4) || !is_number(t + 2, 1, 2) || !is_number(t + 4, 1, 2)) return NULL;
    out->year = t[0].value;
    out->month = t[2].value;
    out->day = t[4].value;
    if (is_mark(t + 1, "-/.") && is_mark(t + 3, "-/.") && t[1].value == t[3].value) return t + 5;
    if (is_unit(t + 1, 'Y') && is_unit(t + 3, 'M') && is_unit(t + 5, 'D')) return t + 6;
    return NULL;
}

/* 23 November 2021, 23rd of Nov., 2021, 23-Nov-2021 */
static const token *match_day_first(const token *t, civil *out)
{
    if (!is_number(t, 1, 2)) return NULL;
    out->day = t++->value;
    if (t->kind == TOKEN_ORDINAL) t++;
    if (t->kind == TOKEN_JOIN || is_mark(t, "-/")) t++;
    if (t->kind != TOKEN_MONTH) return NULL;
    out->month = t++->value;
    t = skip_marks(t, ".,-/");
    if (!is_number(t, 4, 4)) return NULL;
    out->year = t->value;
    return t + 1;
}

/* Z, UTC, EST, +08:00, +0800, GMT+8, UTC+08:00, (GMT+8), +0800 (CST) */
static const token *match_zone(const token *t, civil *out)
{
    bool bracket = is_mark(t, "(");
    if (bracket) t++;
    bool named = t->kind == TOKEN_ZONE;
    int64_t zone = named ? t++->value : 0;
    if (is_mark(t, "+-") && t[1].kind == TOKEN_NUMBER && !t[1].spaced && (!named || zone == 0)) {
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
    if (t->kind == TOKEN_ZONE) t++; /* "+0800 CST" */
    if (!bracket && is_mark(t, "(")) {
        const token *comment = t; /* RFC 822 allows one: "+0800 (China Standard Time)" */
        while (comment->kind != TOKEN_END && !is_mark(comment, ")"))
            comment++;
        if (comment->kind != TOKEN_END) t = comment + 1;
    }
    out->zone = (int)zone;
    return t;
}

/* The minutes and seconds behind the hour: :35, :35:56.871, 时35分, 点, 时35分56秒 */
static const token *match_minutes(const token *t, civil *out)
{
    if (is_mark(t, ":") && is_number(t + 1, 2, 2)) {
        out->minute = t[1].value;
        t += 2;
        if (!is_mark(t, ":") || !is_number(t + 1, 2, 2)) return t;
        out->second = t[1].value;
        t += 2;
        bool fraction = is_mark(t, ".,") && t[1].kind == TOKEN_NUMBER && !t[1].spaced;
        return fraction ? t + 2 : t;
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
static const token *match_time(const token *t, civil *out, bool compact)
{
    int half = -1;
    civil time = {.zone = SS_ZONE_UNKNOWN, .timed = true};
    if (t->kind == TOKEN_ZONE && t->value == BEIJING) time.zone = (int)t++->value;
    if (t->kind == TOKEN_HALF) half = (int)t++->value;
    if (compact && (is_number(t, 4, 4) || is_number(t, 6, 6))) {
        int64_t clock = t->digits == 4 ? t->value * 100 : t->value;
        time.hour = clock / 10000;
        time.minute = clock / 100 % 100;
        time.second = clock % 100;
        t++;
    } else {
        if (!is_number(t, 1, 2)) return NULL;
        time.hour = t++->value;
        const token *minutes = match_minutes(t, &time);
        if (minutes == NULL && (half >= 0 || t->kind != TOKEN_HALF)) return NULL;
        if (minutes != NULL) t = minutes;
        if (half < 0 && t->kind == TOKEN_HALF) half = (int)t++->value;
    }
    if (half == 1 && time.hour < 12) time.hour += 12;
    if (half == 0 && time.hour == 12) time.hour = 0;
    const token *zone = match_zone(t, &time);
    if (zone != NULL) t = zone;
    out->hour = time.hour;
    out->minute = time.minute;
    out->second = time.second;
    out->zone = time.zone;
    out->timed = true;
    return t;
}

/* Nov. 23, 2021; November 23rd 2021; Nov 23 14:35:56 UTC 2021 (as C's asctime() and Unix's date write it) */
static const token *match_month_first(const token *t, civil *out)
{
    if (t->kind != TOKEN_MONTH) return NULL;
    out->month = t++->value;
    t = skip_marks(t, ".-");
    if (!is_number(t, 1, 2)) return NULL;
    out->day = t++->value;
    const token *time = match_time(t, out, false);
    if (time != NULL && is_number(time, 4, 4)) {
        out->year = time->value;
        return time + 1;
    }
    if (t->kind == TOKEN_ORDINAL) t++;
    t = skip_marks(t, ",-.");
    if (!is_number(t, 4, 4)) return NULL;
    out->year = t->value;
    return t + 1;
}

static const token *match_weekday(const token *t)
{
    bool bracket = is_mark(t, "(");
    if (bracket) t++;
    if (t->kind != TOKEN_WEEKDAY) return NULL;
    t++;
    if (bracket) return is_mark(t, ")") ? t + 1 : NULL;
    return t;
}

/* A date without or with a time, which may go before it or behind it. */
static const token *match_date(const token *t, civil *out)
{
    typedef const token *rule(const token *, civil *);
    static rule *const rules[] = {match_year_first, match_day_first, match_month_first};

    *out = (civil){.zone = SS_ZONE_UNKNOWN};
    civil before = *out;
    const token *next = match_time(t, &before, false);
    if (next != NULL) {
        t = skip_marks(next, ",");
        if (t->kind == TOKEN_JOIN) t++;
    }
    next = match_weekday(t);
    if (next != NULL) t = skip_marks(next, ".,");

    const token *end = NULL;
    for (size_t i = 0; i < sizeof rules / sizeof *rules && end == NULL; i++) {
        *out = before;
        end = rules[i](t, out);
    }
    if (end == NULL) return NULL;

    next = match_weekday(skip_marks(end, ","));
    if (next != NULL) end = next;
    if (out->timed) return end;

    bool compact = is_number(t, 8, 8) || (end->kind == TOKEN_JOIN && end->value == 'T');
    next = skip_marks(end, ",-|");
    if (next->kind == TOKEN_JOIN) next++;
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
static void read_tokens(token *tokens, const char *text, size_t length)
{
    bool comment = false;
    size_t at = 0;
    for (size_t i = 0; i < MAX_TOKENS && at < length; i++) {
        token *next = &tokens[i];
        read_token(next, text, length, at);
        at = next->end;
        if (next->kind == TOKEN_OTHER && !comment) return;
        if (is_mark(next, "()")) comment = next->value == '(';
    }
}

bool ss_date_parse_prefix(ss_date *out, const char *text, size_t length, size_t *used)
{
    *out = (ss_date){0};
    *used = 0;
    token tokens[MAX_TOKENS + LOOK_AHEAD] = {0};
    read_tokens(tokens, text, length);
    civil date;
    const token *end = match_date(tokens, &date);
    if (end == NULL || !is_possible(&date)) return false;
    *out = make_date(&date);
    *used = end[-1].end;
    return true;
}

bool ss_date_parse(ss_date *out, const char *text, size_t length)
{
    size_t used;
    if (!ss_date_parse_prefix(out, text, length, &used)) return false;
    token rest;
    read_token(&rest, text, length, used);
    if (rest.kind == TOKEN_END) return true;
    *out = (ss_date){0};
    return false;
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
