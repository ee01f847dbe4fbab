/* The kind of a file. */
#ifndef SS_FORMAT_H
#define SS_FORMAT_H

#include "samestory.h"

typedef enum ss_format {
    SS_FORMAT_NONE,
    SS_FORMAT_JSONL, /* an object a line */
    SS_FORMAT_JSON,  /* objects otherwise, such as in an array */
    SS_FORMAT_CSV,   /* CSV or TSV with a header */
    SS_FORMAT_RSS,   /* or Atom */
    SS_FORMAT_TEXT,
    SS_FORMAT_MARKDOWN,
    SS_FORMAT_HTML,
    SS_FORMAT_WARC /* one record of a web archive; told by ss_warc_tell() */
} ss_format;

/* What the text begins with decides; the name does where that leaves a doubt. SS_FORMAT_NONE: a text of white space. */
ss_format ss_format_tell(const char *text, size_t length, const char *name);

/* What to say of a file that holds no article that could be read, as its first bytes or its name tell: NULL if there may be. */
const char *ss_foreign_tell(const char *bytes, size_t length, const char *name);

#endif
