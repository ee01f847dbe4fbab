/* Who wrote an article and when, from what a reader of the page sees: lines around the heading, and below the text. */
#ifndef SS_PAGE_BYLINE_H
#define SS_PAGE_BYLINE_H

#include "page.h"

/* Where the article stands in the page. */
typedef struct ss_page_article {
    size_t heading;    /* where its heading begins, in bytes of the text */
    size_t start, end; /* of the element that holds its text */
} ss_page_article;

/* The date of publication; false if there is none. */
bool ss_page_find_date(ss_date *out, const ss_page *page, const ss_page_article *article);

/* The author, as a copy in *out; "" if there is none. */
ss_status ss_page_find_author(char **out, const ss_page *page, const ss_page_article *article);

#endif
