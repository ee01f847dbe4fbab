#include "lines.h"

#include <string.h>

#include "status.h"

#define PROGRESS_EVERY 64
#define MOST_TOLD      20 /* of lines that were skipped; the rest is counted */

static ss_status take_one(const char *path, ss_take_line take, void *context, const ss_line *line, bool told,
                          const ss_job *job)
{
    ss_status status = line->too_long ? ss_fail(SS_ERROR_INPUT, "a line of more than %zu MiB", SS_LONGEST_TEXT >> 20)
                                      : take(context, line);
    if (status != SS_ERROR_INPUT) return status;
    ss_fail(status, "%s:%llu: %s", path, (unsigned long long)line->number, ss_last_error());
    if (told && (job == NULL || !job->strict)) ss_tell_warning(job, "%s; line skipped", ss_last_error());
    return status;
}

static ss_status take_all(ss_source *source, const char *path, ss_take_line take, void *context, const ss_job *job)
{
    bool strict = job != NULL && job->strict;
    uint64_t taken = 0, skipped = 0;
    for (;;) {
        ss_line line;
        SS_TRY(ss_source_line(source, &line));
        if (line.text == NULL) break;
        if (!line.too_long && line.text[strspn(line.text, " \t\r")] == '\0') continue;
        ss_status status = take_one(path, take, context, &line, skipped < MOST_TOLD, job);
        if (status != SS_OK && (status != SS_ERROR_INPUT || strict)) return status;
        taken += status == SS_OK;
        skipped += status != SS_OK;
        if (line.number % PROGRESS_EVERY == 0) {
            SS_TRY(ss_check_cancelled(job));
            ss_tell_progress(job, "lines", line.number, 0);
        }
    }
    if (skipped > MOST_TOLD)
        ss_tell_warning(job, "%s: %llu more skipped", path, (unsigned long long)(skipped - MOST_TOLD));
    return taken > 0 ? SS_OK : ss_fail(SS_ERROR_INPUT, "%s: not one line of it can be used", path);
}

ss_status ss_lines_read(const char *path, ss_take_line take, void *context, const ss_job *job)
{
    ss_stream *stream;
    ss_source *source;
    SS_TRY(ss_stream_open(&stream, path, job));
    SS_TRY(ss_source_open(&source, stream, path, job));
    ss_status status = take_all(source, path, take, context, job);
    ss_source_free(source);
    return status;
}

size_t ss_split_tabs(char *line, char **field, size_t most)
{
    size_t count = 0;
    while (line != NULL && count < most) {
        field[count++] = line;
        line = strchr(line, '\t');
        if (line != NULL) *line++ = '\0';
    }
    return count;
}
