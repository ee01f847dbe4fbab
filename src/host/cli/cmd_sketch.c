/* samestory sketch: article files in, an archive of their sketches out. */
#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archiving.h"
#include "input_list.h"
#include "output_path.h"
#include "status.h"

typedef struct sketch_settings {
    cli_archiving archiving;
    const char *output;
    bool resume;
} sketch_settings;

static const cli_option sketch_options[] = {
    {.name = "output",
     .letter = 'o',
     .required = true,
     .type = CLI_FILE,
     .value = "FILE",
     .help = "write the archive, an HDF5 file, to FILE",
     .offset = offsetof(sketch_settings, output)},
    {.name = "resume",
     .type = CLI_FLAG,
     .help = "go on where the same command was cut off, if it was",
     .offset = offsetof(sketch_settings, resume)},
    {.name = NULL},
};
static const cli_option_group *const sketch_common[] = {&cli_archiving_group, &cli_job_group, NULL};

/* Until it is whole the archive has another name, the same for every process: the next one goes on with it. */
static ss_status partial_path(char **out, const char *output)
{
    return asprintf(out, "%s.partial", output) < 0 ? ss_fail_memory(strlen(output) + 16) : SS_OK;
}

static ss_status open_partial(ss_archive **out, cli_archive_run *run, const char *partial, const char *inputs)
{
    SS_TRY(ss_archive_open(out, partial, true));
    SS_TRY(ss_archive_check_model(*out, run->model));
    if (strcmp(ss_archive_inputs(*out), inputs) != 0)
        return ss_fail(SS_ERROR_INPUT,
                       "'%s' was begun from other files than those given, or they have changed; go on with those, or "
                       "leave out --resume to begin anew",
                       partial);
    for (size_t i = 0; i < ss_archive_batch_count(*out); i++)
        run->options.passed_over += ss_archive_batch(*out, i)->read;
    if (!run->settings->job.quiet)
        cli_say("going on after %llu article%s", (unsigned long long)run->options.passed_over,
                ss_plural(run->options.passed_over, "s"));
    return SS_OK;
}

static ss_status open_archive(ss_archive **out, cli_archive_run *run, const char *partial, bool resume)
{
    char inputs[SS_INPUT_LIST_SIZE];
    const cli_list *fields = &run->settings->fields;
    SS_TRY(ss_input_list(inputs, run->path, run->path_count, fields->item, fields->count));
    if (resume && ss_archive_is(partial)) return open_partial(out, run, partial, inputs);
    return ss_archive_create(out, partial, run->model, inputs);
}

/* What `add` has brought to an archive day by day may be nowhere else. */
static ss_status check_not_grown(const char *path)
{
    ss_archive *archive;
    if (!ss_archive_is(path) || ss_archive_open(&archive, path, false) != SS_OK) return SS_OK;
    ss_status status = SS_OK;
    for (size_t i = 1; i < ss_archive_batch_count(archive) && status == SS_OK; i++)
        if (strstr(ss_archive_batch(archive, i)->command, " add ") != NULL)
            status = ss_fail(SS_ERROR_ARGUMENT,
                             "won't replace '%s', to which 'samestory add' has brought articles; add to it, choose another "
                             "name or remove it first",
                             path);
    ss_archive_close(archive);
    return status;
}

static int sketch_all(cli_archive_run *run, const sketch_settings *settings)
{
    char *partial = NULL;
    ss_archive *archive = NULL;
    ss_status status = ss_output_check(settings->output, SS_ARCHIVE_NAME);
    if (status == SS_OK) status = check_not_grown(settings->output);
    if (status == SS_OK) status = partial_path(&partial, settings->output);
    if (status == SS_OK) status = ss_output_check(partial, SS_ARCHIVE_NAME);
    if (status == SS_OK) status = open_archive(&archive, run, partial, settings->resume);
    if (status == SS_OK) status = cli_archive_add(run, archive);
    int error = status == SS_OK ? ss_output_rename(partial, settings->output) : 0;
    if (error != 0) status = ss_output_fail(settings->output, error);
    size_t kept = archive == NULL ? 0 : ss_archive_count(archive);
    if (status == SS_OK)
        cli_archive_summary(run, kept, ss_archive_batch_count(archive), settings->output);
    else if (kept == 0 && archive != NULL)
        unlink(partial);
    ss_archive_close(archive);
    free(partial);
    int code = cli_exit_code(status);
    if (code != CLI_OK && run->added.added > 0)
        cli_say("%s.partial has %zu article%s; the same command with --resume goes on", settings->output, kept,
                ss_plural(kept, "s"));
    return code;
}

static bool reads_standard_input(const cli_call *call)
{
    for (size_t i = 0; i < call->operand_count; i++)
        if (strcmp(call->operand[i], "-") == 0) return true;
    return false;
}

static int run_sketch(const cli_call *call)
{
    const sketch_settings *settings = call->settings;
    if (settings->resume && reads_standard_input(call)) {
        cli_complain("--resume: standard input can't be read again; give files");
        return CLI_USAGE;
    }
    cli_archive_run run;
    int code = cli_archive_begin(&run, call);
    if (code == CLI_OK) code = sketch_all(&run, settings);
    cli_archive_end(&run);
    return code;
}

const cli_command cli_sketch = {
    .name = "sketch",
    .summary = "make an archive of articles and their sketches",
    .operands = "FILE...",
    .description =
        "Reads the articles of files and folders, as 'link' does, and writes them with their sketches to an archive: "
        "'link' takes it in place of the files and need not sketch again, 'add' makes it longer.\n"
        "The archive is written to FILE.partial, batch by batch, and renamed when it is whole. A job that was cut off "
        "goes on after its last whole batch with --resume, as long as its input files are what they were.",
    .example = "samestory sketch articles/ -o archive.h5\n"
               "samestory link archive.h5 -o linked.h5",
    .options = sketch_options,
    .common = sketch_common,
    .settings_size = sizeof(sketch_settings),
    .least = 1,
    .most = SIZE_MAX,
    .run = run_sketch,
};
