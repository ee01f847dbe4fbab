/* --checkpoint and --resume: what a job is, so that no other one goes on from what it has done. */
#include "cli.h"

#include <string.h>

#include "buffer.h"
#include "checkpoint.h"
#include "match.h"
#include "status.h"

/* Adds "name: value" and a newline. */
static ss_status add_line(ss_buffer *text, const char *name, const char *value)
{
    SS_TRY(ss_buffer_append(text, name, strlen(name)));
    SS_TRY(ss_buffer_append(text, ": ", 2));
    SS_TRY(ss_buffer_append(text, value, strlen(value)));
    return ss_buffer_append(text, "\n", 1);
}

static ss_status add_number(ss_buffer *text, const char *name, double number)
{
    char value[32];
    snprintf(value, sizeof value, "%.17g", number);
    return add_line(text, name, value);
}

/* All that bears on the result beside the content of the inputs; not threads, memory and device, which do not. */
static ss_status describe_job(ss_buffer *text, const cli_resumable *what)
{
    const cli_call *call = what->call;
    const cli_linking *settings = what->settings;
    const ss_link_options *options = what->options;
    SS_TRY(add_line(text, "samestory", ss_version()));
    SS_TRY(add_line(text, "model", ss_model_checksum(what->model)));
    SS_TRY(add_number(text, "window", options->window_days));
    SS_TRY(add_number(text, "neighbours", options->neighbours));
    SS_TRY(add_number(text, "threshold", options->threshold));
    SS_TRY(add_number(text, "pairs", settings->pairs));
    SS_TRY(add_number(text, "keep candidates", options->keep_candidates));
    SS_TRY(add_number(text, "keep repeats", options->keep_repeats));
    SS_TRY(add_line(text, "since", what->since != NULL ? what->since : "all"));
    SS_TRY(add_number(text, "strict", settings->job.strict));
    SS_TRY(add_number(text, "bytes of a link", sizeof(ss_link)));
    for (size_t i = 0; i < settings->fields.count; i++)
        SS_TRY(add_line(text, "field", settings->fields.item[i]));
    for (size_t i = 0; i < call->operand_count; i++)
        SS_TRY(add_line(text, "input", call->operand[i]));
    return ss_buffer_append(text, "", 1);
}

ss_status cli_checkpoint_open(ss_checkpoint **out, const cli_resumable *what, const cli_resume *resume,
                              const ss_job *job)
{
    *out = NULL;
    if (resume->seconds <= 0 && !resume->resume) return SS_OK;
    ss_buffer identity = {0};
    ss_status status = describe_job(&identity, what);
    if (status == SS_OK) {
        ss_checkpoint_options given = {.output = what->output,
                                       .seconds = resume->seconds,
                                       .resume = resume->resume,
                                       .identity = identity.data,
                                       .paths = what->call->operand,
                                       .path_count = what->call->operand_count,
                                       .job = job};
        status = ss_checkpoint_open(out, &given);
    }
    ss_buffer_free(&identity);
    return status;
}
