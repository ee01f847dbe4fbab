/* How the dates of a page are written, by its language and region, its address and its other dates. */
#ifndef SS_PAGE_CUSTOM_H
#define SS_PAGE_CUSTOM_H

#include "date.h"
#include "page.h"

/* `url` may be NULL. Sets order and minguo; no year. */
void ss_page_custom(ss_date_custom *out, const ss_page *page, const ss_page_head *head, const char *url, ss_lang lang);

/* The year of dates without one, where that is certain: the address tells it. 0: not known. */
int32_t ss_page_year(const char *url);

#endif
