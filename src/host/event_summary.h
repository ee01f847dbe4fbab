/* What each event of a result amounts to. */
#ifndef SS_EVENT_SUMMARY_H
#define SS_EVENT_SUMMARY_H

#include "result.h"

#define SS_NO_DATE INT64_MIN

typedef struct ss_event_summary {
    uint32_t size, zh, en;
    int64_t first, last; /* when its dated articles were published; SS_NO_DATE if none is dated */
    /* The article of each language best linked within the event (greatest sum of probabilities, then lowest row); -1 */
    int64_t representative_zh, representative_en;
} ss_event_summary;

/* result->event_count summaries; *summaries is the caller's, free() it. */
ss_status ss_event_summaries(ss_event_summary **summaries, const ss_result *result);

#endif
