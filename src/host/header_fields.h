/* "Name: value" lines with a blank line behind them, as records of web archives and HTTP messages begin. */
#ifndef SS_HEADER_FIELDS_H
#define SS_HEADER_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

/* A part of some bytes. */
typedef struct ss_slice {
    const char *text;
    size_t length;
} ss_slice;

/* Bytes up to and with the blank line; 0 if there is none. Lines end in CR LF, or LF alone. */
size_t ss_header_length(const char *bytes, size_t length);

/* The value of the first field of that name, without white space around it; empty if there is none. */
ss_slice ss_header_find(ss_slice header, const char *name);

/* Whether it is that word, or begins with it, in either case. */
bool ss_slice_is(ss_slice slice, const char *word);
bool ss_slice_begins(ss_slice slice, const char *word);

#endif
