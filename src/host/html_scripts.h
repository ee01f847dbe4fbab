/* Scripts and styles, whose content the parser need not see. */
#ifndef SS_HTML_SCRIPTS_H
#define SS_HTML_SCRIPTS_H

#include "buffer.h"

/* A page without the content of its scripts and styles, but of those with JSON. */
typedef struct ss_html_scripts {
    ss_buffer html;
    size_t *place; /* where in it content is left out: right behind the '>' of a start tag */
    size_t count, capacity;
    size_t met; /* places at which the parser met what was expected there */
} ss_html_scripts;

/* Leaves them out by their looks. But what looks like a script may stand in an attribute or a comment: only if the parser
 * meets all of them, the page is the same without. With count 0 nothing is left out, and `html` is empty. *out (zeroed
 * before) is the caller's to clear, after a failure too. */
ss_status ss_html_scripts_cut(ss_html_scripts *out, const char *html, size_t length);
/* The parser is at the end of a start tag, `place`, behind which content of no interest begins. */
static inline void ss_html_scripts_meet(ss_html_scripts *scripts, size_t place)
{
    scripts->met += scripts->met < scripts->count && scripts->place[scripts->met] == place;
}

void ss_html_scripts_clear(ss_html_scripts *scripts);

#endif
