/* Lines of a page around its article, where bylines and dates stand. */
#ifndef SS_PAGE_AROUND_H
#define SS_PAGE_AROUND_H

#include "page.h"

#define SS_MOST_ABOVE 15  /* lines above the text that are looked at, where the heading is not known, */
#define SS_MOST_BELOW 6   /* and below it */
#define SS_MOST_LINE  200 /* bytes of such a line: a longer one is text */

/* Where the article stands in the page. */
typedef struct ss_page_article {
    size_t heading;    /* where its heading begins, in bytes of the text; 0: not known */
    size_t start, end; /* of its text */
} ss_page_article;

typedef struct ss_piece_of_text {
    const char *at, *end;
} ss_piece_of_text;

static inline ss_piece_of_text ss_page_text(const ss_page *page, size_t start, size_t end)
{
    return (ss_piece_of_text){page->text.data + start, page->text.data + end};
}

static inline size_t ss_text_size(ss_piece_of_text text)
{
    return (size_t)(text.end - text.at);
}

/* The first block that begins at `from` or behind it. */
static inline size_t ss_page_find_block(const ss_page *page, size_t from)
{
    size_t i = 0;
    while (i < page->blocks && page->block[i].start < from)
        i++;
    return i;
}

/* The first of the lines above the text that may tell of it. */
static inline size_t ss_page_first_above(const ss_page *page, const ss_page_article *article)
{
    size_t text = ss_page_find_block(page, article->start);
    if (article->heading > 0) return ss_page_find_block(page, article->heading);
    return text > SS_MOST_ABOVE ? text - SS_MOST_ABOVE : 0;
}

#endif
