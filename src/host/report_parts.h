/* What the files of the report share; nobody else includes this.
 *
 * The page's data are JSON in <script> elements: one index, read at once, of what lists and filters need, and blocks of
 * SS_REPORT_BLOCK events each, read when one of them is opened. docs/report.md describes them. */
#ifndef SS_REPORT_PARTS_H
#define SS_REPORT_PARTS_H

#include "event_rows.h"
#include "event_summary.h"
#include "json_writer.h"
#include "report.h"

#define SS_REPORT_BLOCK 16

/* report_page.c, made by cmake/EmbedPage.cmake from report/: the page up to its index; its scripts, which show the list before
 * the browser has read the blocks that follow; and what stands behind those. */
extern const unsigned char ss_report_page_begin[], ss_report_page_scripts[], ss_report_page_end[];
extern const size_t ss_report_page_begin_size, ss_report_page_scripts_size, ss_report_page_end_size;

/* --------------------------------------------------------- report_related.c */

#define SS_REPORT_RELATED 6 /* of an event */

typedef struct ss_related_event {
    uint32_t event;
    bool linked;  /* a link between the two says that they are related; else their sketches are near */
    double value; /* probability of the link, or cosine */
    double rank;  /* what the list is ordered by */
} ss_related_event;

typedef struct ss_related {
    size_t count;
    ss_related_event item[SS_REPORT_RELATED];
} ss_related;

/* result->event_count lists, best first; *related is the caller's, free() it. */
ss_status ss_related_find(ss_related **related, const ss_result *result, const ss_event_summary *summary,
                          const ss_job *job);

/* ------------------------------------------------------------ report_text.c */

/* Of an article's text, the bytes that the page keeps. */
size_t ss_report_text_length(const ss_article *article, size_t text_bytes);

/* An article as the page has it, folded, to find places in. Scratch space of one thread; zeroed, it is empty. */
typedef struct ss_report_text {
    const ss_fold *fold;
    ss_buffer bytes; /* title, "\n", text */
    size_t text_begin;
    ss_folded *folded;
    uint32_t *offset; /* [count] where each folded character begins in the bytes */
    size_t count, capacity;
    uint32_t *unit; /* [bytes + 1] UTF-16 units before each byte: places as JavaScript counts */
    size_t unit_capacity;
} ss_report_text;

ss_status ss_report_text_take(ss_report_text *text, const ss_fold *fold, const ss_article *article, size_t text_bytes);
void ss_report_text_clear(ss_report_text *text);

/* Writes an array of the places where `term` stands, place and length one after the other in UTF-16 units. */
ss_status ss_report_write_places(ss_json_writer *writer, ss_report_text *text, const char *term);
/* The same of the one place at this byte. */
void ss_report_write_place(ss_json_writer *writer, const ss_report_text *text, size_t place, const char *term);

/* -------------------------------------------------- report_index.c, report_event.c */

/* All that the page's data are made from. */
typedef struct ss_report {
    const ss_result *result;
    const ss_model *model;
    ss_report_options options;
    ss_event_rows articles, links;
    ss_event_summary *summary;
    ss_related *related;
} ss_report;

ss_status ss_report_write_index(ss_json_writer *writer, const ss_report *report);

/* The articles and explained pairs of one event. */
ss_status ss_report_write_event(ss_json_writer *writer, const ss_report *report, size_t event);

#endif
