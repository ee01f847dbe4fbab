/* What belongs to each event of a result: its articles, and its links. */
#ifndef SS_EVENT_ROWS_H
#define SS_EVENT_ROWS_H

#include "result.h"

/* Rows sorted by the event they belong to: those of event e are row[begin[e]] .. row[begin[e + 1] - 1], ascending. */
typedef struct ss_event_rows {
    size_t *begin; /* [events + 1] */
    size_t *row;
} ss_event_rows;

ss_status ss_event_articles(ss_event_rows *rows, const ss_result *result);

/* Links of which both ends are in the event, but no candidates below the threshold. */
ss_status ss_event_links(ss_event_rows *rows, const ss_result *result);

void ss_event_rows_clear(ss_event_rows *rows);

#endif
