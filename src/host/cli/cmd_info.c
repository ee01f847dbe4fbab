/* samestory info: what a results file, an archive or a model holds. */
#include "commands.h"

#include <stdlib.h>
#include <string.h>

#include "store_archive.h"
#include "date.h"
#include "json.h"
#include "match.h"
#include "model.h"
#include "result.h"
#include "status.h"

typedef struct info_settings {
    bool json;
} info_settings;

static const cli_option info_options[] = {
    {.name = "json", .type = CLI_FLAG, .help = "print one JSON object", .offset = offsetof(info_settings, json)},
    {.name = NULL},
};

/* A text that should be JSON, as JSON; as a string where it is not. */
static json_t *json_recipe(const char *text)
{
    json_t *recipe = json_loads(text, 0, NULL);
    return recipe != NULL ? recipe : cli_json_text(text);
}

static void print_line(const char *name, const char *text)
{
    printf("%-14s", name);
    cli_print_text(stdout, text[0] != '\0' ? text : "not known");
    putchar('\n');
}

static void print_value(const json_t *value)
{
    char *text = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
    cli_print_text(stdout, json_is_string(value) ? json_string_value(value) : text != NULL ? text : "?");
    putchar('\n');
    free(text);
}

/* One entry a line; objects, and the objects of an array, further in. */
static void print_entries(json_t *object, int indent)
{
    const char *name;
    json_t *value, *item;
    size_t i;
    json_object_foreach (object, name, value) {
        bool list = json_is_array(value) && json_is_object(json_array_get(value, 0));
        printf("%*s", indent, "");
        cli_print_text(stdout, name);
        fputs(json_is_object(value) || list ? ":\n" : ": ", stdout);
        if (json_is_object(value))
            print_entries(value, indent + 2);
        else if (!list)
            print_value(value);
        else
            json_array_foreach (value, i, item) {
                printf("%*s", indent + 2, "");
                print_value(item);
            }
    }
}

static void print_recipe(const char *text)
{
    json_t *recipe = json_loads(text, 0, NULL);
    if (json_is_object(recipe)) {
        puts("recipe");
        print_entries(recipe, 2);
    } else {
        print_line("recipe", text);
    }
    json_decref(recipe);
}

/* --------------------------------------------------------------- results */

static json_t *json_counts(const ss_reader_counts *counts)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "files", (json_int_t)counts->files, "bytes",
                     (json_int_t)counts->bytes, "read", (json_int_t)counts->read, "zh", (json_int_t)counts->zh, "en",
                     (json_int_t)counts->en, "other", (json_int_t)counts->other, "undated", (json_int_t)counts->undated,
                     "skipped", (json_int_t)counts->skipped);
}

static ss_status print_result_json(const ss_result *result)
{
    const ss_provenance *made = &result->provenance;
    json_t *model = json_pack("{s:o, s:o, s:o}", "checksum", cli_json_text(made->model_checksum), "path",
                              cli_json_text(made->model_path), "recipe", json_recipe(made->model_recipe));
    json_t *pairs = json_pack("{s:b, s:b, s:b}", "zh-en", made->zh_en, "zh-zh", made->zh_zh, "en-en", made->en_en);
    return cli_print_json(
        json_pack("{s:s, s:I, s:I, s:I, s:i, s:o, s:o, s:o, s:o, s:f, s:f, s:i, s:i, s:i, s:o, s:o, s:o}", "kind",
                  "results", "articles", (json_int_t)result->articles.count, "links", (json_int_t)result->link_count,
                  "events", (json_int_t)result->event_count, "dimension", result->dimension, "version",
                  cli_json_text(made->version), "command", cli_json_text(made->command), "started",
                  cli_json_text(made->started), "matcher", cli_json_text(made->matcher), "seconds", made->seconds,
                  "threshold", made->threshold, "neighbours", made->neighbours, "window_days", made->window_days,
                  "threads", made->threads, "pairs", pairs, "read", json_counts(&made->counts), "model", model));
}

static void print_result(const ss_result *result)
{
    const ss_provenance *made = &result->provenance;
    const ss_reader_counts *counts = &made->counts;
    printf("results file\n");
    printf("%-14s%zu\n%-14s%zu\n%-14s%zu\n", "articles", result->articles.count, "links", result->link_count, "events",
           result->event_count);
    printf("%-14s%llu zh, %llu en, %llu other, %llu undated, %llu skipped; %llu file%s, %llu bytes\n", "read",
           (unsigned long long)counts->zh, (unsigned long long)counts->en, (unsigned long long)counts->other,
           (unsigned long long)counts->undated, (unsigned long long)counts->skipped, (unsigned long long)counts->files,
           ss_plural(counts->files, "s"), (unsigned long long)counts->bytes);
    printf("%-14s%s%s%s\n", "pairs", made->zh_en ? "zh-en " : "", made->zh_zh ? "zh-zh " : "",
           made->en_en ? "en-en" : "");
    if (made->window_days < 0)
        printf("%-14sall\n", "window");
    else
        printf("%-14s%d day%s\n", "window", made->window_days, ss_plural((uint64_t)made->window_days, "s"));
    printf("%-14s%d\n%-14s%.4g\n%-14s%d\n", "neighbours", made->neighbours, "threshold", made->threshold, "dimension",
           result->dimension);
    print_line("version", made->version);
    print_line("command", made->command);
    print_line("started", made->started);
    printf("%-14s%.1f s with %d thread%s\n", "took", made->seconds, made->threads,
           ss_plural((uint64_t)made->threads, "s"));
    print_line("matcher", made->matcher);
    print_line("model", made->model_path);
    print_line("checksum", made->model_checksum);
    print_recipe(made->model_recipe);
}

/* ----------------------------------------------------------------- model */

static ss_status print_model_json(const ss_model *model)
{
    return cli_print_json(json_pack("{s:s, s:i, s:I, s:I, s:s, s:{s:i, s:i, s:i}, s:o}", "kind", "model", "dimension",
                                    model->dimension, "rows", (json_int_t)model->row_count, "buckets",
                                    (json_int_t)1 << model->rules.bucket_bits, "checksum", model->checksum, "ngrams",
                                    "han_max", model->rules.han_max, "latin_min", model->rules.latin_min, "latin_max",
                                    model->rules.latin_max, "recipe", json_recipe(model->recipe)));
}

static void print_model(const ss_model *model)
{
    printf("model\n");
    printf("%-14s%d\n", "dimension", model->dimension);
    printf("%-14s%u of %u buckets\n", "rows", model->row_count, 1u << model->rules.bucket_bits);
    printf("%-14sHan 1 to %d, Latin words and %d to %d\n", "n-grams", model->rules.han_max, model->rules.latin_min,
           model->rules.latin_max);
    print_line("checksum", model->checksum);
    print_recipe(model->recipe);
}

/* --------------------------------------------------------------- archive */

static size_t batch_articles(const ss_archive *archive, size_t index)
{
    size_t end = (size_t)ss_archive_batch(archive, index)->end;
    return index == 0 ? end : end - (size_t)ss_archive_batch(archive, index - 1)->end;
}

static void format_seconds(int64_t seconds, char text[SS_DATE_TEXT_SIZE])
{
    ss_date_format((ss_date){.seconds = seconds, .precision = SS_DATE_SECOND}, text);
}

static json_t *json_batch(const ss_archive *archive, size_t index)
{
    char added[SS_DATE_TEXT_SIZE], first[SS_DATE_TEXT_SIZE], last[SS_DATE_TEXT_SIZE];
    const ss_batch *batch = ss_archive_batch(archive, index);
    format_seconds(batch->added, added);
    ss_date_format_day(batch->first_day, first);
    ss_date_format_day(batch->last_day, last);
    return json_pack("{s:I, s:s, s:s, s:s, s:I, s:I, s:I, s:o, s:o}", "articles",
                     (json_int_t)batch_articles(archive, index), "added", added, "first_day", first, "last_day", last,
                     "undated", (json_int_t)batch->undated, "read", (json_int_t)batch->read, "known",
                     (json_int_t)batch->known, "command", cli_json_text(batch->command), "version",
                     cli_json_text(batch->version));
}

static ss_status print_archive_json(const ss_archive *archive)
{
    json_t *batches = json_array();
    for (size_t i = 0; i < ss_archive_batch_count(archive); i++)
        json_array_append_new(batches, json_batch(archive, i));
    return cli_print_json(json_pack("{s:s, s:I, s:i, s:o, s:o}", "kind", "archive", "articles",
                                    (json_int_t)ss_archive_count(archive), "dimension", ss_archive_dimension(archive),
                                    "model_checksum", cli_json_text(ss_archive_model_checksum(archive)), "batches",
                                    batches));
}

static void print_archive(const ss_archive *archive)
{
    printf("archive\n%-14s%zu\n%-14s%zu\n%-14s%d\n", "articles", ss_archive_count(archive), "batches",
           ss_archive_batch_count(archive), "dimension", ss_archive_dimension(archive));
    print_line("model", ss_archive_model_checksum(archive));
    for (size_t i = 0; i < ss_archive_batch_count(archive); i++) {
        char added[SS_DATE_TEXT_SIZE], first[SS_DATE_TEXT_SIZE], last[SS_DATE_TEXT_SIZE];
        const ss_batch *batch = ss_archive_batch(archive, i);
        format_seconds(batch->added, added);
        ss_date_format_day(batch->first_day, first);
        ss_date_format_day(batch->last_day, last);
        size_t articles = batch_articles(archive, i);
        printf("%s  %zu article%s%s%s%s%s; ", added, articles, ss_plural(articles, "s"), first[0] != '\0' ? " of " : "",
               first, first[0] != '\0' ? " to " : "", last);
        cli_print_text(stdout, batch->command);
        putchar('\n');
    }
}

/* --------------------------------------------------------------- command */

static ss_status inform_of_archive(const char *path, bool json)
{
    ss_archive *archive;
    SS_TRY(ss_archive_open(&archive, path, false));
    ss_status status = SS_OK;
    if (json)
        status = print_archive_json(archive);
    else
        print_archive(archive);
    ss_archive_close(archive);
    return status;
}

static ss_status inform_of_result(const char *path, bool json)
{
    ss_result *result;
    SS_TRY(ss_result_read(&result, path));
    ss_status status = SS_OK;
    if (json)
        status = print_result_json(result);
    else
        print_result(result);
    ss_result_free(result);
    return status;
}

static ss_status inform_of_model(const char *path, bool json)
{
    ss_model *model;
    SS_TRY(ss_model_open(&model, path));
    ss_status status = SS_OK;
    if (json)
        status = print_model_json(model);
    else
        print_model(model);
    ss_model_free(model);
    return status;
}

static int run_info(const cli_call *call)
{
    const info_settings *settings = call->settings;
    const char *path = call->operand[0];
    if (ss_archive_is(path)) return cli_exit_code(inform_of_archive(path, settings->json));
    ss_status status = inform_of_result(path, settings->json);
    if (status != SS_ERROR_INPUT) return cli_exit_code(status);
    char as_result[512];
    snprintf(as_result, sizeof as_result, "%s", ss_last_error());
    status = inform_of_model(path, settings->json);
    if (status == SS_ERROR_INPUT) cli_say("not a results file: %s", as_result);
    return cli_exit_code(status);
}

const cli_command cli_info = {
    .name = "info",
    .summary = "show what results, an archive or a model hold",
    .operands = "FILE",
    .description = "Shows what a results file, an archive or a model holds and how it was made.",
    .options = info_options,
    .settings_size = sizeof(info_settings),
    .least = 1,
    .most = 1,
    .run = run_info,
};
