/* What Markdown and HTML documents have in common on their way to an article. */
#ifndef SS_DOCUMENT_H
#define SS_DOCUMENT_H

#include "samestory.h"

/* Bytes of the white space character that `text` begins with, 0 if it begins with another: ASCII's white space, the
 * no-break space and the ideographic space. */
size_t ss_space_size(const char *text, size_t length);

/* A copy on one line: without white space at its ends, and one space for each run of it inside. */
ss_status ss_copy_line(char **out, const char *text, size_t length);

/* "http://..." or "https://..." */
bool ss_is_web_address(const char *text);

/* Sets the text of an article that has its title: `text` without the white space around it and without the title
 * where its first line repeats that; and the language, from what is declared (may be NULL) and the text. */
ss_status ss_document_finish(ss_article *article, const char *text, size_t length, const char *declared_lang);

#endif
