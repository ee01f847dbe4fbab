/* The words and numbers that dates are written with. */
#ifndef SS_DATE_TOKEN_H
#define SS_DATE_TOKEN_H

#include "samestory.h"

#define SS_BEIJING 480 /* minutes east of UTC */

typedef enum ss_date_token_kind {
    SS_TOKEN_END = 0,
    SS_TOKEN_NUMBER,
    SS_TOKEN_MONTH, /* 1 .. 12 */
    SS_TOKEN_WEEKDAY,
    SS_TOKEN_HALF,    /* of the day: 0 before noon, 1 after */
    SS_TOKEN_ZONE,    /* minutes east of UTC */
    SS_TOKEN_ORDINAL, /* st, nd, rd, th */
    SS_TOKEN_JOIN,    /* a word between the parts of a date */
    SS_TOKEN_ERA,     /* the Republic of China, behind whose founding years are counted */
    SS_TOKEN_UNIT,    /* the Chinese word for a part, as one of 'Y' 'M' 'D' 'h' 'm' 's' */
    SS_TOKEN_MARK,    /* one ASCII character */
    SS_TOKEN_OTHER
} ss_date_token_kind;

typedef struct ss_date_token {
    ss_date_token_kind kind;
    int64_t value;
    int digits;  /* of a number */
    bool spaced; /* white space goes before it */
    size_t end;  /* where it ends in the text */
} ss_date_token;

/* Whether a date may begin with the character that `text` begins with: a digit of whatever kind, a letter, an era. */
bool ss_date_starts(const char *text, size_t length);

/* The token at `at`, white space before it passed over; SS_TOKEN_END at the end. */
void ss_date_read_token(ss_date_token *out, const char *text, size_t length, size_t at);

#endif
