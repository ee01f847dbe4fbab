/* samestory add: article files into an archive that is there. */
#include "commands.h"

#include "archiving.h"
#include "status.h"

static const cli_option add_options[] = {{.name = NULL}};
static const cli_option_group *const add_common[] = {&cli_archiving_group, &cli_job_group, NULL};

static int run_add(const cli_call *call)
{
    cli_archive_run run;
    int code = cli_archive_begin(&run, call);
    ss_archive *archive = NULL;
    if (code == CLI_OK) {
        const char *path = call->operand[0];
        run.path++;
        run.path_count--;
        ss_status status = ss_archive_open(&archive, path, true);
        if (status == SS_OK) status = cli_archive_add(&run, archive);
        code = cli_exit_code(status);
        if (status == SS_OK)
            cli_archive_summary(&run, ss_archive_count(archive), ss_archive_batch_count(archive), path);
        else if (run.added.added > 0)
            cli_say("added before that: %llu article%s; the same command adds the rest",
                    (unsigned long long)run.added.added, ss_plural(run.added.added, "s"));
    }
    ss_archive_close(archive);
    cli_archive_end(&run);
    return code;
}

const cli_command cli_add = {
    .name = "add",
    .summary = "add articles to an archive",
    .operands = "ARCHIVE FILE...",
    .description = "Sketches the articles of files and folders and adds them to an archive that 'sketch' made. Articles "
                   "whose ids are in it already are left out.\n"
                   "Articles are added in batches, each of them whole or not at all: an archive survives a job that is "
                   "killed and a machine that stops.",
    .example = "samestory add archive.h5 news/2024-03-05.jsonl.zst",
    .options = add_options,
    .common = add_common,
    .settings_size = sizeof(cli_archiving),
    .least = 2,
    .most = SIZE_MAX,
    .run = run_add,
};
