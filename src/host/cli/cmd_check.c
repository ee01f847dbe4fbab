/* samestory check: are files what samestory wrote? */
#include "commands.h"

#include "check.h"
#include "status.h"

static const cli_option check_options[] = {{.name = NULL}};
static const cli_option_group *const check_common[] = {&cli_job_group, NULL};

/* A file that is not sound does not keep the others from being looked at; one that can't be read fails like any other. */
static int run_check(const cli_call *call)
{
    const cli_job *settings = call->settings;
    ss_job job;
    int code = CLI_OK;
    cli_job_begin(settings, &job);
    for (size_t i = 0; i < call->operand_count; i++) {
        char what[SS_CHECK_SIZE];
        int found = cli_exit_code(ss_check_file(what, call->operand[i], &job));
        cli_progress_clear();
        if (found == CLI_INTERRUPTED) return found;
        if (found != CLI_OK && code != CLI_BAD_INPUT) code = found;
        if (found == CLI_OK && !settings->quiet) printf("%s: sound: %s\n", call->operand[i], what);
    }
    return code;
}

const cli_command cli_check = {
    .name = "check",
    .summary = "verify results, archives and models",
    .operands = "FILE...",
    .description =
        "Verifies results files, archives and models: every checksum, and every reference from one row to another. Says of "
        "each file that it is sound, or what is wrong with it and where, and then ends with exit code 3.",
    .example = "samestory check archive.h5 linked.h5",
    .options = check_options,
    .common = check_common,
    .settings_size = sizeof(cli_job),
    .least = 1,
    .most = SIZE_MAX,
    .run = run_check,
};
