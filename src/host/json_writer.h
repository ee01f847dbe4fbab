/* Writes JSON piece by piece, as compact as it gets and fit for a <script> element of HTML. Zeroed, a writer is empty.
 *
 * The first failure stays in `status`, and whatever is written after it is dropped: who writes need not ask each time. */
#ifndef SS_JSON_WRITER_H
#define SS_JSON_WRITER_H

#include "buffer.h"

typedef struct ss_json_writer {
    ss_buffer out;
    ss_status status;
    bool between; /* something stands before in the same array or object: a comma is due */
} ss_json_writer;

void ss_json_open(ss_json_writer *writer, char bracket); /* '[' or '{' */
void ss_json_close(ss_json_writer *writer, char bracket);

/* The name of the next value of an object: plain ASCII, without quotes. */
void ss_json_name(ss_json_writer *writer, const char *name);

/* `<`, control characters and the line ends U+2028 and U+2029 are escaped, damaged UTF-8 becomes U+FFFD. */
void ss_json_text(ss_json_writer *writer, const char *text, size_t length);
void ss_json_string(ss_json_writer *writer, const char *text);
void ss_json_integer(ss_json_writer *writer, int64_t value);
/* With at most so many decimals, 0 .. 9, whatever the locale; null for what is not finite or beyond 10^9. */
void ss_json_real(ss_json_writer *writer, double value, int decimals);
void ss_json_null(ss_json_writer *writer);

#endif
