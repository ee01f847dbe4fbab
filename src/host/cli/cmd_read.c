/* samestory read: the articles of files, as they are understood, as JSON lines. */
#include "commands.h"

#include "json.h"
#include "status.h"

typedef struct read_settings {
    cli_job job;
    bool strict;
    cli_list fields;
} read_settings;

static const cli_option read_options[] = {
    CLI_STRICT_OPTION(offsetof(read_settings, strict)),
    CLI_FIELD_OPTION(offsetof(read_settings, fields)),
    {.name = NULL},
};

static const cli_option_group *const read_common[] = {&cli_job_group, NULL};

/* Under the names that the reader of JSON lines knows: what is printed can be linked. */
static json_t *json_article(const ss_article *article)
{
    return json_pack("{s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:s}", "id", article->id, "url", cli_json_text(article->url),
                     "lang", ss_lang_name(article->lang), "published", cli_json_date(article->published), "source",
                     cli_json_text(article->source), "author", cli_json_text(article->author), "title",
                     cli_json_text(article->title), "text", article->text);
}

static ss_status print_articles(ss_reader *reader)
{
    for (bool more = true; !ferror(stdout);) {
        ss_article article = {0};
        SS_TRY(ss_reader_next(reader, &article, &more));
        if (!more) break;
        ss_status status = cli_print_json(json_article(&article));
        ss_article_clear(&article);
        SS_TRY(status);
    }
    if (ss_reader_get_counts(reader)->read > 0) return SS_OK;
    return ss_fail(SS_ERROR_INPUT, "no article could be read from what was given (%llu skipped)",
                   (unsigned long long)ss_reader_get_counts(reader)->skipped);
}

static int run_read(const cli_call *call)
{
    const read_settings *settings = call->settings;
    ss_reader_options options = {.fields = settings->fields.item, .field_count = settings->fields.count};
    ss_job job;
    cli_job_begin(&settings->job, &job);
    job.strict = settings->strict;
    ss_reader *reader;
    ss_status status = ss_reader_open(&reader, call->operand, call->operand_count, &options, &job);
    if (status == SS_OK) status = print_articles(reader);
    ss_reader_free(reader);
    return cli_exit_code(status);
}

const cli_command cli_read = {
    .name = "read",
    .summary = "show the articles of files as they are understood",
    .operands = "FILE...",
    .description =
        "Reads files and folders as 'link' does and prints each article as one JSON object on a line: what was taken for "
        "its title, author, source, date and language, and of a web page what was taken for its text.",
    .example = "samestory read page.html | jq\n"
               "samestory read crawl/ | jq -r 'select(.published == null) | .id'",
    .options = read_options,
    .common = read_common,
    .settings_size = sizeof(read_settings),
    .least = 1,
    .most = SIZE_MAX,
    .run = run_read,
};
