/* samestory merge: results of many days into one. */
#include "commands.h"

#include <stdlib.h>

#include "link_evidence.h"
#include "merge.h"
#include "output_path.h"
#include "status.h"

typedef struct merge_settings {
    cli_job job;
    const char *output;
    int evidence;
    const char *model;
} merge_settings;

static const cli_option merge_options[] = {
    {.name = "output",
     .letter = 'o',
     .required = true,
     .type = CLI_FILE,
     .value = "FILE",
     .help = "write the results, an HDF5 file, to FILE",
     .offset = offsetof(merge_settings, output)},
    CLI_EVIDENCE_OPTION("find evidence of each link anew and keep it, as 'link --evidence' does; what the files hold is "
                        "left out",
                        offsetof(merge_settings, evidence)),
    CLI_MODEL_OPTION("model that the results were made with, for --evidence", offsetof(merge_settings, model)),
    {.name = NULL},
};

static const cli_option_group *const merge_common[] = {&cli_job_group, NULL};

/* From the last to the first: what days have in common is held once. */
static ss_status read_parts(ss_result **part, const cli_call *call, const ss_job *job)
{
    for (size_t count = call->operand_count, i = count; i-- > 0;) {
        SS_TRY(ss_check_cancelled(job));
        ss_tell_progress(job, "read", count - 1 - i, count);
        SS_TRY(ss_result_read(&part[i], call->operand[i]));
        ss_merge_spare_texts(part[i], part + i + 1, count - 1 - i);
    }
    return SS_OK;
}

static bool is_lost(ss_result *const *part, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (part[i]->evidence_most > 0) return true;
    return false;
}

static ss_status find_evidence(ss_result *result, const merge_settings *settings, const ss_job *job)
{
    ss_model *model;
    if (settings->evidence == 0) return SS_OK;
    SS_TRY(ss_model_open(&model, settings->model));
    ss_status status = ss_result_check_model(result, model);
    if (status == SS_OK) status = ss_link_evidence_find(result, model, (size_t)settings->evidence, job);
    ss_model_free(model);
    return status;
}

static ss_status write_union(ss_result *result, const cli_call *call, const ss_job *job)
{
    const merge_settings *settings = call->settings;
    const char *output = settings->output;
    char *command;
    SS_TRY(cli_command_line(&command, call));
    free(result->provenance.command);
    result->provenance.command = command;
    SS_TRY(ss_result_write(result, output, job));
    if (settings->job.quiet) return SS_OK;
    cli_say("articles: %zu, links: %zu, events: %zu", result->articles.count, result->link_count, result->event_count);
    cli_say("results are in %s; to read them: samestory show %s", output, output);
    return SS_OK;
}

static int run_merge(const cli_call *call)
{
    const merge_settings *settings = call->settings;
    ss_result *result = NULL, **part = calloc(call->operand_count, sizeof(ss_result *));
    ss_status status = part == NULL ? ss_fail_memory(call->operand_count * sizeof *part) : SS_OK;
    ss_job job;
    cli_job_begin(&settings->job, &job);
    if (status == SS_OK) status = ss_output_check(settings->output, SS_RESULT_NAME);
    if (status == SS_OK) status = read_parts(part, call, &job);
    if (status == SS_OK) status = ss_results_merge(&result, part, call->operand, call->operand_count, &job);
    if (status == SS_OK && settings->evidence == 0 && is_lost(part, call->operand_count))
        cli_warn("evidence of links is not taken over; 'merge --evidence N' finds it anew");
    if (status == SS_OK) status = find_evidence(result, settings, &job);
    if (status == SS_OK) status = write_union(result, call, &job);
    ss_result_free(result);
    for (size_t i = 0; part != NULL && i < call->operand_count; i++)
        ss_result_free(part[i]);
    free(part);
    return cli_exit_code(status);
}

const cli_command cli_merge = {
    .name = "merge",
    .summary = "put the results of many days together",
    .operands = "RESULTS...",
    .description =
        "Puts results together that 'link --since' wrote, in the order of their days: the union is what one 'link' over "
        "all articles finds, as long as no day is missing; where one seems to be, that is told. Of a pair of articles the last file whose days hold it decides; "
        "events are found anew.\n"
        "All must have been linked with the same model, window, neighbours, threshold and pairs.",
    .example = "samestory merge 2024-03-04.h5 2024-03-05.h5 2024-03-06.h5 -o march.h5",
    .options = merge_options,
    .common = merge_common,
    .settings_size = sizeof(merge_settings),
    .least = 1,
    .most = SIZE_MAX,
    .run = run_merge,
};
