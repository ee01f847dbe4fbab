/* The headline of a page, and the name of its site, from what the page says of itself and what it shows. */
#ifndef SS_PAGE_TITLE_H
#define SS_PAGE_TITLE_H

#include "page.h"

/* The headline: a line of the page that <title> or og:title holds, <h1>, or else what they say without the name of the site. Sets
 * head->title, and head->site where only <title> tells it; *heading is where the headline stands in the text of the page,
 * 0 where it does not. */
ss_status ss_page_find_title(ss_page_head *head, const ss_page *page, size_t *heading);

#endif
