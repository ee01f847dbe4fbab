/* Who wrote an article and when, from what a reader of the page sees: lines around the heading, and below the text. */
#ifndef SS_PAGE_BYLINE_H
#define SS_PAGE_BYLINE_H

#include "page.h"

/* Where the article stands in the page. */
typedef struct ss_page_article {
    size_t heading;    /* where its heading begins, in bytes of the text; 0: not known */
    size_t start, end; /* of its text */
} ss_page_article;

/* The date of publication, around the heading or, with `anywhere`, wherever a plain text would tell it; false if there is
 * none. */
bool ss_page_find_date(ss_date *out, const ss_page *page, const ss_page_article *article, bool anywhere);

/* The authors that `known` names (NULL: what the page shows), without roles and places, joined by "; ", as a copy in *out;
 * "" if there is none: the name of an outlet such as `site` (may be NULL) is no author. */
ss_status ss_page_find_author(char **out, const char *known, const char *site, const ss_page *page,
                              const ss_page_article *article);

#endif
