/* Dates as newspapers, feeds and web pages write them. */
#ifndef SS_DATE_H
#define SS_DATE_H

#include "samestory.h"

/* The whole of `text` is one date, in ISO 8601, RFC 822, an English or a Chinese form, with or without a time of day.
 * Forms that are read differently in different places (11/12/2021) and impossible dates are refused: false, and *out
 * is no date. */
bool ss_date_parse(ss_date *out, const char *text, size_t length);

/* The same for the beginning of `text`; *used is the number of bytes that the date takes. */
bool ss_date_parse_prefix(ss_date *out, const char *text, size_t length, size_t *used);

/* The date of publication of a plain text, where a dateline or one of its first lines tells it. */
bool ss_date_find(ss_date *out, const char *text, size_t length);

/* The date in an address such as https://example.org/2021/11/23/story. */
bool ss_date_find_in_url(ss_date *out, const char *url, size_t length);

/* Days since 1970-01-01, in UTC; SS_NO_DAY (match.h) for no date. */
int32_t ss_date_day(ss_date date);

#define SS_DATE_TEXT_SIZE 48

/* ISO 8601, with no more than is known: "2021-11-23", "2021-11-23T14:35:56" (zone not known),
 * "2021-11-23T14:35:56Z", "2021-11-23T14:35:56+08:00"; "" for no date. */
void ss_date_format(ss_date date, char text[SS_DATE_TEXT_SIZE]);

#endif
