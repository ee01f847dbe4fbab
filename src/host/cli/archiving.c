#include "archiving.h"

#include <stdlib.h>
#include <string.h>

#include "reader.h"
#include "status.h"

static const cli_option archiving_options[] = {
    CLI_MODEL_OPTION("model to sketch with", offsetof(cli_archiving, model)),
    CLI_FIELD_OPTION(offsetof(cli_archiving, fields)),
    CLI_DEVICE_OPTION(offsetof(cli_archiving, job.device)),
    CLI_STRICT_OPTION(offsetof(cli_archiving, job.strict)),
    {.name = NULL},
};

const cli_option_group cli_archiving_group = {"Sketching", archiving_options};

int cli_archive_begin(cli_archive_run *run, const cli_call *call)
{
    const char *matcher;
    const cli_archiving *settings = call->settings;
    *run = (cli_archive_run){.call = call,
                             .settings = settings,
                             .path = call->operand,
                             .path_count = call->operand_count,
                             .start = cli_now()};
    int code = cli_choose_matcher(&settings->job, &matcher);
    if (code != CLI_OK) return code;
    cli_job_begin(&settings->job, &run->job);
    ss_status status = ss_matcher_find(&run->options.matcher, matcher);
    if (status == SS_OK) status = cli_command_line(&run->command, call);
    if (status == SS_OK) status = ss_model_open(&run->model, settings->model);
    run->options.model = run->model;
    run->options.command = run->command;
    return cli_exit_code(status);
}

void cli_archive_end(cli_archive_run *run)
{
    ss_model_free(run->model);
    free(run->command);
}

ss_status cli_archive_add(cli_archive_run *run, ss_archive *archive)
{
    const ss_reader_options options = {.fields = run->settings->fields.item,
                                       .field_count = run->settings->fields.count};
    ss_reader *reader;
    SS_TRY(ss_reader_open(&reader, run->path, run->path_count, &options, &run->job));
    ss_reader_leave_ids(reader);
    ss_status status = ss_archive_add(archive, reader, &run->options, &run->job, &run->added);
    run->counts = *ss_reader_get_counts(reader);
    ss_reader_free(reader);
    if (status == SS_OK && run->counts.read == 0)
        status = ss_fail(SS_ERROR_INPUT, "no article could be read from what was given (%llu skipped)",
                         (unsigned long long)run->counts.skipped);
    return status;
}

void cli_archive_summary(const cli_archive_run *run, size_t articles, size_t batches, const char *path)
{
    const ss_reader_counts *counts = &run->counts;
    double seconds = cli_now() - run->start;
    if (run->settings->job.quiet) return;
    cli_say("read: %llu (%llu zh, %llu en, %llu in other languages), %llu of them undated; %llu skipped",
            (unsigned long long)counts->read, (unsigned long long)counts->zh, (unsigned long long)counts->en,
            (unsigned long long)counts->other, (unsigned long long)counts->undated,
            (unsigned long long)counts->skipped);
    cli_say("added: %llu article%s; %llu there already", (unsigned long long)run->added.added,
            ss_plural(run->added.added, "s"), (unsigned long long)run->added.known);
    cli_say("%s has %zu article%s in %zu batch%s", path, articles, ss_plural(articles, "s"), batches,
            ss_plural(batches, "es"));
    cli_say("%.1f s, %.0f documents/s, %.1f MB/s", seconds, (double)run->added.read / seconds,
            1e-6 * (double)counts->bytes / seconds);
}
