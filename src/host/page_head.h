/* What a web page tells of itself for machines: <meta>, <link>, <title>, <time> and JSON-LD. */
#ifndef SS_PAGE_HEAD_H
#define SS_PAGE_HEAD_H

#include "html.h"

/* A fact and how well its place tells it, 1 best; 0: not known, and the text NULL. */
typedef struct ss_fact {
    char *text;
    int rank;
} ss_fact;

/* Where a title was found, best first: a line of the page that the head repeats is what readers see. */
enum { SS_TITLE_LINE = 1, SS_TITLE_OPEN_GRAPH, SS_TITLE_JSON, SS_TITLE_HEADING, SS_TITLE_ELEMENT };

/* The same of the name of the site. */
enum { SS_SITE_OPEN_GRAPH = 1, SS_SITE_JSON, SS_SITE_JSON_SITE, SS_SITE_META, SS_SITE_TITLE };

/* Where a date was found, best first; all of them go before one in the address or in the text. */
enum { SS_DATE_JSON = 1, SS_DATE_META, SS_DATE_MARKED, SS_DATE_JSON_PAGE, SS_DATE_CREATED };

typedef struct ss_page_head {
    ss_fact title, site, url, lang, author;
    ss_fact name; /* <title>: headline and site, in whatever form */
    ss_fact body; /* JSON-LD articleBody, as lines */
    ss_date published;
    int date_rank;
    ss_fact unclear_date; /* 9/4/2018, of a rank as above */
    char region[3];       /* "GB" of the language en-GB; empty: not known */
    bool json_script;     /* the open <script> holds JSON-LD */
} ss_page_head;

/* Takes what an element tells; of what is not `visible` only <meta> and <link> do. */
ss_status ss_page_head_element(ss_page_head *head, const ss_html_element *element, bool visible);

/* Zone of a date that was told in seconds since 1970, whatever the clock of the page. */
#define SS_ZONE_UNTOLD INT16_MAX

/* The date that a program wrote into an attribute, with anything behind it; false if there is none, or only that which
 * stands for "not set". */
bool ss_page_read_date(ss_date *out, const char *text);

/* Looks for the date in scripts, where pages that are put together in the browser have it; the last resort. */
bool ss_page_head_find_date(ss_date *out, const char *html, size_t length);

/* Takes the content of a <script> or <title>. */
ss_status ss_page_head_content(ss_page_head *head, const char *name, const char *text, size_t length);

void ss_page_head_clear(ss_page_head *head);

/* Keeps `text` on one line, unless the fact is known from as good a place or the text is blank. */
ss_status ss_fact_offer(ss_fact *known, int rank, const char *text, size_t length);

#endif
