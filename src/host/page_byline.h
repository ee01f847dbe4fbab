/* Who wrote an article, from what a reader of the page sees: lines around the heading, and below the text. */
#ifndef SS_PAGE_BYLINE_H
#define SS_PAGE_BYLINE_H

#include "page_around.h"

/* The authors that `known` names (NULL: what the page shows), without roles and places, joined by "; ", as a copy in *out;
 * "" if there is none: the name of an outlet such as `site` (may be NULL) is no author. */
ss_status ss_page_find_author(char **out, const char *known, const char *site, const ss_page *page,
                              const ss_page_article *article);

#endif
