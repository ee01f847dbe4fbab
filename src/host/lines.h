/* Tables of one record a line: labels, graded pairs, pairs of sentences. */
#ifndef SS_LINES_H
#define SS_LINES_H

#include "source.h"

/* Takes in one line, which it may change. SS_ERROR_INPUT: a bad line, with a message without file and line, which the
 * caller adds. */
typedef ss_status (*ss_take_line)(void *context, const ss_line *line);

/* Hands every line that is not blank to take(). A bad line is told to job->warning and passed over; with job->strict it is
 * a failure. No line taken at all is one too. */
ss_status ss_lines_read(const char *path, ss_take_line take, void *context, const ss_job *job);

/* Cuts a line at its tabs, at most into `most` fields; returns how many. */
size_t ss_split_tabs(char *line, char **field, size_t most);

#endif
