/* When an article was published, from what a reader of the page sees: lines around the heading, and below the text. */
#ifndef SS_PAGE_DATE_H
#define SS_PAGE_DATE_H

#include "date.h"
#include "page_around.h"

/* The date of publication around the heading. False if there is none: then *out tells when the article was changed, if the
 * page does. */
bool ss_page_find_date(ss_date *out, const ss_date_custom *custom, const ss_page *page, const ss_page_article *article);

/* The same anywhere: behind a label, where a plain text would tell it, in a <time>. */
bool ss_page_find_date_anywhere(ss_date *out, const ss_date_custom *custom, const ss_page *page);

#endif
