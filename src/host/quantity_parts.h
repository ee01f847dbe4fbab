/* The parts that quantity.c is made of; nobody else includes this. Every look-around is bounded, so that a text is read
 * in linear time. */
#ifndef SS_QUANTITY_PARTS_H
#define SS_QUANTITY_PARTS_H

#include <uchar.h>

#include "calendar.h"
#include "quantity.h"

/* ------------------------------------------------------- quantity_passage.c */

/* A folded text being read, and when it was published. */
typedef struct ss_passage {
    const ss_folded *text;
    size_t length;
    int32_t published;
} ss_passage;

typedef struct ss_span {
    size_t begin, end;
} ss_span;

/* A list of words ends with NULL. All are folded, and in the Basic Multilingual Plane, so that a char16_t is a
 * character. */
typedef const char16_t *const ss_words[];

/* 0 outside of the text; at - 1 may be asked for at the beginning. */
static inline uint32_t ss_code_at(const ss_passage *p, size_t at)
{
    return at < p->length ? SS_FOLDED_CODE(p->text[at]) : 0;
}

static inline ss_char_class ss_class_at(const ss_passage *p, size_t at)
{
    return at < p->length ? SS_FOLDED_CLASS(p->text[at]) : SS_CLASS_NONE;
}

static inline bool ss_digit_at(const ss_passage *p, size_t at)
{
    return ss_class_at(p, at) == SS_CLASS_DIGIT;
}

static inline bool ss_han_at(const ss_passage *p, size_t at)
{
    return ss_class_at(p, at) == SS_CLASS_HAN;
}

/* Behind, and before, a few spaces on one line. */
size_t ss_skip_blanks(const ss_passage *p, size_t at);
size_t ss_skip_blanks_back(const ss_passage *p, size_t at);

/* Where `word` ends that begins at `at`; 0 if another text stands there. A word of letters must end there. */
size_t ss_match(const ss_passage *p, size_t at, const char16_t *word);
/* The same for the first word of the list that fits. */
size_t ss_match_any(const ss_passage *p, size_t at, ss_words words);
/* Where a word of the list begins that ends at `at`; SIZE_MAX if none does. Han only. */
size_t ss_match_any_back(const ss_passage *p, size_t at, ss_words words);
/* Is the Han character at `at` one of these? */
bool ss_one_of(const ss_passage *p, size_t at, const char16_t *characters);

/* The word of letters that begins behind `at` or ends before it, with nothing but a few spaces and hyphens between. */
bool ss_word_after(const ss_passage *p, size_t at, ss_span *word);
bool ss_word_before(const ss_passage *p, size_t at, ss_span *word);
bool ss_word_is(const ss_passage *p, ss_span word, const char16_t *known);
bool ss_word_in(const ss_passage *p, ss_span word, ss_words words);

/* -------------------------------------------------------- quantity_number.c */

/* A number that is at least 0: digits * 10^exponent. */
typedef struct ss_decimal {
    uint64_t digits;
    int exponent;
    int decimals; /* figures written behind the point */
    int written;  /* digits written before the point, zeros too */
    bool whole;   /* no point */
    bool grouped; /* with thousands commas */
    bool scaled;  /* 万, million, ... */
    bool spelled; /* no Arabic digit */
    bool bare;    /* 百, 千, 万 without the 一 before it */
    bool serial;  /* 二〇二一: digit by digit */
    bool about;   /* 多, 几, 余 inside */
} ss_decimal;

/* The number that begins at *at in Arabic digits, Han numerals or English words, with its 万, 亿; false if none does,
 * or none that can be counted with; *at moves behind it in any case where it begins with a digit or Han numeral. */
bool ss_decimal_read(const ss_passage *p, size_t *at, ss_decimal *n);
/* "million", "bn" behind a number; the single letters only of money. */
void ss_decimal_read_scale(const ss_passage *p, size_t *at, ss_decimal *n, bool money);
/* A whole number in plain Arabic digits (their number into *digits) or Han numerals, below 10,000. */
bool ss_whole_read(const ss_passage *p, size_t *at, uint32_t *value, int *digits);
double ss_decimal_value(const ss_decimal *n);
int ss_decimal_figures(const ss_decimal *n);
/* 0 .. 9; 10, 100, 1000 for 十 百 千; 10000 for 万 and 亿; -1 for no numeral. */
int ss_han_numeral(uint32_t code);

/* ---------------------------------------------------------- quantity_unit.c */

/* Each moves *at behind what it reads, if it is there. */
bool ss_percent_read(const ss_passage *p, size_t *at, ss_decimal *n);
bool ss_currency_read(const ss_passage *p, size_t *at, const ss_decimal *n, ss_currency *currency);
bool ss_currency_read_back(const ss_passage *p, size_t *at, ss_currency *currency);
bool ss_magnitude_read(const ss_passage *p, size_t begin, size_t *at, const ss_decimal *n);
bool ss_about_before(const ss_passage *p, size_t begin);
bool ss_about_read(const ss_passage *p, size_t *at);
/* Something that is counted stands there: 人, 辆, "people"; not the units of time that no count of people goes before. */
bool ss_counted_at(const ss_passage *p, size_t at);
/* "years", "miles", "times": what the number is of, so that it is no number of people. */
bool ss_measure_word(const ss_passage *p, ss_span word);
/* What stands before or behind makes the number a name: iPhone 15, 第15, No. 15, 15th, 15号, 747s. */
bool ss_name_number(const ss_passage *p, size_t begin, size_t end);

/* ---------------------------------------------------------- quantity_toll.c */

/* The number at [begin, end) is one of dead, injured or missing people: their kind; else SS_QUANTITY_NUMBER. */
ss_quantity_kind ss_toll_kind(const ss_passage *p, size_t begin, size_t end);

/* ------------------------------------------------------ quantity_calendar.c */

typedef enum ss_reading {
    SS_READ_NOTHING, /* something else stands there */
    SS_READ_PASSED,  /* a year, a month, a time of day: tells nothing, *at moves behind it */
    SS_READ_FOUND
} ss_reading;

typedef enum ss_week { SS_WEEK_PLAIN, SS_WEEK_LAST, SS_WEEK_THIS, SS_WEEK_NEXT } ss_week;

/* Is there a day of publication that years and months can be counted from? */
bool ss_published(const ss_passage *p);
uint32_t ss_day_of_year(int32_t day); /* month * 100 + day */

/* These fill in *date, or say that there is no such day. Of a civil date, year 0 is one that is not told. */
ss_reading ss_date_found(const ss_passage *p, int32_t day, ss_quantity *date);
ss_reading ss_date_resolve(const ss_passage *p, ss_civil civil, ss_quantity *date);
/* A day of a month that is not told: the nearest to `anchor`, of two the earlier one; `shift`, if not NULL: of the month
 * before that of the anchor (-1), of the same (0), of the next (1). */
ss_reading ss_date_resolve_day(const ss_passage *p, uint32_t day, int32_t anchor, const int *shift, ss_quantity *date);
/* weekday 0: Monday. The plain one is the last until the day of publication; last, this and next in Chinese count
 * weeks, which begin on Monday, last and next in English days. */
ss_reading ss_date_resolve_weekday(const ss_passage *p, int32_t weekday, bool chinese, ss_week which,
                                   ss_quantity *date);

/* ---------------------------------------------------------- quantity_date.c */

/* A date or time that begins at *at; `last` is the last date before it, or NULL. */
ss_reading ss_date_read(const ss_passage *p, size_t *at, const ss_quantity *last, ss_quantity *date);

#endif
