/* samestory eval: how good a model, and the links made with it, are, on data that people have labelled. */
#include "commands.h"

#include <math.h>
#include <string.h>

#include "evaluate.h"
#include "json.h"
#include "status.h"

/* --------------------------------------------------------------- measures */

/* Adds "name": value and "name_ci": [low, high]. */
static bool add_measure(json_t *object, const char *name, const ss_estimate *measure)
{
    char interval[64];
    snprintf(interval, sizeof interval, "%s_ci", name);
    bool whole = json_object_set_new(object, name, cli_json_number(measure->value)) == 0;
    json_t *ends = json_pack("[o, o]", cli_json_number(measure->low), cli_json_number(measure->high));
    return json_object_set_new(object, interval, ends) == 0 && whole;
}

/* An object of `count` measures; NULL when out of memory. */
static json_t *json_measures(const char *const *names, const ss_estimate *measures, size_t count)
{
    json_t *object = json_object();
    bool whole = object != NULL;
    for (size_t i = 0; i < count; i++)
        whole = whole && add_measure(object, names[i], &measures[i]);
    if (whole) return object;
    json_decref(object);
    return NULL;
}

static void print_measure(const char *name, const ss_estimate *measure)
{
    if (isnan(measure->value))
        printf("  %-22s %7s\n", name, "none");
    else if (isnan(measure->low) || isnan(measure->high))
        printf("  %-22s %7.4f\n", name, measure->value);
    else
        printf("  %-22s %7.4f   %.4f to %.4f\n", name, measure->value, measure->low, measure->high);
}

static void print_heading(const char *text, size_t count)
{
    if (count == 0)
        printf("%s: none\n", text);
    else
        printf("%s: %zu\n", text, count);
}

/* -------------------------------------------------------------- retrieval */

typedef struct eval_settings {
    cli_job job;
    const char *model;
    bool json;
} eval_settings;

/* For settings that begin with eval_settings. */
#define MODEL_OPTION CLI_MODEL_OPTION("model to evaluate", offsetof(eval_settings, model))
#define JSON_OPTION                                                                                                    \
    {                                                                                                                  \
        .name = "json", .type = CLI_FLAG, .help = "print one JSON object", .offset = offsetof(eval_settings, json)     \
    }

static const cli_option retrieval_options[] = {MODEL_OPTION, JSON_OPTION, {.name = NULL}};

static ss_status print_retrieval(const ss_retrieval_scores *scores, bool json)
{
    static const char *const ways[] = {"zh_en", "en_zh"};
    const ss_estimate *cosine = &scores->measure[SS_RETRIEVAL_COSINE_ZH_EN];
    const ss_estimate *margin = &scores->measure[SS_RETRIEVAL_MARGIN_ZH_EN];
    if (json) {
        return cli_print_json(json_pack("{s:I, s:o, s:o}", "pairs", (json_int_t)scores->pairs, "cosine",
                                        json_measures(ways, cosine, 2), "margin", json_measures(ways, margin, 2)));
    }
    print_heading("precision at 1, pairs", scores->pairs);
    print_measure("cosine, zh to en", &cosine[0]);
    print_measure("cosine, en to zh", &cosine[1]);
    print_measure("margin, zh to en", &margin[0]);
    print_measure("margin, en to zh", &margin[1]);
    return SS_OK;
}

static int run_retrieval(const cli_call *call)
{
    const eval_settings *settings = call->settings;
    const char *matcher;
    int code = cli_choose_matcher(&settings->job, &matcher);
    if (code != CLI_OK) return code;
    ss_job job;
    cli_job_begin(&settings->job, &job);
    ss_model *model;
    ss_retrieval_scores scores;
    ss_status status = ss_model_open(&model, settings->model);
    if (status == SS_OK) status = ss_evaluate_retrieval(&scores, call->operand[0], model, matcher, &job);
    cli_progress_clear();
    if (status == SS_OK) status = print_retrieval(&scores, settings->json);
    ss_model_free(model);
    return cli_exit_code(status);
}

static const cli_option_group *const retrieval_common[] = {&cli_matching_group, &cli_job_group, NULL};

const cli_command cli_eval_retrieval = {
    .name = "eval retrieval",
    .summary = "measure how often the nearest text is the translation",
    .operands = "FILE",
    .description =
        "Measures how often the nearest article of the other language is the translation, by cosine and by "
        "margin.\n"
        "FILE is JSON lines with lang, text, title and doc, where articles with the same doc are translations "
        "of each other; or, where its name ends in .tsv, a Chinese and an English text a line, parted by a tab. "
        "Every measure comes with its 95 % confidence interval, from a bootstrap.",
    .options = retrieval_options,
    .common = retrieval_common,
    .settings_size = sizeof(eval_settings),
    .least = 1,
    .most = 1,
    .run = run_retrieval,
};

/* ------------------------------------------------------------------ pairs */

/* In the order of ss_score, which begins with 0, while choices begin with 1. */
static const char *const pairs_score_names[] = {"probability", "cosine", "likeness", NULL};
static const char *const links_score_names[] = {"probability", "cosine", NULL};

static const char *const language_names[SS_LANGUAGES] = {"zh-en", "zh-zh", "en-en"};

static ss_status print_pairs_json(const ss_pairs_scores *scores)
{
    static const char *const names[SS_PAIRS_MEASURES] = {"pearson", "spearman", "ap"};
    json_t *object = json_object();
    bool whole = object != NULL;
    for (size_t i = 0; i < SS_LANGUAGES && whole; i++) {
        json_t *measures = json_measures(names, scores[i].measure, SS_PAIRS_MEASURES);
        whole = json_object_set_new(measures, "n", json_integer((json_int_t)scores[i].count)) == 0;
        whole &= json_object_set_new(object, language_names[i], measures) == 0;
    }
    if (whole) return cli_print_json(object);
    json_decref(object);
    return cli_print_json(NULL);
}

static void print_pairs(const ss_pairs_scores *scores)
{
    for (size_t i = 0; i < SS_LANGUAGES; i++) {
        print_heading(language_names[i], scores[i].count);
        if (scores[i].count == 0) continue;
        print_measure("Pearson", &scores[i].measure[SS_PAIRS_PEARSON]);
        print_measure("Spearman", &scores[i].measure[SS_PAIRS_SPEARMAN]);
        print_measure("average precision", &scores[i].measure[SS_PAIRS_AP]);
    }
}

typedef struct eval_pairs_settings {
    eval_settings eval;
    int score;
} eval_pairs_settings;

static const cli_option pairs_options[] = {
    MODEL_OPTION,
    {.name = "score",
     .type = CLI_CHOICE,
     .value = "SCORE",
     .choices = pairs_score_names,
     .initial = "likeness",
     .help = "what is compared with the grades: likeness, from nothing in common to the same event; probability of the "
             "same event (its log-odds); or cosine",
     .offset = offsetof(eval_pairs_settings, score)},
    JSON_OPTION,
    {.name = NULL},
};

static int run_pairs(const cli_call *call)
{
    const eval_pairs_settings *chosen = call->settings;
    const eval_settings *settings = &chosen->eval;
    ss_job job;
    cli_job_begin(&settings->job, &job);
    ss_model *model;
    ss_pairs_scores scores[SS_LANGUAGES];
    ss_score score = (ss_score)(chosen->score - 1);
    ss_status status = ss_model_open(&model, settings->model);
    if (status == SS_OK) status = ss_evaluate_pairs(scores, call->operand[0], score, model, &job);
    cli_progress_clear();
    if (status == SS_OK && settings->json)
        status = print_pairs_json(scores);
    else if (status == SS_OK)
        print_pairs(scores);
    ss_model_free(model);
    return cli_exit_code(status);
}

static const cli_option_group *const pairs_common[] = {&cli_job_group, NULL};

const cli_command cli_eval_pairs = {
    .name = "eval pairs",
    .summary = "measure how well scores follow graded pairs",
    .operands = "FILE",
    .description =
        "Measures how well the score of two texts follows the grade of likeness that people gave them.\n"
        "FILE is JSON lines with lang1, lang2, text1, text2 and overall, from 1 (same) to 4 (different). Every "
        "measure comes with its 95 % confidence interval, from a bootstrap.",
    .options = pairs_options,
    .common = pairs_common,
    .settings_size = sizeof(eval_pairs_settings),
    .least = 1,
    .most = 1,
    .run = run_pairs,
};

/* ------------------------------------------------------------------ links */

typedef struct eval_links_settings {
    cli_linking linking;
    const char *gold;
    int score;
    bool json;
} eval_links_settings;

static const cli_option links_options[] = {
    {.name = "gold",
     .letter = 'g',
     .required = true,
     .type = CLI_FILE,
     .value = "FILE",
     .help = "pairs that people have labelled: zh id, en id, same, related or different, note, parted by tabs",
     .offset = offsetof(eval_links_settings, gold)},
    {.name = "score",
     .type = CLI_CHOICE,
     .value = "SCORE",
     .choices = links_score_names,
     .initial = "probability",
     .help = "what pairs are ranked by, probability or cosine",
     .offset = offsetof(eval_links_settings, score)},
    {.name = "json", .type = CLI_FLAG, .help = "print one JSON object", .offset = offsetof(eval_links_settings, json)},
    {.name = NULL},
};

static json_t *json_recall(const ss_estimate *measures)
{
    static const char *const names[] = {"at1", "at5"};
    return json_measures(names, measures, 2);
}

static ss_status print_links_json(const ss_links_scores *scores)
{
    static const char *const names[] = {"ap", "best_f1", "f1", "ap_same_related"};
    const ss_estimate *measure = scores->measure;
    json_t *object = json_measures(names, &measure[SS_LINKS_AP], 4);
    json_t *rest = json_pack("{s:I, s:I, s:I, s:{s:o, s:o}}", "n", (json_int_t)scores->count, "borderline",
                             (json_int_t)scores->borderline, "missing", (json_int_t)scores->missing, "recall", "zh_en",
                             json_recall(&measure[SS_LINKS_RECALL_ZH_EN_AT_1]), "en_zh",
                             json_recall(&measure[SS_LINKS_RECALL_EN_ZH_AT_1]));
    bool whole = json_object_update(object, rest) == 0 && add_measure(object, "b3_f1", &measure[SS_LINKS_B3_F1]);
    json_decref(rest);
    if (whole) return cli_print_json(object);
    json_decref(object);
    return cli_print_json(NULL);
}

static void print_links(const ss_links_scores *scores)
{
    static const char *const names[SS_LINKS_MEASURES] = {
        [SS_LINKS_AP] = "average precision",
        [SS_LINKS_BEST_F1] = "best F1",
        [SS_LINKS_F1] = "F1 at the threshold",
        [SS_LINKS_AP_SAME_RELATED] = "AP, same to related",
        [SS_LINKS_RECALL_ZH_EN_AT_1] = "recall at 1, zh to en",
        [SS_LINKS_RECALL_ZH_EN_AT_5] = "recall at 5, zh to en",
        [SS_LINKS_RECALL_EN_ZH_AT_1] = "recall at 1, en to zh",
        [SS_LINKS_RECALL_EN_ZH_AT_5] = "recall at 5, en to zh",
        [SS_LINKS_B3_F1] = "B-cubed F1 of events",
    };
    printf("pairs: %zu; left out: %zu borderline, %zu of articles that are not there\n", scores->count,
           scores->borderline, scores->missing);
    for (size_t i = 0; i < SS_LINKS_MEASURES; i++)
        print_measure(names[i], &scores->measure[i]);
}

static ss_status evaluate_links(ss_links_scores *scores, const cli_call *call, const char *matcher, const ss_job *job)
{
    const eval_links_settings *settings = call->settings;
    ss_link_options options = cli_link_options(&settings->linking, matcher);
    ss_score score = (ss_score)(settings->score - 1);
    ss_articles articles = {0};
    ss_reader_counts counts;
    ss_model *model;
    SS_TRY(ss_model_open(&model, settings->linking.model));
    ss_status status = cli_read_articles(&articles, call, &settings->linking.fields, job, &counts);
    if (status == SS_OK) status = ss_evaluate_links(scores, &articles, settings->gold, score, model, &options, job);
    ss_articles_clear(&articles);
    ss_model_free(model);
    return status;
}

static int run_links(const cli_call *call)
{
    const eval_links_settings *settings = call->settings;
    const char *matcher;
    int code = cli_choose_matcher(&settings->linking.job, &matcher);
    if (code != CLI_OK) return code;
    ss_job job;
    cli_job_begin(&settings->linking.job, &job);
    ss_links_scores scores;
    ss_status status = evaluate_links(&scores, call, matcher, &job);
    cli_progress_clear();
    if (status == SS_OK && settings->json)
        status = print_links_json(&scores);
    else if (status == SS_OK)
        print_links(&scores);
    return cli_exit_code(status);
}

static const cli_option_group *const links_common[] = {&cli_linking_group, &cli_matching_group, &cli_job_group, NULL};

const cli_command cli_eval_links = {
    .name = "eval links",
    .summary = "measure links and events against labelled pairs",
    .operands = "FILE...",
    .description =
        "Links the articles of the FILEs as 'link' does and measures how well links and events agree with what "
        "people say. A note ev=N in the gold file names the event that both articles report; pairs whose note "
        "is borderline are left out. Every measure comes with its 95 % confidence interval, from a bootstrap.",
    .example = "samestory eval links examples/articles --gold examples/gold.tsv",
    .options = links_options,
    .common = links_common,
    .settings_size = sizeof(eval_links_settings),
    .defaults = cli_linking_defaults,
    .least = 1,
    .most = SIZE_MAX,
    .run = run_links,
};
