/* samestory explain: why two articles are linked. */
#include "commands.h"

#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "explain.h"
#include "json.h"
#include "linker.h"
#include "match.h"
#include "result.h"
#include "status.h"

typedef struct explain_settings {
    const char *model;
    int top;
    bool json;
} explain_settings;

static const cli_option explain_options[] = {
    CLI_MODEL_OPTION("model that the results were made with", offsetof(explain_settings, model)),
    {.name = "top",
     .letter = 'n',
     .type = CLI_INT,
     .value = "N",
     .low = 1,
     .high = 100000,
     .initial = "20",
     .help = "show the N most telling things in common, and the N largest contributions to the cosine",
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
    pair->link = ss_result_find_link(result, pair->row_a, pair->row_b);
    if (pair->link == NULL) pair->link = ss_result_find_link(result, pair->row_b, pair->row_a);
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

/* What is shown of a pair. */
typedef struct reasons {
    ss_explanation cosine;
    ss_testimonies evidence;
    double start, share[SS_LINKER_SHARES]; /* only of a link */
    ss_likeness likeness;                  /* the same */
    double threshold;
} reasons;

static const char *share_name(int i)
{
    return i < SS_FEATURES_ALONE ? ss_linker_feature_names[i] : "the company they keep";
}

static void print_verdict(const article_pair *pair, const reasons *why)
{
    if (pair->link == NULL) {
        printf(pair->row_a == pair->row_b
                   ? "\nThat is one article.\n"
                   : "\nThe file holds no link between them; 'samestory link --keep-candidates' also keeps pairs that are none.\n");
        return;
    }
    printf("\n%s, probability %.4f; pairs are linked from %.2f on\n",
           ss_relation_name((ss_relation)pair->link->relation), (double)pair->link->probability, why->threshold);
    printf("likeness %.2f: the same topic %.2f, related or the same event %.2f, the same event %.2f, by the pair alone\n",
           why->likeness.level, why->likeness.topic, why->likeness.related, why->likeness.same);
    printf("\nwhy (log-odds)\n  %+8.2f  where every pair starts\n", why->start);
    double sum = why->start;
    for (int i = 0; i < SS_LINKER_SHARES; i++) {
        sum += why->share[i];
        if (why->share[i] <= -0.005 || why->share[i] >= 0.005) printf("  %+8.2f  %s\n", why->share[i], share_name(i));
    }
    printf("  %+8.2f  sum\n", sum);
}

static void print_evidence(const ss_testimonies *evidence, bool conflict)
{
    bool any = false;
    for (size_t i = 0; i < evidence->count; i++) {
        const ss_testimony *item = &evidence->item[i];
        if (item->conflict != conflict) continue;
        if (!any) printf(conflict ? "\nin conflict\n" : "\nin common (bits)\n");
        any = true;
        if (conflict)
            printf("            %-12s  ", ss_testimony_kind_name(item->kind));
        else
            printf("  %8.1f  %-12s  ", (double)item->bits, ss_testimony_kind_name(item->kind));
        cli_print_text(stdout, item->a);
        fputs(" ↔ ", stdout);
        cli_print_text(stdout, item->b);
        putchar('\n');
    }
}

static void print_cosine(const article_pair *pair, const ss_explanation *explanation)
{
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
}

static void print_as_text(const article_pair *pair, const reasons *why)
{
    print_article("A", pair->row_a, pair->a);
    print_article("B", pair->row_b, pair->b);
    print_verdict(pair, why);
    print_evidence(&why->evidence, false);
    print_evidence(&why->evidence, true);
    print_cosine(pair, &why->cosine);
    if (pair->link == NULL) return;
    printf("\nlink\n");
    for (const cli_link_column *column = cli_link_columns; column->name != NULL; column++) {
        char text[32];
        printf("  %-20s  %s\n", column->name, cli_format_column(text, sizeof text, column, pair->link));
    }
}

/* ------------------------------------------------------------------ JSON */

static json_t *json_contributions(const ss_explanation *explanation)
{
    json_t *array = json_array();
    for (size_t i = 0; i < explanation->count; i++) {
        const ss_contribution *item = &explanation->item[i];
        json_array_append_new(array, json_pack("{s:s, s:s, s:f}", "a", item->a, "b", item->b, "value", item->value));
    }
    return array;
}

static json_t *json_shares(const article_pair *pair, const reasons *why)
{
    if (pair->link == NULL) return json_null();
    json_t *object = json_pack("{s:f}", "start", why->start);
    for (int i = 0; i < SS_LINKER_SHARES; i++)
        json_object_set_new(object, share_name(i), json_real(why->share[i]));
    return object;
}

static json_t *json_likeness(const article_pair *pair, const ss_likeness *likeness)
{
    if (pair->link == NULL) return json_null();
    return json_pack("{s:f, s:f, s:f, s:f}", "level", likeness->level, "topic", likeness->topic, "related",
                     likeness->related, "same", likeness->same);
}

static ss_status print_as_json(const article_pair *pair, const reasons *why)
{
    json_t *link = pair->link != NULL ? cli_json_link(pair->result, pair->link) : json_null();
    json_t *object = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:f, s:f, s:o, s:f}", "a", pair->a->id, "b",
                               pair->b->id, "link", link, "likeness", json_likeness(pair, &why->likeness), "log_odds",
                               json_shares(pair, why), "in_common",
                               cli_json_evidence(&why->evidence, false), "in_conflict", cli_json_evidence(&why->evidence, true),
                               "cosine", why->cosine.cosine, "cosine_in_file", pair->cosine, "contributions",
                               json_contributions(&why->cosine), "rest", why->cosine.rest);
    return cli_print_json(object);
}

/* --------------------------------------------------------------- command */

static ss_status explain_pair(const article_pair *pair, const ss_model *model, const explain_settings *settings)
{
    SS_TRY(ss_result_check_model(pair->result, model));
    reasons why = {.threshold = pair->result->provenance.threshold};
    ss_status status = ss_explain(&why.cosine, model, pair->a, pair->b, (size_t)settings->top);
    if (status == SS_OK)
        status = ss_explain_evidence(&why.evidence, model, pair->a, pair->b, (size_t)settings->top);
    if (pair->link != NULL) {
        why.start = ss_linker_shares(&model->linker, pair->link, pair->a->lang, pair->b->lang, why.share);
        why.likeness = ss_linker_likeness(&model->linker, pair->link, pair->a->lang, pair->b->lang);
    }
    if (status == SS_OK && settings->json) status = print_as_json(pair, &why);
    else if (status == SS_OK) print_as_text(pair, &why);
    ss_testimonies_clear(&why.evidence);
    ss_explanation_clear(&why.cosine);
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
        "Shows whether articles A and B report the same event and why: what each feature adds to the log-odds of it; "
        "which names, words, numbers and dates of their titles and leads agree or contradict each other; and which "
        "words and Chinese characters carry the cosine: the contributions and the rest add up to it.\n"
        "FILE is a results file. A and B are ids of articles, or rows: # and a number, as 'show' prints them.",
    .example = "samestory explain linked.h5 '#0' '#3'",
    .options = explain_options,
    .settings_size = sizeof(explain_settings),
    .least = 3,
    .most = 3,
    .run = run_explain,
};
