#include "date_token.h"

#include <string.h>
#include <strings.h>
#include <unicode/utf8.h>

#include "ascii.h"

typedef struct word {
    const char *text;
    ss_date_token_kind kind;
    int value;
} word;

static const char *const MONTHS[] = {"january", "february", "march",     "april",   "may",      "june",
                                     "july",    "august",   "september", "october", "november", "december"};

static const char *const WEEKDAYS[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

/* clang-format off */
static const word ENGLISH_WORDS[] = {
    {"am", SS_TOKEN_HALF, 0}, {"pm", SS_TOKEN_HALF, 1},
    {"st", SS_TOKEN_ORDINAL, 0}, {"nd", SS_TOKEN_ORDINAL, 0}, {"rd", SS_TOKEN_ORDINAL, 0}, {"th", SS_TOKEN_ORDINAL, 0},
    {"t", SS_TOKEN_JOIN, 'T'}, {"at", SS_TOKEN_JOIN, 0}, {"on", SS_TOKEN_JOIN, 0}, {"of", SS_TOKEN_JOIN, 0},
    {"z", SS_TOKEN_ZONE, 0}, {"ut", SS_TOKEN_ZONE, 0}, {"utc", SS_TOKEN_ZONE, 0}, {"gmt", SS_TOKEN_ZONE, 0},
    {"est", SS_TOKEN_ZONE, -300}, {"edt", SS_TOKEN_ZONE, -240}, {"cdt", SS_TOKEN_ZONE, -300}, {"mst", SS_TOKEN_ZONE, -420},
    {"mdt", SS_TOKEN_ZONE, -360}, {"pst", SS_TOKEN_ZONE, -480}, {"pdt", SS_TOKEN_ZONE, -420},
    {"cet", SS_TOKEN_ZONE, 60}, {"cest", SS_TOKEN_ZONE, 120}, {"hkt", SS_TOKEN_ZONE, 480}, {"sgt", SS_TOKEN_ZONE, 480},
    {"jst", SS_TOKEN_ZONE, 540}, {"kst", SS_TOKEN_ZONE, 540}, {"aest", SS_TOKEN_ZONE, 600}, {"aedt", SS_TOKEN_ZONE, 660},
    /* Each stands for several: CST for China's and for that of the middle of America. */
    {"cst", SS_TOKEN_ZONE, SS_ZONE_UNKNOWN}, {"ist", SS_TOKEN_ZONE, SS_ZONE_UNKNOWN}, {"bst", SS_TOKEN_ZONE, SS_ZONE_UNKNOWN},
    {"et", SS_TOKEN_ZONE, SS_ZONE_UNKNOWN}, {"pt", SS_TOKEN_ZONE, SS_ZONE_UNKNOWN},
};

static const word CHINESE_WORDS[] = {
    {"年", SS_TOKEN_UNIT, 'Y'}, {"月", SS_TOKEN_UNIT, 'M'}, {"日", SS_TOKEN_UNIT, 'D'}, {"号", SS_TOKEN_UNIT, 'D'},
    {"號", SS_TOKEN_UNIT, 'D'}, {"时", SS_TOKEN_UNIT, 'h'}, {"時", SS_TOKEN_UNIT, 'h'}, {"点", SS_TOKEN_UNIT, 'h'},
    {"點", SS_TOKEN_UNIT, 'h'}, {"分", SS_TOKEN_UNIT, 'm'}, {"秒", SS_TOKEN_UNIT, 's'},
    {"凌晨", SS_TOKEN_HALF, 0}, {"清晨", SS_TOKEN_HALF, 0}, {"早上", SS_TOKEN_HALF, 0}, {"早晨", SS_TOKEN_HALF, 0},
    {"上午", SS_TOKEN_HALF, 0}, {"中午", SS_TOKEN_HALF, 1}, {"下午", SS_TOKEN_HALF, 1}, {"傍晚", SS_TOKEN_HALF, 1},
    {"晚上", SS_TOKEN_HALF, 1}, {"晚间", SS_TOKEN_HALF, 1}, {"晚間", SS_TOKEN_HALF, 1},
    {"北京时间", SS_TOKEN_ZONE, SS_BEIJING}, {"北京時間", SS_TOKEN_ZONE, SS_BEIJING},
    {"中华民国", SS_TOKEN_ERA, 0}, {"中華民國", SS_TOKEN_ERA, 0}, {"民国", SS_TOKEN_ERA, 0}, {"民國", SS_TOKEN_ERA, 0},
    {"星期", SS_TOKEN_WEEKDAY, 0}, {"周", SS_TOKEN_WEEKDAY, 0}, {"週", SS_TOKEN_WEEKDAY, 0}, /* and the day */
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

static void read_number(ss_date_token *out, const char *text, size_t length, size_t at)
{
    *out = (ss_date_token){.kind = SS_TOKEN_NUMBER, .end = at};
    size_t next;
    for (; at < length; at = next) {
        UChar32 code = plain_character(text, length, at, &next);
        if (!ss_is_digit(code)) break;
        /* Longer numbers are no part of a date: their value does not matter, but must not overflow. */
        if (++out->digits <= 18) out->value = out->value * 10 + (code - '0');
        out->end = next;
    }
}

/* 二〇二一 digit by digit; 二十三 and 廿三 by tens, which count as two digits. */
static void read_han_number(ss_date_token *out, const char *text, size_t length, size_t at)
{
    *out = (ss_date_token){.kind = SS_TOKEN_NUMBER, .end = at};
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

/* Whether two characters can be equal but for their case: most words end here. */
static bool may_be_same(char a, char b)
{
    return ((a ^ b) & ~0x20) == 0;
}

/* The name that `length` letters are, or abbreviate to three or more; -1 for none. */
static int find_name(const char *const *names, int count, const char *letters, size_t length)
{
    for (int i = 0; i < count && length >= 3; i++)
        if (may_be_same(*names[i], *letters) && length <= strlen(names[i]) &&
            strncasecmp(names[i], letters, length) == 0)
            return i;
    return -1;
}

static void read_english(ss_date_token *out, const char *text, size_t length, size_t at)
{
    size_t end = at;
    while (end < length && ss_is_letter(text[end]))
        end++;
    *out = (ss_date_token){.kind = SS_TOKEN_OTHER, .end = end};
    /* a.m., p.m. */
    if (end - at == 1 && length - at >= 3 && text[at + 1] == '.' && (text[at + 2] | 0x20) == 'm' &&
        ((text[at] | 0x20) == 'a' || (text[at] | 0x20) == 'p')) {
        bool dot = length - at > 3 && text[at + 3] == '.';
        *out = (ss_date_token){.kind = SS_TOKEN_HALF, .value = (text[at] | 0x20) == 'p', .end = at + (dot ? 4 : 3)};
        return;
    }
    int month = find_name(MONTHS, 12, text + at, end - at);
    int weekday = find_name(WEEKDAYS, 7, text + at, end - at);
    if (month >= 0) *out = (ss_date_token){.kind = SS_TOKEN_MONTH, .value = month + 1, .end = end};
    if (weekday >= 0) out->kind = SS_TOKEN_WEEKDAY;
    for (size_t i = 0; i < sizeof ENGLISH_WORDS / sizeof *ENGLISH_WORDS; i++) {
        const word *known = &ENGLISH_WORDS[i];
        if (!may_be_same(*known->text, text[at]) || strlen(known->text) != end - at) continue;
        if (strncasecmp(known->text, text + at, end - at) != 0) continue;
        *out = (ss_date_token){.kind = known->kind, .value = known->value, .end = end};
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

static bool read_chinese(ss_date_token *out, const char *text, size_t length, size_t at)
{
    for (size_t i = 0; i < sizeof CHINESE_WORDS / sizeof *CHINESE_WORDS; i++) {
        const word *known = &CHINESE_WORDS[i];
        if (*known->text != text[at]) continue;
        size_t size = strlen(known->text);
        if (size > length - at || memcmp(known->text, text + at, size) != 0) continue;
        size_t end = at + size;
        if (known->kind == SS_TOKEN_WEEKDAY && !skip_day_of_week(text, length, &end)) continue;
        *out = (ss_date_token){.kind = known->kind, .value = known->value, .end = end};
        return true;
    }
    return false;
}

bool ss_date_starts(const char *text, size_t length)
{
    size_t next;
    if (length == 0) return false;
    if ((*text & 0x80) == 0) return ss_is_digit(*text) || ss_is_letter(*text);
    UChar32 code = plain_character(text, length, 0, &next);
    return ss_is_digit(code) || han_digit(code) >= 0 || code == 0x6c11 || code == 0x4e2d; /* 民国, 中华民国 */
}

void ss_date_read_token(ss_date_token *out, const char *text, size_t length, size_t at)
{
    size_t start = at, next = at;
    UChar32 code = ' ';
    while (at < length && is_space(code = plain_character(text, length, at, &next)))
        at = next;
    bool spaced = at > start;
    if (at >= length)
        *out = (ss_date_token){.kind = SS_TOKEN_END, .end = length};
    else if (ss_is_digit(code))
        read_number(out, text, length, at);
    else if (ss_is_letter(text[at]))
        read_english(out, text, length, at);
    else if (han_digit(code) >= 0)
        read_han_number(out, text, length, at);
    else if (!read_chinese(out, text, length, at))
        *out = (ss_date_token){
            .kind = code > 0 && code < 0x80 ? SS_TOKEN_MARK : SS_TOKEN_OTHER, .value = code, .end = next};
    out->spaced = spaced;
}
