/* HTML -> the text that a reader of the page sees. */
#ifndef SS_HTML_H
#define SS_HTML_H

#include "buffer.h"

/* A part of a text, in bytes; empty where start == end. */
typedef struct ss_range {
    size_t start, end;
} ss_range;

typedef struct ss_html_text {
    ss_buffer text;   /* a line for each block, without blank lines unless lines are kept; ends in NUL */
    ss_range article; /* the longest <article> */
    ss_range main;    /* the longest <main> */
    ss_range heading; /* the first <h1> that holds text */
} ss_html_text;

/* What one wants to know of a page beside its text. */
typedef struct ss_html_hooks {
    void *user;
    /* An element begins; `attributes` is name, value, name, value, ..., NULL, or NULL; a value may be NULL. */
    ss_status (*element)(void *user, const char *name, const char **attributes, bool visible);
    /* All that stands in a <script> or <title>. */
    ss_status (*content)(void *user, const char *name, const char *text, size_t length);
} ss_html_hooks;

/* Reads a page, or a piece of one, of UTF-8 text. Scripts, forms' controls, navigation, captions and what is hidden are
 * left out. With `keep_lines` line ends of the source stay line ends. `hooks` may be NULL. *out is the caller's to
 * clear, after a failure too. */
ss_status ss_html_read(ss_html_text *out, const char *html, size_t length, bool keep_lines, const ss_html_hooks *hooks);
void ss_html_text_clear(ss_html_text *text);

/* The value of an attribute, or NULL. */
const char *ss_html_attribute(const char **attributes, const char *name);

#endif
