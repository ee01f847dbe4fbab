/* JSON for programs that read what the commands print. */
#ifndef SS_CLI_JSON_H
#define SS_CLI_JSON_H

#include <jansson.h>

#include "cli.h"
#include "explain_evidence.h"

/* Each gives a new reference, or NULL when out of memory, which json_pack("o") passes on. */
json_t *cli_json_text(const char *text); /* null for "" */
json_t *cli_json_number(double number);  /* null for NAN */
json_t *cli_json_date(ss_date date);     /* null for none */

/* Prints *object on a line of its own and drops the reference; NULL is SS_ERROR_MEMORY. */
ss_status cli_print_json(json_t *object);

/* One column of the links, as a number; NAN where it is not known. */
typedef struct cli_link_column {
    const char *name;
    bool whole; /* an integer */
    double (*value)(const ss_link *link);
} cli_link_column;

extern const cli_link_column cli_link_columns[]; /* a NULL name ends them */

/* "0.9731", "3", or "-" for NAN. */
const char *cli_format_column(char *buffer, size_t size, const cli_link_column *column, const ss_link *link);

/* What agrees, or what conflicts: [{"kind": "place", "a": words, "b": words, "bits": how telling}, …] */
json_t *cli_json_evidence(const ss_testimonies *evidence, bool conflict);

/* {"a": id, "b": id, "probability": …} */
json_t *cli_json_link(const ss_result *result, const ss_link *link);

#endif
