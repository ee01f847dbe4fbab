/* A web page as blocks of text in nested elements: what main_text.c and reader_html.c look for an article in. */
#ifndef SS_PAGE_H
#define SS_PAGE_H

#include "buffer.h"
#include "page_head.h"

typedef enum ss_tag {
    SS_TAG_OTHER,
    SS_TAG_ARTICLE,
    SS_TAG_MAIN,
    SS_TAG_HEADER,
    SS_TAG_TITLE,     /* h1 */
    SS_TAG_HEADING,   /* h2 to h6 */
    SS_TAG_PARAGRAPH, /* p, blockquote, pre */
    SS_TAG_ITEM,      /* li, dd */
    SS_TAG_CELL,      /* td, th */
    SS_TAG_ROW
} ss_tag;

/* An element that is a block or whose class tells something. Elements stand in the order in which they begin. */
typedef struct ss_page_element {
    uint32_t parent;     /* 0, the page, is its own */
    uint32_t start, end; /* its text, in bytes */
    uint8_t tag;         /* ss_tag */
    uint8_t hints;       /* page_hints.h */
    bool is_block;
} ss_page_element;

/* Text without a line break, no empty one. */
typedef struct ss_page_block {
    uint32_t start, end;
    uint32_t linked;  /* bytes of it in links */
    uint32_t element; /* the innermost that is a block */
} ss_page_block;

/* The date in an attribute of <time> or its like. */
typedef struct ss_page_time {
    size_t at; /* where it stands in the text */
    ss_date date;
} ss_page_time;

typedef struct ss_page {
    ss_buffer text;
    ss_page_element *element; /* the first is the page */
    size_t elements, element_capacity;
    ss_page_block *block;
    size_t blocks, block_capacity;
    ss_page_time *time; /* outside of what is furniture by its name */
    size_t times, time_capacity;
} ss_page;

/* Reads a page of UTF-8 text into *out and *head (both zeroed before), which are the caller's to clear, after a failure
 * too. */
ss_status ss_page_read(ss_page *out, ss_page_head *head, const char *html, size_t length);
void ss_page_clear(ss_page *page);

#endif
