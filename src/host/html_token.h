/* HTML as tokens: text, start tags with their attributes, end tags, by the rules of the HTML standard for all that may be
 * missing, doubled or unclosed.
 *
 * Nothing is allocated, and each byte is looked at a bounded number of times whatever stands in it. Scripts, styles,
 * comments, declarations and drawings, half of a news page and often nine tenths, are passed over. On the pages of
 * tests/pages tokens come at 1200 MB/s and text (html.h) at 400, where the events of libxml2 come at 100 and gumbo's tree
 * at 24; and libxml2 compares each attribute of a tag with all before it, a quarter of an hour for a tag of a million. */
#ifndef SS_HTML_TOKEN_H
#define SS_HTML_TOKEN_H

#include "buffer.h"

#define SS_HTML_NAME       16 /* bytes of the longest name that means something, and its NUL */
#define SS_HTML_ATTRIBUTES 16 /* most that are told of one tag */

/* Both as in the page, with character references. `value` NULL: none. */
typedef struct ss_html_value {
    const char *name; /* lower case; one of a few that tell what an element is for */
    const char *value;
    size_t length;
} ss_html_value;

typedef enum ss_html_kind { SS_HTML_END_OF_PAGE, SS_HTML_TEXT, SS_HTML_START, SS_HTML_END } ss_html_kind;

typedef struct ss_html_token {
    ss_html_kind kind;
    char name[SS_HTML_NAME]; /* of a tag, in lower case; "" if it is longer than any that is known */
    size_t attributes;       /* of a start tag */
    ss_html_value attribute[SS_HTML_ATTRIBUTES];
    bool hidden;      /* a start tag whose style says so */
    bool json;        /* a <script> that holds JSON-LD */
    const char *text; /* of text; and behind a start tag of what its element holds if that is no HTML, else NULL */
    size_t length;
} ss_html_token;

typedef struct ss_html_cursor {
    const char *at, *end;
} ss_html_cursor;

/* The next token. A <title> and a <script> with JSON-LD come with all that they hold, and no end tag. */
void ss_html_next(ss_html_cursor *cursor, ss_html_token *token);

/* The character reference that `text` begins with, an '&': its UTF-8 into out[8] with a NUL. Bytes that it takes; 0 if it
 * is none. */
size_t ss_html_reference(char out[8], const char *text, size_t length);

/* Appends text with its character references resolved. */
ss_status ss_html_decode(ss_buffer *out, const char *text, size_t length);

#endif
