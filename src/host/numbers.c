#include "numbers.h"

#include <string.h>

#include "ngram.h"

#define DIGITS_MAX 18

typedef enum number_kind { KIND_PLAIN = 1, KIND_PERCENT, KIND_DATE } number_kind;

/* A decimal number: digits without leading or trailing zeros, times 10^exponent. */
typedef struct decimal {
    uint64_t digits;
    int exponent;
    int digit_count;
    bool whole; /* written without a decimal point */
} decimal;

static uint32_t code_at(const ss_folded *text, size_t length, size_t i)
{
    return i < length ? SS_FOLDED_CODE(text[i]) : 0;
}

static bool digit_at(const ss_folded *text, size_t length, size_t i)
{
    return i < length && SS_FOLDED_CLASS(text[i]) == SS_CLASS_DIGIT;
}

/* The number that begins at text[*at]; *at moves behind it. Commas count where three digits follow. */
static decimal read_decimal(const ss_folded *text, size_t length, size_t *at)
{
    decimal n = {.whole = true};
    size_t i = *at;
    for (; i < length; i++) {
        uint32_t c = code_at(text, length, i);
        if (digit_at(text, length, i)) {
            if (n.digit_count < DIGITS_MAX) {
                n.digits = n.digits * 10 + (c - '0');
                n.digit_count += n.digits > 0;
                n.exponent -= !n.whole;
            } else {
                n.exponent += n.whole;
            }
        } else if (c == ',' && digit_at(text, length, i + 1) && digit_at(text, length, i + 2) &&
                   digit_at(text, length, i + 3)) {
            continue;
        } else if (c == '.' && n.whole && digit_at(text, length, i + 1)) {
            n.whole = false;
        } else {
            break;
        }
    }
    *at = i;
    return n;
}

/* One folded word or Han character sequence in the text? */
static bool follows(const ss_folded *text, size_t length, size_t at, const char *word, size_t *end)
{
    size_t i = at;
    for (const char *c = word; *c != '\0'; c++, i++)
        if (code_at(text, length, i) != (uint32_t)*c) return false;
    if (i < length && SS_FOLDED_CLASS(text[i]) == SS_CLASS_LETTER) return false;
    *end = i;
    return true;
}

static size_t skip_spaces(const ss_folded *text, size_t length, size_t i)
{
    while (i < length && (code_at(text, length, i) == ' ' || code_at(text, length, i) == '-'))
        i++;
    return i;
}

/* 万, 亿, billion ... behind a number: the power of ten, *at moved behind it. */
static int read_multiplier(const ss_folded *text, size_t length, size_t *at)
{
    static const struct {
        const char *word;
        int power;
    } words[] = {{"thousand", 3}, {"million", 6}, {"mln", 6},       {"m", 6},   {"billion", 9},
                 {"bn", 9},       {"b", 9},       {"trillion", 12}, {"tn", 12}, {"k", 3}};
    int power = 0;
    for (;; (*at)++) { /* 万亿 is 10^12 */
        uint32_t c = code_at(text, length, *at);
        if (c == 0x767e)
            power += 2; /* 百 */
        else if (c == 0x5343)
            power += 3; /* 千 */
        else if (c == 0x4e07)
            power += 4; /* 万 */
        else if (c == 0x4ebf)
            power += 8; /* 亿 */
        else
            break;
    }
    if (power > 0) return power;
    size_t from = skip_spaces(text, length, *at);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (follows(text, length, from, words[i].word, at)) return words[i].power;
    return 0;
}

static bool read_percent(const ss_folded *text, size_t length, size_t *at)
{
    size_t from = skip_spaces(text, length, *at);
    if (code_at(text, length, from) == '%') {
        *at = from + 1;
        return true;
    }
    return follows(text, length, from, "percent", at) || follows(text, length, from, "per cent", at);
}

/* A month written as a word at text[*at], 1 .. 12, or 0. */
static uint32_t read_month(const ss_folded *text, size_t length, size_t *at)
{
    static const char *const months[] = {"january", "february", "march",     "april",   "may",      "june",
                                         "july",    "august",   "september", "october", "november", "december"};
    char word[12];
    size_t n = 0;
    while (*at + n < length && n < sizeof word - 1 && SS_FOLDED_CLASS(text[*at + n]) == SS_CLASS_LETTER) {
        uint32_t c = SS_FOLDED_CODE(text[*at + n]);
        word[n++] = c < 128 ? (char)c : '?';
    }
    for (uint32_t m = 0; n >= 3 && m < 12; m++) {
        if (strncmp(months[m], word, n) != 0 || (n != 3 && n != 4 && months[m][n] != '\0')) continue;
        *at += n;
        if (code_at(text, length, *at) == '.') (*at)++;
        return m + 1;
    }
    return 0;
}

static uint32_t hash_number(number_kind kind, uint64_t value, int exponent)
{
    return (uint32_t)ss_hash_mix(ss_hash_mix(value * 4 + (uint64_t)kind) + (uint64_t)(exponent + 64));
}

static uint32_t hash_date(uint32_t month, uint64_t day)
{
    return hash_number(KIND_DATE, month * 32 + day, 0);
}

/* A number that is not a date; 0 if it tells nothing. */
static uint32_t hash_decimal(decimal n, int power, bool percent)
{
    if (n.digits == 0) return 0;
    n.exponent += power;
    while (n.digits % 10 == 0) {
        n.digits /= 10;
        n.exponent++;
    }
    if (percent) return hash_number(KIND_PERCENT, n.digits, n.exponent);
    bool small = n.exponent <= 0 && n.digits < 10 && power == 0;
    bool tens = power == 0 && n.exponent == 1 && n.digits == 1; /* 10 */
    return small || tens ? 0 : hash_number(KIND_PLAIN, n.digits, n.exponent);
}

/* The number or date that begins with the digit at text[*at]; 0 if it tells nothing. */
static uint32_t read_from_digit(const ss_folded *text, size_t length, size_t *at)
{
    decimal n = read_decimal(text, length, at);
    bool day = n.whole && n.digits >= 1 && n.digits <= 31 && n.exponent == 0;
    uint32_t next = code_at(text, length, *at);
    if (next == 0x6708 && day && n.digits <= 12) { /* 月 */
        size_t i = *at + 1;
        if (digit_at(text, length, i)) {
            decimal d = read_decimal(text, length, &i);
            if (d.whole && d.digits >= 1 && d.digits <= 31) {
                *at = i;
                return hash_date((uint32_t)n.digits, d.digits);
            }
        }
        return 0;
    }
    if (next == 0x5e74 || next == 0x65e5 || next == 0x65f6) return 0; /* 年 日 时: a year, a day without its month */
    if (day) {                                                        /* 23 November, 23rd November */
        size_t i = *at;
        for (const char *const *suffix = (const char *const[]){"st", "nd", "rd", "th", NULL}; *suffix != NULL; suffix++)
            if (follows(text, length, i, *suffix, &i)) break;
        i = skip_spaces(text, length, i);
        uint32_t month = read_month(text, length, &i);
        if (month > 0) {
            *at = i;
            return hash_date(month, n.digits);
        }
    }
    bool year = n.whole && n.exponent == 0 && n.digits >= 1900 && n.digits < 2100;
    int power = read_multiplier(text, length, at);
    bool percent = read_percent(text, length, at);
    return year && power == 0 && !percent ? 0 : hash_decimal(n, power, percent);
}

/* "Nov. 23" */
static uint32_t read_from_letter(const ss_folded *text, size_t length, size_t *at)
{
    size_t i = *at;
    uint32_t month = read_month(text, length, &i);
    i = skip_spaces(text, length, i);
    if (month > 0 && digit_at(text, length, i)) {
        decimal d = read_decimal(text, length, &i);
        if (d.whole && d.digits >= 1 && d.digits <= 31) {
            *at = i;
            return hash_date(month, d.digits);
        }
    }
    while (*at < length && (SS_FOLDED_CLASS(text[*at]) == SS_CLASS_LETTER || digit_at(text, length, *at)))
        (*at)++; /* digits inside a word ("covid19") are part of its name */
    return 0;
}

size_t ss_numbers_find(const ss_folded *text, size_t length, uint32_t *number, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < length && count < max;) {
        uint32_t hash = 0;
        if (digit_at(text, length, i))
            hash = read_from_digit(text, length, &i);
        else if (SS_FOLDED_CLASS(text[i]) == SS_CLASS_LETTER)
            hash = read_from_letter(text, length, &i);
        else
            i++;
        bool known = hash == 0;
        for (size_t k = 0; k < count && !known; k++)
            known = number[k] == hash;
        if (!known) number[count++] = hash;
    }
    return count;
}
