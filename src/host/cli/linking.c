/* What `link` and `eval links` have in common: options, and articles out of files. */
#include "cli.h"

#include "status.h"

static const char *const window_words[] = {"all", NULL};
static const char *const threshold_words[] = {"model", NULL};

enum { PAIRS_ZH_EN = 1, PAIRS_ZH_ZH = 2, PAIRS_EN_EN = 4 };
static const char *const pair_names[] = {"zh-en", "zh-zh", "en-en", NULL};

static const cli_option linking_options[] = {
    CLI_MODEL_OPTION("model to sketch with", offsetof(cli_linking, model)),
    {.name = "window",
     .letter = 'w',
     .type = CLI_INT,
     .value = "DAYS|all",
     .low = 0,
     .high = 36500,
     .choices = window_words,
     .help = "compare articles that were published so many days apart at most; undated ones are compared with all",
     .offset = offsetof(cli_linking, window)},
    {.name = "neighbours",
     .letter = 'k',
     .type = CLI_INT,
     .value = "K",
     .low = 1,
     .high = 1000,
     .help = "look at the K nearest articles of each article",
     .offset = offsetof(cli_linking, neighbours)},
    {.name = "threshold",
     .type = CLI_REAL,
     .value = "P|model",
     .low = 0.0,
     .high = 1.0,
     .choices = threshold_words,
     .initial = "model",
     .help = "link pairs that report the same event with probability P or more",
     .offset = offsetof(cli_linking, threshold)},
    {.name = "pairs",
     .type = CLI_SET,
     .value = "LIST",
     .choices = pair_names,
     .initial = "zh-en,zh-zh,en-en",
     .help = "pairs of languages to link",
     .offset = offsetof(cli_linking, pairs)},
    CLI_FIELD_OPTION(offsetof(cli_linking, fields)),
    {.name = NULL},
};

const cli_option_group cli_linking_group = {"Linking", linking_options};

void cli_linking_defaults(void *data)
{
    cli_linking *settings = data;
    ss_link_options options = ss_link_options_default();
    settings->window = options.window_days;
    settings->neighbours = options.neighbours;
}

ss_link_options cli_link_options(const cli_linking *settings, const char *matcher)
{
    ss_link_options options = ss_link_options_default();
    options.neighbours = settings->neighbours;
    options.window_days = settings->window;
    options.threshold = settings->threshold;
    options.zh_en = settings->pairs & PAIRS_ZH_EN;
    options.zh_zh = settings->pairs & PAIRS_ZH_ZH;
    options.en_en = settings->pairs & PAIRS_EN_EN;
    options.matcher = matcher;
    return options;
}

static ss_status read_all(ss_articles *articles, ss_reader *reader)
{
    for (;;) {
        ss_article article = {0};
        bool more;
        SS_TRY(ss_reader_next(reader, &article, &more));
        if (!more) return SS_OK;
        ss_status status = ss_articles_push(articles, &article);
        if (status != SS_OK) {
            ss_article_clear(&article);
            return status;
        }
    }
}

ss_status cli_read_articles(ss_articles *articles, const cli_call *call, const cli_list *fields, const ss_job *job,
                            ss_reader_counts *counts)
{
    ss_reader_options options = {.fields = fields->item, .field_count = fields->count};
    ss_reader *reader;
    SS_TRY(ss_reader_open(&reader, call->operand, call->operand_count, &options, job));
    ss_status status = read_all(articles, reader);
    *counts = *ss_reader_get_counts(reader);
    ss_reader_free(reader);
    if (status == SS_OK && articles->count == 0) {
        status = ss_fail(SS_ERROR_INPUT, "no article could be read from what was given (%llu skipped)",
                         (unsigned long long)counts->skipped);
    }
    return status;
}
