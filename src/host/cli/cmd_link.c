/* samestory link: article files in, linked events out. */
#include "commands.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "date.h"
#include "inputs.h"
#include "link.h"
#include "link_evidence.h"
#include "log.h"
#include "output_path.h"
#include "result.h"
#include "since.h"
#include "status.h"

typedef struct link_settings {
    cli_linking linking;
    const char *output;
    const char *since;
    bool keep_candidates;
    bool keep_repeats;
    int evidence;
    bool profile;
    cli_resume resume;
} link_settings;

static const cli_option link_options[] = {
    {.name = "output",
     .letter = 'o',
     .required = true,
     .type = CLI_FILE,
     .value = "FILE",
     .help = "write the results, an HDF5 file, to FILE",
     .offset = offsetof(link_settings, output)},
    {.name = "since",
     .type = CLI_TEXT,
     .value = "DATE",
     .help = "link what was published on DATE or later with the articles of the window before it; articles without a "
             "date are left out; 'merge' puts the results of many days together",
     .offset = offsetof(link_settings, since)},
    {.name = "keep-candidates",
     .type = CLI_FLAG,
     .help = "keep in the results every pair that was looked at, not only the links",
     .offset = offsetof(link_settings, keep_candidates)},
    {.name = "keep-repeats",
     .type = CLI_FLAG,
     .help = "keep repeats of the same page as articles of their own, and do not fold them into one",
     .offset = offsetof(link_settings, keep_repeats)},
    CLI_EVIDENCE_OPTION("keep with each link the N most telling names, words, numbers and dates that its articles have in "
                        "common, and all figures in conflict, for 'show --evidence' and programs; 0: none",
                        offsetof(link_settings, evidence)),
    {.name = "checkpoint",
     .type = CLI_REAL,
     .value = "SECONDS",
     .low = 0,
     .high = 86400,
     .initial = "60",
     .help = "save what has been done in FILE.resume, so that a job that is killed loses no more than SECONDS; 0: never. "
             "A job that ends sooner saves nothing",
     .offset = offsetof(link_settings, resume.seconds)},
    {.name = "resume",
     .type = CLI_FLAG,
     .help = "go on from FILE.resume, if a job with the same inputs and options left one; else begin anew",
     .offset = offsetof(link_settings, resume.resume)},
    {.name = "profile",
     .type = CLI_FLAG,
     .help = "tell where the time went: each stage, and on CUDA devices launches, bytes and phases",
     .offset = offsetof(link_settings, profile)},
    {.name = NULL},
};

static const cli_option_group *const link_common[] = {&cli_linking_group, &cli_matching_group, &cli_job_group, NULL};

/* A job from its first byte to its last. */
typedef struct link_run {
    const cli_call *call;
    const link_settings *settings;
    ss_job job;
    const char *matcher;
    ss_model *model;
    ss_checkpoint *checkpoint; /* NULL: none */
    char started[32]; /* UTC */
    double start;     /* cli_now() */
    ss_reader_counts counts;
    ss_since since; /* with --since */
} link_run;

/* What only the command line knows of how the result came to be. */
static ss_status set_provenance(ss_result *result, const link_run *run)
{
    ss_provenance *provenance = &result->provenance;
    char *command;
    SS_TRY(cli_command_line(&command, run->call));
    free(provenance->command);
    provenance->command = command;
    provenance->counts = run->counts;
    provenance->seconds = cli_now() - run->start;
    return ss_set_text(&provenance->started, run->started);
}

/* What the job needs before it reads anything. */
static ss_status prepare(link_run *run, ss_link_options *options)
{
    const link_settings *settings = run->settings;
    *options = cli_link_options(&settings->linking, run->matcher);
    options->keep_candidates = settings->keep_candidates;
    options->keep_repeats = settings->keep_repeats;
    SS_TRY(ss_output_check(settings->output, SS_RESULT_NAME));
    cli_stage("model");
    SS_TRY(ss_model_open(&run->model, settings->linking.model));
    const cli_resumable job = {.call = run->call,
                               .settings = &settings->linking,
                               .since = settings->since,
                               .output = settings->output,
                               .options = options,
                               .model = run->model};
    SS_TRY(cli_checkpoint_open(&run->checkpoint, &job, &settings->resume, &run->job));
    if (!settings->resume.resume || settings->linking.job.quiet) return SS_OK;
    if (ss_checkpoint_exists(run->checkpoint))
        cli_say("resuming from %s.resume", settings->output);
    else
        cli_say("there is nothing to resume from: the job begins anew");
    return SS_OK;
}

/* A night without news is no failure, and a mistyped date must not look like one. */
static void tell_without_news(const link_run *run, int32_t last_day)
{
    char day[SS_DATE_TEXT_SIZE];
    if (run->settings->since == NULL || last_day == SS_COVERS_ALL || last_day >= run->since.day) return;
    ss_date_format_day(last_day, day);
    ss_tell_warning(&run->job, "nothing new to link: no article is of %s or later, the last one is of %s",
                    run->settings->since, day);
}

/* Reads, links and writes; *result is the caller's even after a failure to write. */
static ss_status run_all(ss_result **result, link_run *run)
{
    ss_link_options options;
    *result = NULL;
    SS_TRY(prepare(run, &options));
    const ss_matcher *matcher;
    SS_TRY(ss_matcher_find(&matcher, run->matcher));
    cli_inputs inputs = {.model = run->model,
                         .cuda = matcher->cuda,
                         .from_day = run->settings->since != NULL ? run->since.from : SS_COVERS_ALL,
                         .checkpoint = run->checkpoint};
    cli_stage("read");
    ss_status status = cli_inputs_read(&inputs, run->call, &run->settings->linking.fields, &run->job);
    run->counts = inputs.counts;
    if (status == SS_OK) tell_without_news(run, inputs.last_day);
#if defined(__GLIBC__)
    malloc_trim(0); /* reading leaves holes in the memory of each of its threads */
#endif
    if (status == SS_OK)
        status = ss_link_sketched(result, &inputs.articles, &inputs.sketches, run->model, &options, run->checkpoint,
                                  &run->job);
    if (status == SS_OK && run->settings->since != NULL) status = ss_since_cut(*result, &run->since);
    cli_inputs_clear(&inputs);
    if (status == SS_OK)
        status = ss_link_evidence_find(*result, run->model, (size_t)run->settings->evidence, &run->job);
    if (status == SS_OK) status = set_provenance(*result, run);
    if (status == SS_OK) status = ss_check_cancelled(&run->job);
    cli_stage("write");
    if (status == SS_OK) status = ss_result_write(*result, run->settings->output, &run->job);
    if (status == SS_OK) ss_checkpoint_remove(run->checkpoint);
    return status;
}

/* Events that hold articles of both languages. */
static size_t count_bilingual(const ss_result *result)
{
    uint8_t *langs = calloc(result->event_count + 1, 1);
    if (langs == NULL) return 0;
    for (size_t i = 0; i < result->articles.count; i++) {
        if (result->event_of[i] >= 0) langs[result->event_of[i]] |= (uint8_t)(1u << result->articles.item[i].lang);
    }
    size_t count = 0;
    for (size_t i = 0; i < result->event_count; i++) {
        count += langs[i] == ((1u << SS_LANG_ZH) | (1u << SS_LANG_EN));
    }
    free(langs);
    return count;
}

static size_t count_repeats(const ss_articles *articles)
{
    size_t repeats = 0;
    for (size_t i = 0; i < articles->count; i++)
        repeats += articles->item[i].copies;
    return repeats;
}

static void say_speed(const link_run *run, double peak)
{
    double seconds = cli_now() - run->start;
    char memory[32];
    cli_format_bytes(memory, sizeof memory, peak);
    cli_say("%.1f s, %.0f documents/s, %.1f MB/s, peak memory %s, %llu skipped", seconds,
            (double)run->counts.read / seconds, 1e-6 * (double)run->counts.bytes / seconds, memory,
            (unsigned long long)run->counts.skipped);
}

/* What a result comes to. */
typedef struct link_sums {
    size_t links[3]; /* zh-en, zh-zh, en-en */
    size_t repeats, events, bilingual;
} link_sums;

static link_sums sum_up(const ss_result *result)
{
    link_sums sums = {.repeats = count_repeats(&result->articles),
                      .events = result->event_count,
                      .bilingual = count_bilingual(result)};
    for (size_t i = 0; i < result->link_count; i++) {
        const ss_link *link = &result->link[i];
        ss_lang a = result->articles.item[link->a].lang, b = result->articles.item[link->b].lang;
        if (link->probability >= (float)result->provenance.threshold) {
            sums.links[a != b ? 0 : a == SS_LANG_ZH ? 1 : 2]++;
        }
    }
    return sums;
}

static void log_summary(const link_run *run, const link_sums *sums, double peak)
{
    const ss_reader_counts *counts = &run->counts;
    json_t *fields = json_pack("{s:o, s:f, s:I}", "output", cli_json_any_text(run->settings->output), "seconds",
                               cli_now() - run->start, "peak_bytes", (json_int_t)peak);
    const struct {
        const char *name;
        uint64_t count;
    } entry[] = {{"articles", counts->read},        {"zh", counts->zh},
                 {"en", counts->en},                {"other", counts->other},
                 {"undated", counts->undated},      {"skipped", counts->skipped},
                 {"bytes", counts->bytes},          {"repeats", sums->repeats},
                 {"zh_en_links", sums->links[0]},   {"zh_zh_links", sums->links[1]},
                 {"en_en_links", sums->links[2]},   {"events", sums->events},
                 {"bilingual_events", sums->bilingual}};
    for (size_t i = 0; fields != NULL && i < sizeof entry / sizeof *entry; i++)
        json_object_set_new(fields, entry[i].name, json_integer((json_int_t)entry[i].count));
    cli_log_object("summary", fields);
}

static void say_summary(const link_run *run, const link_sums *sums, double peak)
{
    const ss_reader_counts *counts = &run->counts;
    const size_t *links = sums->links;
    cli_say("articles: %llu (%llu zh, %llu en, %llu in other languages), %llu of them undated",
            (unsigned long long)counts->read, (unsigned long long)counts->zh, (unsigned long long)counts->en,
            (unsigned long long)counts->other, (unsigned long long)counts->undated);
    if (sums->repeats > 0) cli_say("repeats: %zu, folded into the first article of each page", sums->repeats);
    cli_say("links: %zu (%zu zh-en, %zu zh-zh, %zu en-en)", links[0] + links[1] + links[2], links[0], links[1],
            links[2]);
    cli_say("events: %zu, %zu of them in both languages", sums->events, sums->bilingual);
    cli_say("results are in %s; to read them: samestory show %s", run->settings->output, run->settings->output);
    say_speed(run, peak);
}

static void tell_summary(const ss_result *result, const link_run *run, double peak)
{
    const link_sums sums = sum_up(result);
    if (cli_log_is_json())
        log_summary(run, &sums, peak);
    else
        say_summary(run, &sums, peak);
}

/* --since: which articles are wanted. */
static int find_days(link_run *run)
{
    const link_settings *settings = run->settings;
    ss_date date;
    if (settings->since == NULL) return CLI_OK;
    if (!ss_date_parse(&date, settings->since, strlen(settings->since))) {
        cli_complain("--since: '%s' is not a date such as 2024-03-05", settings->since);
        return CLI_USAGE;
    }
    if (settings->linking.window < 0) {
        cli_complain("--since: with --window all every day counts for every other; give a number of days");
        return CLI_USAGE;
    }
    run->since = ss_since_days(ss_date_day(date), settings->linking.window);
    return CLI_OK;
}

static int run_link(const cli_call *call)
{
    link_run run = {.call = call, .settings = call->settings, .start = cli_now()};
    time_t now = time(NULL);
    struct tm parts;
    if (gmtime_r(&now, &parts) != NULL) strftime(run.started, sizeof run.started, "%Y-%m-%dT%H:%M:%SZ", &parts);
    int code = find_days(&run);
    if (code != CLI_OK) return code;
    code = cli_choose_matcher(&run.settings->linking.job, &run.matcher);
    if (code != CLI_OK) return code;
    cli_job_begin(&run.settings->linking.job, &run.job);
    ss_result *result;
    ss_status status = run_all(&result, &run);
    code = cli_exit_code(status);
    if (status != SS_OK && ss_checkpoint_exists(run.checkpoint))
        cli_say("to go on from here, give the same command with --resume%s",
                status == SS_ERROR_DEVICE ? ", and with --device cpu if the device stays away" : "");
    double peak = cli_stages_end();
    if (status == SS_OK && !run.settings->linking.job.quiet) tell_summary(result, &run, peak);
    if (status == SS_OK && run.settings->profile) cli_profile_print();
    ss_result_free(result);
    ss_checkpoint_free(run.checkpoint);
    ss_model_free(run.model);
    return code;
}

const cli_command cli_link = {
    .name = "link",
    .summary = "find the articles that report the same event",
    .operands = "FILE...",
    .description =
        "Reads the articles of files and folders, compares them, and writes which of them report the same event.\n"
        "A FILE is JSON (lines or an array), a table with a header (CSV, TSV), a feed (RSS, Atom), plain text, Markdown "
        "with front matter, HTML, a web archive (WARC), or a tar or zip of them, plain or compressed with gzip, zstd, xz "
        "or bzip2, in any common encoding; a folder stands for all files in it, - for standard input. An archive that "
        "'sketch' made stands for its articles, which need not be sketched again. Articles that are neither Chinese nor "
        "English are kept and not linked.",
    .example = "samestory link articles/ -o linked.h5\n"
               "samestory link news.jsonl.zst --field text=body --window 7 -o linked.h5",
    .options = link_options,
    .common = link_common,
    .settings_size = sizeof(link_settings),
    .defaults = cli_linking_defaults,
    .least = 1,
    .most = SIZE_MAX,
    .run = run_link,
};
