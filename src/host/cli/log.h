/* Objects for --log json: one a line on standard error, each with "time" (UTC) and "event" (docs/jobs.md). */
#ifndef SS_CLI_LOG_H
#define SS_CLI_LOG_H

#include <jansson.h>

#include "cli.h"

/* Adds time and event to *fields, whose reference goes; where memory is out nothing is printed. */
void cli_log_object(const char *event, json_t *fields);

/* A string for text that need not be UTF-8, such as a path: then with ? in place of what is not ASCII. */
json_t *cli_json_any_text(const char *text);

#endif
