/* Dates as newspapers, feeds and web pages write them. */
#ifndef SS_DATE_H
#define SS_DATE_H

#include "samestory.h"

/* Which number comes first where the year comes last, as in 9/4/2018. */
typedef enum ss_date_order { SS_ORDER_UNKNOWN, SS_ORDER_DAY_FIRST, SS_ORDER_MONTH_FIRST } ss_date_order;

/* How dates are written where one stands: what it may leave to its readers. */
typedef struct ss_date_custom {
    ss_date_order order;
    bool short_years; /* 9/4/18, which else may as well be 2009-04-18 */
    bool minguo;      /* years of three digits are those of the Republic of China: 107-09-04 */
    int32_t year;     /* of dates without one; 0: not known, and such are refused */
} ss_date_custom;

/* The whole of `text` is one date, in ISO 8601, RFC 822, an English or a Chinese form, with or without a time of day.
 * Forms that are read differently in different places (9/4/2018, but neither 23/11/2021 nor 4.9.2018) and impossible
 * dates are refused: false, and *out is no date. */
bool ss_date_parse(ss_date *out, const char *text, size_t length);

/* The same where the custom (NULL: none) is known. */
bool ss_date_parse_in(ss_date *out, const ss_date_custom *custom, const char *text, size_t length);

/* The same for the beginning of `text`; *used is the number of bytes that the date takes. */
bool ss_date_parse_prefix(ss_date *out, const ss_date_custom *custom, const char *text, size_t length, size_t *used);

/* The whole of `text` is seconds since 1970, or thousandths, millionths or milliardths of them: 10, 13, 16 or 19 digits, with
 * a fraction or without. */
bool ss_date_parse_unix(ss_date *out, const char *text, size_t length);

/* Whether `text` begins with a date as numbers with the year last, and what order it shows, if any. */
bool ss_date_tell_order(ss_date_order *order, const char *text, size_t length);

/* The date of publication of a plain text, where a dateline or one of its first lines tells it. The custom may be NULL. */
bool ss_date_find(ss_date *out, const ss_date_custom *custom, const char *text, size_t length);

/* The date in an address such as https://example.org/2021/11/23/story. */
bool ss_date_find_in_url(ss_date *out, const char *url, size_t length);

/* The year, and the month if it is told (else 0), of an address such as https://example.org/2021/11/story. */
bool ss_date_find_month_in_url(int32_t *year, int32_t *month, const char *url, size_t length);

/* Days since 1970-01-01, in UTC; SS_NO_DAY (match.h) for no date. */
int32_t ss_date_day(ss_date date);

#define SS_DATE_TEXT_SIZE 48

/* ISO 8601, with no more than is known: "2021-11-23", "2021-11-23T14:35:56" (zone not known),
 * "2021-11-23T14:35:56Z", "2021-11-23T14:35:56+08:00"; "" for no date. */
void ss_date_format(ss_date date, char text[SS_DATE_TEXT_SIZE]);

/* The same of a day as ss_date_day() counts them; "" for SS_NO_DAY. */
void ss_date_format_day(int32_t day, char text[SS_DATE_TEXT_SIZE]);

#endif
