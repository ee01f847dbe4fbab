/* samestory report: a results file as one HTML page. */
#include "commands.h"

#include <string.h>
#include <sys/stat.h>

#include "output_path.h"
#include "report.h"
#include "source.h"

typedef struct report_settings {
    cli_job job;
    const char *output;
    const char *model;
    const char *title;
    int text;
    int pairs;
    int reasons;
} report_settings;

static const cli_option report_options[] = {
    {.name = "output",
     .letter = 'o',
     .required = true,
     .type = CLI_FILE,
     .value = "FILE",
     .help = "write the page to FILE",
     .offset = offsetof(report_settings, output)},
    CLI_MODEL_OPTION("model that the results were made with", offsetof(report_settings, model)),
    {.name = "title",
     .type = CLI_TEXT,
     .value = "TEXT",
     .help = "headline of the page",
     .initial = "News events",
     .offset = offsetof(report_settings, title)},
    {.name = "text",
     .type = CLI_INT,
     .value = "N",
     .low = 0,
     .high = SS_LONGEST_TEXT,
     .initial = "3000",
     .help = "keep the first N bytes of each article's text, with 0 none; sketches are made from 3000",
     .offset = offsetof(report_settings, text)},
    {.name = "pairs",
     .type = CLI_INT,
     .value = "N",
     .low = 1,
     .high = 1000,
     .initial = "10",
     .help = "explain at most N links of each event",
     .offset = offsetof(report_settings, pairs)},
    {.name = "reasons",
     .type = CLI_INT,
     .value = "N",
     .low = 1,
     .high = 100,
     .initial = "16",
     .help = "of each link, list the N most telling names and words in common, and half as many that carry the cosine",
     .offset = offsetof(report_settings, reasons)},
    {.name = NULL},
};

static const cli_option_group *const report_common[] = {&cli_job_group, NULL};

static ss_status write_report(const char *path, const report_settings *settings)
{
    ss_job job;
    cli_job_begin(&settings->job, &job);
    const ss_report_options options = {.title = settings->title,
                                       .text_bytes = (size_t)settings->text,
                                       .pairs = (size_t)settings->pairs,
                                       .reasons = (size_t)settings->reasons};
    ss_result *result = NULL;
    ss_model *model = NULL;
    ss_status status = ss_output_check(settings->output, SS_REPORT_NAME);
    if (status == SS_OK) status = ss_result_read(&result, path);
    if (status == SS_OK) status = ss_model_open(&model, settings->model);
    if (status == SS_OK) status = ss_report_write(result, model, &options, &job, settings->output);
    struct stat written;
    if (status == SS_OK && !settings->job.quiet && stat(settings->output, &written) == 0) {
        char size[32];
        cli_say("events: %zu, articles: %zu", ss_result_event_count(result), ss_result_article_count(result));
        cli_say("the report is in %s (%s); open it in a browser", settings->output,
                cli_format_bytes(size, sizeof size, (double)written.st_size));
    }
    ss_model_free(model);
    ss_result_free(result);
    return status;
}

static int run_report(const cli_call *call)
{
    return cli_exit_code(write_report(call->operand[0], call->settings));
}

const cli_command cli_report = {
    .name = "report",
    .summary = "make a page to read the events of a results file with",
    .operands = "FILE",
    .description =
        "Writes one HTML file that opens in any browser since mid-2024, from disk and without a network: figures of "
        "the whole, a timeline, a list of events to search and filter, and each event with its articles side by side, "
        "the names, numbers, dates and words that they share marked in the texts, the probability, and what speaks for "
        "it and against it.\n"
        "FILE is a results file; the model must be the one that it was made with.",
    .example = "samestory report linked.h5 -o report.html",
    .options = report_options,
    .common = report_common,
    .settings_size = sizeof(report_settings),
    .least = 1,
    .most = 1,
    .run = run_report,
};
