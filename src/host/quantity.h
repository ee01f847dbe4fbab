/* Quantities: what a text says in numbers - sums of money, percentages, dates, the dead and the injured, magnitudes,
 * scores - in a form that does not depend on the language: 37.6亿 = 3.76 billion, 3,000万美元 = $30 million,
 * 百分之五 = 5 %, 周二 = Tuesday = the day it was. */
#ifndef SS_QUANTITY_H
#define SS_QUANTITY_H

#include "fold.h"

typedef enum ss_quantity_kind {
    SS_QUANTITY_NUMBER = 1,
    SS_QUANTITY_PERCENT, /* basis points too: 25 of them are 0.25 */
    SS_QUANTITY_MONEY,
    SS_QUANTITY_DATE,
    SS_QUANTITY_DEAD, /* so many people */
    SS_QUANTITY_INJURED,
    SS_QUANTITY_MISSING,
    SS_QUANTITY_MAGNITUDE, /* of an earthquake */
    SS_QUANTITY_SCORE      /* 3-1 and 1-3 are 3001 both */
} ss_quantity_kind;

typedef enum ss_currency {
    SS_CURRENCY_UNKNOWN = 0, /* ¥ may be yuan or yen */
    SS_CURRENCY_USD,
    SS_CURRENCY_CNY,
    SS_CURRENCY_EUR,
    SS_CURRENCY_JPY,
    SS_CURRENCY_GBP,
    SS_CURRENCY_HKD,
    SS_CURRENCY_TWD,
    SS_CURRENCY_KRW,
    SS_CURRENCY_INR,
    SS_CURRENCY_RUB,
    SS_CURRENCY_AUD,
    SS_CURRENCY_CAD,
    SS_CURRENCY_CHF,
    SS_CURRENCY_SGD,
    SS_CURRENCY_NZD,
    SS_CURRENCY_THB,
    SS_CURRENCY_MYR,
    SS_CURRENCY_BRL
} ss_currency;

/* `unit` of a date */
#define SS_DATE_FULL    0u /* `value` is days since 1970-01-01 */
#define SS_DATE_OF_YEAR 1u /* month * 100 + day: neither the text nor the article tells the year */

typedef struct ss_quantity {
    ss_quantity_kind kind;
    uint16_t unit; /* of money its ss_currency, of a date SS_DATE_...; else 0 */
    /* Significant figures as written, zeros at the end of a whole number not counted: how much an agreement tells, and
     * how far rounding may reach. Of a date how telling it is: 1 next to the day of publication .. 3 far from it. */
    uint8_t figures;
    bool about;          /* "more than", 超过, 近, 约, 多 */
    double value;        /* one and the same for all ways to write a number */
    uint32_t begin, end; /* folded characters it was read from, [begin, end) */
} ss_quantity;

/* The quantities of a folded text in order of appearance, each kind and value once, at most `max` of them; returns how
 * many. What tells nothing is passed over: bare numbers up to 10, years, times of day, ordinals, parts of names.
 * `published_day` (days since 1970-01-01, or SS_NO_DAY of match.h) gives years, days of the month and weekdays their
 * meaning. */
size_t ss_quantities_find(const ss_folded *text, size_t length, int32_t published_day, ss_quantity *quantity,
                          size_t max);

/* Do they say the same? 1: exactly; less where one is rounded, or says less (no currency, a bare number for the dead);
 * 0: no. Symmetric. */
double ss_quantity_agreement(const ss_quantity *a, const ss_quantity *b);

/* How telling it is, in bits, about: near 0 for one figure or the day of publication, 11 for five figures. */
double ss_quantity_information(const ss_quantity *quantity);

/* "number", "percent", ...; "usd", "cny", ..., "" for SS_CURRENCY_UNKNOWN. */
const char *ss_quantity_kind_name(ss_quantity_kind kind);
const char *ss_currency_name(ss_currency currency);

#endif
