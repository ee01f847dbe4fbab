/* HTML -> the text that a reader of the page sees, and events for those who want to know more of it. */
#ifndef SS_HTML_H
#define SS_HTML_H

#include <string.h>

#include "buffer.h"
#include "html_scripts.h"

/* What an element does to the text in it. */
enum {
    SS_HTML_SKIPPED = 1,      /* not part of the text of a page */
    SS_HTML_BLOCK = 2,        /* begins and ends a line */
    SS_HTML_PREFORMATTED = 4, /* line ends count */
    SS_HTML_CELL = 8,         /* parted from its neighbour by a space */
    SS_HTML_FURNITURE = 16    /* of the page rather than of what it is about: skipped, but for hooks told of */
};

typedef struct ss_html_element {
    const char *name;
    const char **attributes; /* name, value, name, value, ..., NULL; or NULL; a value may be NULL */
    int effects;
} ss_html_element;

/* What one wants to know of a page beside its text. `at`: bytes of text so far. */
typedef struct ss_html_hooks {
    void *user;
    ss_status (*begin)(void *user, const ss_html_element *element, bool visible, size_t at);
    ss_status (*end)(void *user, const char *name, int effects, size_t at);
    /* All that stands in a <script> or <title>. */
    ss_status (*content)(void *user, const char *name, const char *text, size_t length);
    ss_html_scripts *scripts; /* what has been left out of the page, to count what of it is met; NULL: nothing */
} ss_html_hooks;

/* Reads a page, or a piece of one (what a feed or a JSON string holds), of UTF-8 text into *out (zeroed): a line for each
 * block, without blank lines unless lines are kept; ends in NUL. Scripts, forms' controls, captions and what is hidden are
 * left out, and without hooks furniture such as navigation. With `keep_lines` line ends of the source stay line ends.
 * `hooks` may be NULL. *out is the caller's to free, after a failure too. */
ss_status ss_html_read(ss_buffer *out, const char *html, size_t length, bool keep_lines, const ss_html_hooks *hooks);

/* Whether two names are the same; most differ in the first two letters, and there are many to compare. */
static inline bool ss_html_same(const char *a, const char *b)
{
    return *a == *b && (*a == '\0' || (a[1] == b[1] && strcmp(a, b) == 0));
}

/* The value of an attribute, or NULL. */
const char *ss_html_attribute(const char **attributes, const char *name);

#endif
