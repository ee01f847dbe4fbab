/* One JSON object on one line, read in one pass without a tree: the values of the fields that were asked for, as places in
 * the line.
 *
 * Nearly all lines are plain, and of what is not asked for only the grammar is looked at: 1.1 GB/s on short news, where
 * yajl's events alone take 0.8 and jansson's tree 0.08. Whatever is not plain (errors, numbers with fractions or of many
 * digits, deep nesting, escapes in keys, U+0000) is left to jansson, which also finds the words for what is wrong; so
 * there is one grammar, and a fuzzer holds this one against it: what is taken means the same to both.
 */
#ifndef SS_JSON_LINE_H
#define SS_JSON_LINE_H

#include "samestory.h"

typedef enum ss_json_kind {
    SS_JSON_ABSENT = 0, /* or null */
    SS_JSON_STRING,
    SS_JSON_INTEGER,
    SS_JSON_REAL,
    SS_JSON_OTHER
} ss_json_kind;

typedef struct ss_json_value {
    ss_json_kind kind;
    const char *text; /* of a string: not ended by a NUL; may hold NULs if it is not escaped */
    size_t length;
    bool escaped;      /* `text` is as in the line, with escapes, all of which are sound and none U+0000 */
    long long integer; /* of an integer */
    double real;       /* of an integer or a real */
} ss_json_value;

/* Sets value[i] to what stands under name[i] (NULL: nothing is asked for), SS_JSON_ABSENT if nothing does; of names that
 * stand there twice, the last. The line is sound UTF-8 and ends in NUL. False: not plain, nothing is said of the line. */
bool ss_json_scan(ss_json_value *value, const char *const *name, size_t names, const char *line, size_t length);

/* The text of an escaped string into out[length + 1], NUL added; its length. */
size_t ss_json_unescape(char *out, const char *text, size_t length);

#endif
