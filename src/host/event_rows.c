#include "event_rows.h"

#include <stdlib.h>

#include "status.h"

static int64_t event_of_article(const ss_result *result, size_t row)
{
    return result->event_of[row];
}

static int64_t event_of_link(const ss_result *result, size_t row)
{
    const ss_link *link = &result->link[row];
    int64_t event = result->event_of[link->a];
    bool linked = (double)link->probability >= result->provenance.threshold;
    return linked && event == result->event_of[link->b] ? event : -1;
}

/* Counting sort of `count` rows by event; the rows of one event keep their order. */
static ss_status sort_rows(ss_event_rows *out, const ss_result *result, size_t count,
                           int64_t (*event_of)(const ss_result *result, size_t row))
{
    size_t events = result->event_count;
    out->begin = calloc(events + 2, sizeof *out->begin);
    out->row = calloc(count + 1, sizeof *out->row);
    if (out->begin == NULL || out->row == NULL) return ss_fail_memory((events + count) * sizeof(size_t));
    /* One place further right than it will be in the end: filling moves every begin on by one event. */
    for (size_t i = 0; i < count; i++) {
        int64_t event = event_of(result, i);
        if (event >= 0) out->begin[event + 2]++;
    }
    for (size_t e = 2; e < events + 2; e++)
        out->begin[e] += out->begin[e - 1];
    for (size_t i = 0; i < count; i++) {
        int64_t event = event_of(result, i);
        if (event >= 0) out->row[out->begin[event + 1]++] = i;
    }
    return SS_OK;
}

ss_status ss_event_articles(ss_event_rows *rows, const ss_result *result)
{
    return sort_rows(rows, result, result->articles.count, event_of_article);
}

ss_status ss_event_links(ss_event_rows *rows, const ss_result *result)
{
    return sort_rows(rows, result, result->link_count, event_of_link);
}

void ss_event_rows_clear(ss_event_rows *rows)
{
    free(rows->begin);
    free(rows->row);
    *rows = (ss_event_rows){0};
}
