/* One JSON object on one line, read in one pass without a tree: the values of the fields of an article, as places in the
 * line.
 *
 * Nearly all lines are plain, and of what is not asked for only the grammar is looked at: 1.1 GB/s on short news, where
 * yajl's events alone take 0.8 and jansson's tree 0.08. Whatever is not plain (errors, numbers with fractions or of many
 * digits, deep nesting, escapes in keys, U+0000) is left to jansson, which also finds the words for what is wrong; so
 * there is one grammar, and a fuzzer holds this one against it: what is taken means the same to both.
 */
#ifndef SS_JSON_LINE_H
#define SS_JSON_LINE_H

#include "field_names.h"

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

/* What stands under the names of the fields. */
typedef struct ss_json_fields {
    ss_json_value value[SS_FIELD_COUNT];
    const ss_field_name *name[SS_FIELD_COUNT]; /* where there is a value: its */
} ss_json_fields;

/* Keeps a value that stands under the name, unless the field has one of a better name. Null, "" and what can't be the
 * field's are no values, but under the field's own name. */
void ss_json_keep(ss_json_fields *fields, const ss_field_name *name, const ss_json_value *value);

/* Takes the fields from the line, which is sound UTF-8, and behind which stand line ends or a NUL. False: not plain, or a
 * name stands there twice; then nothing is said of the line. */
bool ss_json_scan(ss_json_fields *fields, const ss_field_names *names, const char *line, size_t length);

/* The text of an escaped string into out[length + 1], NUL added; its length. */
size_t ss_json_unescape(char *out, const char *text, size_t length);

#endif
