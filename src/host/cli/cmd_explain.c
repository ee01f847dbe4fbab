/* samestory explain: why two articles are linked, n-gram by n-gram. */
#include "commands.h"

#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "explain.h"
#include "json.h"
#include "match.h"
#include "result.h"
#include "status.h"

typedef struct explain_settings {
    const char *model;
    int top;
    bool json;
} explain_settings;

static const cli_option explain_options[] = {
    {.name = "model",
     .letter = 'm',
     .type = CLI_FILE,
     .value = "FILE",
     .help = "model that the results were made with",
     .otherwise = "the one that came with samestory",
     .offset = offsetof(explain_settings, model)},
    {.name = "top",
     .letter = 'n',
     .type = CLI_INT,
     .value = "N",
     .low = 1,
     .high = 100000,
     .initial = "20",
     .help = "show the N largest contributions",
     .offset = offsetof(explain_settings, top)},
    {.name = "json", .type = CLI_FLAG, .help = "print one JSON object", .offset = offsetof(explain_settings, json)},
    {.name = NULL},
};

/* Two articles of a result. */
typedef struct article_pair {
    const ss_result *result;
    uint32_t row_a, row_b;
    const ss_article *a, *b;
    const ss_link *link; /* NULL: they are not in the links of the file */
    double cosine;       /* of the sketches in the file */
} article_pair;

/* The row of the article that `name` names: #N, or an id. */
static ss_status find_article(uint32_t *row, const ss_result *result, const char *name)
{
    size_t count = result->articles.count;
    if (name[0] == '#') {
        char *end;
        unsigned long long number = strtoull(name + 1, &end, 10);
        bool digits = name[1] >= '0' && name[1] <= '9' && *end == '\0';
        if (!digits || number >= count) {
            return ss_fail(SS_ERROR_ARGUMENT, "there is no row '%s': the file has %zu articles, numbered from #0", name,
                           count);
        }
        *row = (uint32_t)number;
        return SS_OK;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(result->articles.item[i].id, name) != 0) continue;
        *row = (uint32_t)i;
        return SS_OK;
    }
    return ss_fail(SS_ERROR_ARGUMENT,
                   "no article has the id '%s'; 'samestory show --json' prints ids, and a row is named "
                   "by # and its number",
                   name);
}

static ss_status find_pair(article_pair *pair, const ss_result *result, const char *a, const char *b)
{
    *pair = (article_pair){.result = result};
    SS_TRY(find_article(&pair->row_a, result, a));
    SS_TRY(find_article(&pair->row_b, result, b));
    pair->a = &result->articles.item[pair->row_a];
    pair->b = &result->articles.item[pair->row_b];
    for (size_t i = 0; i < result->link_count; i++) {
        const ss_link *link = &result->link[i];
        bool same = link->a == pair->row_a && link->b == pair->row_b;
        bool turned = link->a == pair->row_b && link->b == pair->row_a;
        if (same || turned) pair->link = link;
    }
    size_t dimension = (size_t)result->dimension;
    const int8_t *va = result->vector[SS_CHANNEL_WHOLE] + pair->row_a * dimension;
    const int8_t *vb = result->vector[SS_CHANNEL_WHOLE] + pair->row_b * dimension;
    int32_t dot = 0;
    for (size_t i = 0; i < dimension; i++)
        dot += va[i] * vb[i];
    pair->cosine =
        ss_cosine(dot, result->norm[SS_CHANNEL_WHOLE][pair->row_a], result->norm[SS_CHANNEL_WHOLE][pair->row_b]);
    return SS_OK;
}

/* ------------------------------------------------------------------ text */

static void print_article(const char *name, uint32_t row, const ss_article *article)
{
    char date[SS_DATE_TEXT_SIZE];
    ss_date_format(article->published, date);
    printf("%s  #%u  %s  %s  ", name, row, ss_lang_name(article->lang), date[0] != '\0' ? date : "no date");
    cli_print_text(stdout, article->title[0] != '\0' ? article->title : article->id);
    putchar('\n');
}

static void print_as_text(const article_pair *pair, const ss_explanation *explanation)
{
    print_article("A", pair->row_a, pair->a);
    print_article("B", pair->row_b, pair->b);
    printf("\ncosine\n");
    for (size_t i = 0; i < explanation->count; i++) {
        const ss_contribution *item = &explanation->item[i];
        printf("  %+8.4f  ", item->value);
        cli_print_text(stdout, item->a);
        fputs(" ↔ ", stdout);
        cli_print_text(stdout, item->b);
        putchar('\n');
    }
    printf("  %+8.4f  everything else\n", explanation->rest);
    printf("  %+8.4f  sum; %.4f in the file, whose sketches are rounded to 8 bits\n", explanation->cosine,
           pair->cosine);
    if (pair->link == NULL) {
        printf("\nThe file holds no link between them.\n");
        return;
    }
    printf("\nlink\n");
    for (const cli_link_column *column = cli_link_columns; column->name != NULL; column++) {
        char text[32];
        printf("  %-14s  %s\n", column->name, cli_format_column(text, sizeof text, column, pair->link));
    }
}

/* ------------------------------------------------------------------ JSON */

static ss_status print_as_json(const article_pair *pair, const ss_explanation *explanation)
{
    json_t *contributions = json_array();
    bool whole = true;
    for (size_t i = 0; i < explanation->count; i++) {
        const ss_contribution *item = &explanation->item[i];
        json_t *object = json_pack("{s:s, s:s, s:f}", "a", item->a, "b", item->b, "value", item->value);
        whole &= json_array_append_new(contributions, object) == 0;
    }
    json_t *link = pair->link != NULL ? cli_json_link(pair->result, pair->link) : json_null();
    json_t *object = json_pack("{s:s, s:s, s:f, s:f, s:o, s:f, s:o}", "a", pair->a->id, "b", pair->b->id, "cosine",
                               explanation->cosine, "cosine_in_file", pair->cosine, "contributions", contributions,
                               "rest", explanation->rest, "link", link);
    if (!whole) {
        json_decref(object);
        object = NULL;
    }
    return cli_print_json(object);
}

/* --------------------------------------------------------------- command */

static ss_status explain_pair(const article_pair *pair, const ss_model *model, const explain_settings *settings)
{
    const char *made_with = pair->result->provenance.model_checksum;
    if (strcmp(made_with, ss_model_checksum(model)) != 0) {
        return ss_fail(SS_ERROR_ARGUMENT,
                       "the results were made with another model, of checksum %.16s and not %.16s: "
                       "name it with --model",
                       made_with, ss_model_checksum(model));
    }
    ss_explanation explanation;
    SS_TRY(ss_explain(&explanation, model, pair->a, pair->b, (size_t)settings->top));
    ss_status status = SS_OK;
    if (settings->json)
        status = print_as_json(pair, &explanation);
    else
        print_as_text(pair, &explanation);
    ss_explanation_clear(&explanation);
    return status;
}

static int run_explain(const cli_call *call)
{
    const explain_settings *settings = call->settings;
    ss_result *result;
    ss_model *model = NULL;
    article_pair pair;
    ss_status status = ss_result_read(&result, call->operand[0]);
    if (status == SS_OK) status = find_pair(&pair, result, call->operand[1], call->operand[2]);
    if (status == SS_OK) status = ss_model_open(&model, settings->model);
    if (status == SS_OK) status = explain_pair(&pair, model, settings);
    ss_model_free(model);
    ss_result_free(result);
    return cli_exit_code(status);
}

const cli_command cli_explain = {
    .name = "explain",
    .summary = "show why two articles are linked",
    .operands = "FILE A B",
    .description =
        "Shows which words and Chinese characters of article A match which of article B, and what each adds "
        "to their cosine: the contributions and the rest add up to it.\n"
        "FILE is a results file. A and B are ids of articles, or rows: # and a number, as 'show' prints them.",
    .example = "samestory explain linked.h5 '#0' '#3'",
    .options = explain_options,
    .settings_size = sizeof(explain_settings),
    .least = 3,
    .most = 3,
    .run = run_explain,
};
