/* The article in a page: its text without navigation, related stories, comments, bylines and advertising. */
#ifndef SS_MAIN_TEXT_H
#define SS_MAIN_TEXT_H

#include "page.h"

/* Appends the text of the article to *out, a line for each block; nothing where there is none. `title` (may be NULL) is
 * left out where it stands as a line. *start, *end: the part of page->text from the first line taken to the last. */
ss_status ss_main_text(ss_buffer *out, const ss_page *page, const char *title, size_t *start, size_t *end);

#endif
