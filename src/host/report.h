/* A result as one HTML page that opens from disk and fetches nothing: overview, timeline, a list to search, and each event
 * with its articles side by side and what speaks for it. docs/report.md says what its figures mean. */
#ifndef SS_REPORT_H
#define SS_REPORT_H

#include "result.h"

#define SS_REPORT_NAME "samestory report" /* what the page says it is, in its first comment */

typedef struct ss_report_options {
    const char *title; /* headline of the page; NULL or "": "News events" */
    size_t text_bytes; /* of each article's text, the first ones are kept; never part of a character */
    size_t pairs;      /* of each event, links that are explained */
    size_t
        reasons; /* of each pair, names and words in common, beside all numbers; half as many that carry the cosine */
} ss_report_options;

/* Texts as far as sketches see them, 10 pairs, 16 reasons. */
ss_report_options ss_report_options_default(void);

/* Writes the page through a temporary name; under `path` there is a whole file or none. `options` and `job` may be NULL.
 * SS_ERROR_ARGUMENT if the result was made with another model. */
ss_status ss_report_write(const ss_result *result, const ss_model *model, const ss_report_options *options,
                          const ss_job *job, const char *path);

#endif
