/* samestory calibrate: labelled pairs in, a model with a linker fitted to them out. */
#include "commands.h"

#include <math.h>

#include "calibrate.h"
#include "json.h"
#include "output_path.h"
#include "status.h"
#include "store_linker.h"

typedef struct calibrate_settings {
    cli_linking linking;
    cli_list gold, left_out;
    const char *output;
    const char *into;
    int folds;
    bool json;
} calibrate_settings;

static const cli_option calibrate_options[] = {
    {.name = "gold",
     .letter = 'g',
     .required = true,
     .type = CLI_LIST,
     .value = "FILE",
     .help =
         "pairs that people have labelled: id, id, same, related or different, note, parted by tabs; may be repeated",
     .offset = offsetof(calibrate_settings, gold)},
    {.name = "leave-out",
     .type = CLI_LIST,
     .value = "FILE",
     .help = "labelled pairs to learn nothing from, and to test the linker with; may be repeated",
     .offset = offsetof(calibrate_settings, left_out)},
    {.name = "output",
     .letter = 'o',
     .required = true,
     .type = CLI_FILE,
     .value = "MODEL",
     .help = "write the model, with its new linker, to MODEL",
     .offset = offsetof(calibrate_settings, output)},
    {.name = "into",
     .type = CLI_FILE,
     .value = "MODEL",
     .help = "put the linker into MODEL instead, one trained alike but on the labelled articles too",
     .otherwise = "that of --model",
     .offset = offsetof(calibrate_settings, into)},
    {.name = "folds",
     .type = CLI_INT,
     .value = "N",
     .low = 2,
     .high = 1000,
     .help = "parts for cross-validation",
     .offset = offsetof(calibrate_settings, folds)},
    {.name = "json", .type = CLI_FLAG, .help = "print one JSON object", .offset = offsetof(calibrate_settings, json)},
    {.name = NULL},
};

static const cli_option_group *const calibrate_common[] = {&cli_linking_group, &cli_matching_group, &cli_job_group,
                                                           NULL};

static void calibrate_defaults(void *data)
{
    calibrate_settings *settings = data;
    cli_linking_defaults(data);
    settings->folds = ss_calibrate_options_default().folds;
}

static const char *const language_names[SS_LANGUAGES] = {"zh-en", "zh-zh", "en-en"};
static const char *const label_names[SS_LABELS] = {
    [SS_LABEL_DIFFERENT] = "different", [SS_LABEL_RELATED] = "related", [SS_LABEL_SAME] = "same"};

/* Features, those that say most first. */
static void order_features(const double *gain, int order[SS_LINKER_FEATURES])
{
    for (int i = 0; i < SS_LINKER_FEATURES; i++) {
        int place = i;
        for (; place > 0 && gain[order[place - 1]] < gain[i]; place--)
            order[place] = order[place - 1];
        order[place] = i;
    }
}

/* ------------------------------------------------------------------- JSON */

static json_t *json_labels(const size_t *count)
{
    json_t *object = json_object();
    for (int i = SS_LABEL_SAME; i >= 0; i--)
        json_object_set_new(object, label_names[i], json_integer((json_int_t)count[i]));
    return object;
}

static json_t *json_use(const ss_gold_use *use)
{
    json_t *object = json_object();
    for (int i = 0; i < SS_LANGUAGES; i++)
        json_object_set_new(object, language_names[i], json_labels(use->used[i]));
    json_object_set_new(object, "borderline", json_integer((json_int_t)use->borderline));
    json_object_set_new(object, "missing", json_integer((json_int_t)use->missing));
    json_object_set_new(object, "repeated", json_integer((json_int_t)use->repeated));
    json_object_set_new(object, "not_near", json_labels(use->not_near));
    return object;
}

static json_t *json_scores(const ss_linker_scores *scores)
{
    const struct {
        const char *name;
        double value;
    } measures[] = {{"ap", scores->ap},
                    {"ap_same_related", scores->ap_same_related},
                    {"ap_near", scores->ap_near},
                    {"best_f1", scores->best_f1},
                    {"best_threshold", scores->best_threshold},
                    {"f1", scores->f1},
                    {"f1_below", scores->f1_below},
                    {"f1_above", scores->f1_above},
                    {"log_loss", scores->log_loss},
                    {"calibration_error", scores->reliability.error}};
    json_t *object = json_object(), *ap_of = json_object(), *bins = json_array();
    json_object_set_new(object, "pairs", json_integer((json_int_t)scores->pairs));
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
        json_object_set_new(object, measures[i].name, cli_json_number(measures[i].value));
    for (int i = 0; i < SS_LANGUAGES; i++)
        json_object_set_new(ap_of, language_names[i], cli_json_number(scores->ap_of[i]));
    for (int i = 0; i < SS_RELIABILITY_BINS; i++) {
        const ss_reliability_bin *bin = &scores->reliability.bin[i];
        json_array_append_new(bins, json_pack("{s:I, s:o, s:o}", "pairs", (json_int_t)bin->count, "probability",
                                              cli_json_number(bin->probability), "same", cli_json_number(bin->share)));
    }
    json_object_set_new(object, "ap_of", ap_of);
    json_object_set_new(object, "reliability", bins);
    return object;
}

static ss_status print_json(const ss_calibration *c)
{
    int order[SS_LINKER_FEATURES];
    order_features(c->gain, order);
    json_t *gain = json_object();
    for (int i = 0; i < SS_LINKER_FEATURES; i++)
        json_object_set_new(gain, ss_linker_feature_names[order[i]], json_real(c->gain[order[i]]));
    json_t *test = c->test.pairs > 0 ? json_scores(&c->test) : json_null();
    return cli_print_json(json_pack("{s:o, s:o, s:I, s:I, s:I, s:i, s:b, s:f, s:o, s:o, s:o}", "learnt", json_use(&c->learnt),
                                    "left_out", json_use(&c->left_out), "groups", (json_int_t)c->groups, "headlines",
                                    (json_int_t)c->headlines, "far_apart", (json_int_t)c->far_apart, "folds",
                                    c->folds, "by_week", c->by_week, "threshold", c->threshold, "cross_validated",
                                    json_scores(&c->cross_validated), "test", test, "gain", gain));
}

/* ------------------------------------------------------------------- text */

static void print_use(const char *heading, const ss_gold_use *use)
{
    printf("%-30s", heading);
    for (int i = 0; i < SS_LANGUAGES; i++)
        printf("  %7s", language_names[i]);
    putchar('\n');
    for (int label = SS_LABEL_SAME; label >= 0; label--) {
        printf("  %-28s", label_names[label]);
        for (int i = 0; i < SS_LANGUAGES; i++)
            printf("  %7zu", use->used[i][label]);
        putchar('\n');
    }
    printf("  left out: %zu borderline, %zu of articles that are not there, %zu repeated\n", use->borderline,
           use->missing, use->repeated);
    printf("  not among the nearest: %zu same, %zu related, %zu different\n", use->not_near[SS_LABEL_SAME],
           use->not_near[SS_LABEL_RELATED], use->not_near[SS_LABEL_DIFFERENT]);
}

/* "0.8213", or "-" for NAN */
static const char *format_measure(char buffer[16], double value)
{
    snprintf(buffer, 16, isnan(value) ? "-" : "%.4f", value);
    return buffer;
}

static void print_measure(const char *name, double value)
{
    char text[16];
    printf("  %-38s %7s\n", name, format_measure(text, value));
}

static void print_scores(const ss_linker_scores *scores, double threshold)
{
    print_measure("average precision, same to all others", scores->ap);
    for (int i = 0; i < SS_LANGUAGES; i++)
        if (!isnan(scores->ap_of[i])) printf("    %-36s %7.4f\n", language_names[i], scores->ap_of[i]);
    print_measure("average precision, same to related", scores->ap_same_related);
    print_measure("average precision, near to different", scores->ap_near);
    printf("  %-38s %7.4f   at %.3f\n", "best F1", scores->best_f1, scores->best_threshold);
    printf("  %-38s %7.4f   at %.3f; %.4f at %.3f, %.4f at %.3f\n", "F1 at the threshold", scores->f1, threshold,
           scores->f1_below, threshold - 0.1, scores->f1_above, threshold + 0.1);
    print_measure("log loss", scores->log_loss);
    print_measure("expected calibration error", scores->reliability.error);
    printf("  %-18s %7s  %7s  %7s\n", "probability", "pairs", "mean", "same");
    for (int i = 0; i < SS_RELIABILITY_BINS; i++) {
        const ss_reliability_bin *bin = &scores->reliability.bin[i];
        printf("  %.1f to %-11.1f %7.0f", i / (double)SS_RELIABILITY_BINS, (i + 1) / (double)SS_RELIABILITY_BINS,
               bin->count);
        if (bin->count > 0) printf("  %7.3f  %7.3f", bin->probability, bin->share);
        putchar('\n');
    }
}

static void print_text(const ss_calibration *c)
{
    int order[SS_LINKER_FEATURES];
    order_features(c->gain, order);
    print_use("pairs to learn from", &c->learnt);
    printf("\ncross-validated in %d folds by event%s, %zu groups\n", c->folds, c->by_week ? " and week" : "",
           c->groups);
    print_scores(&c->cross_validated, c->threshold);
    printf("\nheadlines: %zu labelled pairs, %zu a month apart\n", c->headlines, c->far_apart);
    printf("\nwhat was learnt from\n");
    for (int i = 0; i < SS_LINKER_FEATURES; i++)
        printf("  %-38s %6.1f %%\n", ss_linker_feature_names[order[i]], 100 * c->gain[order[i]]);
    if (c->test.pairs > 0) {
        putchar('\n');
        print_use("pairs left out, as a test", &c->left_out);
        print_scores(&c->test, c->threshold);
    }
    printf("\nthreshold %.3f\n", c->threshold);
}

/* -------------------------------------------------------------- the whole */

/* How the linker came to be, beside how the rows did. */
static ss_status note_in_recipe(ss_model *model, const ss_calibration *out)
{
    const ss_linker_scores *scores = &out->cross_validated;
    json_t *recipe = json_loads(model->recipe, 0, NULL);
    if (!json_is_object(recipe)) {
        json_decref(recipe);
        recipe = json_object();
    }
    json_t *linker = json_pack("{s:I, s:I, s:i, s:f, s:f, s:f}", "pairs", (json_int_t)scores->pairs, "same",
                               (json_int_t)scores->same, "folds", out->folds, "cross_validated_ap", scores->ap,
                               "calibration_error", scores->reliability.error, "threshold", out->threshold);
    json_object_set_new(recipe, "linker", linker);
    char *text = json_dumps(recipe, JSON_COMPACT | JSON_REAL_PRECISION(6));
    json_decref(recipe);
    if (text == NULL) return ss_fail(SS_ERROR_MEMORY, "out of memory");
    free(model->recipe);
    model->recipe = text;
    return SS_OK;
}

static ss_status calibrate(ss_calibration *out, const ss_model *model, ss_model *receiver, const cli_call *call,
                           const char *matcher, const ss_job *job)
{
    const calibrate_settings *settings = call->settings;
    ss_link_options link = cli_link_options(&settings->linking, matcher);
    ss_calibrate_options options = ss_calibrate_options_default();
    options.gold = settings->gold.item;
    options.gold_count = settings->gold.count;
    options.left_out = settings->left_out.item;
    options.left_out_count = settings->left_out.count;
    options.folds = settings->folds;
    options.threshold = settings->linking.threshold;
    ss_articles articles = {0};
    ss_reader_counts counts;
    ss_linker linker = {0};
    ss_status status = cli_read_articles(&articles, call, &settings->linking.fields, job, &counts);
    if (status == SS_OK) status = ss_calibrate(out, &linker, &articles, model, &link, &options, job);
    ss_articles_clear(&articles);
    if (status != SS_OK) return status;
    ss_linker_clear(&receiver->linker);
    receiver->linker = linker;
    SS_TRY(ss_check_cancelled(job));
    SS_TRY(note_in_recipe(receiver, out));
    return ss_model_write(receiver, settings->output);
}

static int run_calibrate(const cli_call *call)
{
    const calibrate_settings *settings = call->settings;
    const char *matcher;
    int code = cli_choose_matcher(&settings->linking.job, &matcher);
    if (code != CLI_OK) return code;
    ss_job job;
    cli_job_begin(&settings->linking.job, &job);
    ss_calibration calibration;
    ss_model *model = NULL, *into = NULL;
    ss_status status = ss_output_check(settings->output, SS_MODEL_NAME);
    if (status == SS_OK) status = ss_model_open(&model, settings->linking.model);
    if (status == SS_OK && settings->into != NULL) status = ss_model_open(&into, settings->into);
    if (status == SS_OK) status = calibrate(&calibration, model, into != NULL ? into : model, call, matcher, &job);
    ss_model_free(model);
    ss_model_free(into);
    cli_progress_clear();
    if (status == SS_OK && settings->json)
        status = print_json(&calibration);
    else if (status == SS_OK)
        print_text(&calibration);
    if (status == SS_OK && !settings->linking.job.quiet)
        cli_say("the model is in %s; to use it: samestory link --model %s", settings->output, settings->output);
    return cli_exit_code(status);
}

const cli_command cli_calibrate = {
    .name = "calibrate",
    .summary = "fit the linker to pairs that people have labelled",
    .operands = "FILE...",
    .description =
        "Finds the candidate pairs of the articles in the FILEs as 'link' does, learns from those that the gold files "
        "label what tells the same event from others, and writes a model that links so.\n"
        "What was learnt is tested by cross-validation: each pair is judged by what was learnt from the others, and "
        "pairs "
        "of one event or of one week stay together. A note ev=N in a gold file names the event that both articles "
        "report; pairs whose note is borderline are left out. The threshold of the new linker is that of the best F1, "
        "or --threshold.\n"
        "A sketch finds articles that it was trained with more alike than others. So the linker should learn from "
        "labelled pairs that the rows of the model have not seen; with --into it can then serve rows that have.",
    .example = "samestory calibrate news/ --gold labels.tsv -o my.model",
    .options = calibrate_options,
    .common = calibrate_common,
    .settings_size = sizeof(calibrate_settings),
    .defaults = calibrate_defaults,
    .least = 1,
    .most = SIZE_MAX,
    .run = run_calibrate,
};
