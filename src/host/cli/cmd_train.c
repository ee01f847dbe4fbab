/* samestory train: pairs of texts in, a model out. */
#include "commands.h"

#include <limits.h>

#include "match.h"
#include "train.h"

/* Whole numbers as int, whatever the trainer keeps them in. */
typedef struct train_settings {
    cli_job job;
    const char *output;
    const char *start;
    const char *lexicon;
    const char *description;
    int dimension, rows, epochs, batch, held_out, han_max, latin_min, latin_max, bucket_bits, seed;
    double rate, temperature;
    bool resume;
} train_settings;

#define WHOLE(option, field, least, most, text)                                                                        \
    {                                                                                                                  \
        .name = option, .type = CLI_INT, .value = "N", .low = least, .high = most, .help = text,                       \
        .offset = offsetof(train_settings, field)                                                                      \
    }
#define REAL(option, field, least, most, text)                                                                         \
    {                                                                                                                  \
        .name = option, .type = CLI_REAL, .value = "X", .low = least, .high = most, .help = text,                      \
        .offset = offsetof(train_settings, field)                                                                      \
    }

static const cli_option train_options[] = {
    {.name = "output",
     .letter = 'o',
     .required = true,
     .type = CLI_FILE,
     .value = "FILE",
     .help = "write the model to FILE",
     .offset = offsetof(train_settings, output)},
    {.name = "start",
     .type = CLI_FILE,
     .value = "MODEL",
     .help = "start from the n-grams and rows of MODEL, to fit it to texts of your own",
     .offset = offsetof(train_settings, start)},
    {.name = "lexicon",
     .type = CLI_FILE,
     .value = "FILE",
     .help = "put the dictionary and names of FILE into the model: zh, en, kind, bits a line, parted by tabs",
     .offset = offsetof(train_settings, lexicon)},
    {.name = "description",
     .type = CLI_TEXT,
     .value = "TEXT",
     .help = "what the pairs are and under which licences, for the recipe in the model",
     .offset = offsetof(train_settings, description)},
    {.name = "resume",
     .type = CLI_FLAG,
     .help = "go on from the checkpoint beside the output, if there is one",
     .offset = offsetof(train_settings, resume)},
    WHOLE("epochs", epochs, 0, 1000, "times to go through the pairs; 0: keep the rows of --start as they are"),
    WHOLE("batch", batch, 2, 65536, "pairs a step; each is told apart from all others of its batch"),
    REAL("rate", rate, 1e-6, 10, "learning rate of AdaGrad"),
    REAL("temperature", temperature, 1e-3, 10, "what cosines are divided by in the softmax"),
    WHOLE("dimension", dimension, 2, SS_MAX_DIMENSION, "entries of a vector, an even number"),
    WHOLE("rows", rows, 1, 16777215, "n-grams to keep: those in most texts"),
    WHOLE("han-max", han_max, 1, 8, "longest n-gram of Han characters"),
    WHOLE("latin-min", latin_min, 2, 8, "shortest n-gram inside words"),
    WHOLE("latin-max", latin_max, 2, 8, "longest n-gram inside words"),
    WHOLE("bucket-bits", bucket_bits, 8, 26, "n-grams are hashed to two to the power of N buckets"),
    WHOLE("seed", seed, 0, INT_MAX, "where chance begins: the same seed gives the same model"),
    WHOLE("held-out", held_out, 0, 1000000, "pairs kept aside, to evaluate after each epoch"),
    {.name = NULL},
};

static const cli_option_group *const train_common[] = {&cli_job_group, NULL};

static void train_defaults(void *data)
{
    train_settings *settings = data;
    ss_train_options options = ss_train_options_default();
    settings->dimension = options.dimension;
    settings->rows = (int)options.rows;
    settings->epochs = options.epochs;
    settings->batch = options.batch;
    settings->held_out = (int)options.held_out;
    settings->han_max = options.rules.han_max;
    settings->latin_min = options.rules.latin_min;
    settings->latin_max = options.rules.latin_max;
    settings->bucket_bits = options.rules.bucket_bits;
    settings->seed = (int)options.rules.seed;
    settings->rate = options.rate;
    settings->temperature = options.temperature;
}

/* A line that is kept at the end of each epoch, and one that is not in between. */
static void show_training(void *user, const ss_train_progress *at)
{
    const train_settings *settings = user;
    if (settings->job.quiet) return;
    char stage[160];
    if (at->epoch_ended) {
        cli_say("epoch %d of %d: loss %.4f, accuracy in the batch %.4f, held out %.4f and %.4f, %.0f pairs/s",
                at->epoch, at->epochs, at->loss, at->accuracy, at->held_out_accuracy[0], at->held_out_accuracy[1],
                at->pairs_per_second);
        return;
    }
    snprintf(stage, sizeof stage, "epoch %d of %d: loss %.4f, accuracy %.4f, %.0f pairs/s, %.0f s left", at->epoch,
             at->epochs, at->loss, at->accuracy, at->pairs_per_second, at->seconds_left);
    cli_progress_show(NULL, stage, at->pairs_done, at->pairs_total);
}

static int run_train(const cli_call *call)
{
    train_settings *settings = call->settings;
    ss_job job;
    cli_job_begin(&settings->job, &job);
    ss_train_options options = ss_train_options_default();
    options.paths = call->operand;
    options.path_count = call->operand_count;
    options.output = settings->output;
    options.start = settings->start;
    options.lexicon = settings->lexicon;
    if (settings->description != NULL) options.description = settings->description;
    options.rules.han_max = settings->han_max;
    options.rules.latin_min = settings->latin_min;
    options.rules.latin_max = settings->latin_max;
    options.rules.bucket_bits = settings->bucket_bits;
    options.rules.seed = (uint32_t)settings->seed;
    options.dimension = settings->dimension;
    options.rows = (uint32_t)settings->rows;
    options.epochs = settings->epochs;
    options.batch = settings->batch;
    options.rate = settings->rate;
    options.temperature = settings->temperature;
    options.held_out = (size_t)settings->held_out;
    options.resume = settings->resume;
    double start = cli_now();
    ss_status status = ss_train(&options, &job, show_training, settings);
    if (status == SS_OK && !settings->job.quiet) {
        cli_say("the model is in %s, after %.0f s; to see it: samestory info %s", settings->output, cli_now() - start,
                settings->output);
    }
    return cli_exit_code(status);
}

const cli_command cli_train = {
    .name = "train",
    .summary = "train a model from pairs of texts that mean the same",
    .operands = "FILE...",
    .description =
        "Learns the vectors of n-grams from pairs of texts that mean the same and writes a model.\n"
        "A FILE holds two texts a line, parted by a tab, plain or compressed with gzip or zstd; FILE@3 takes "
        "each pair three times an epoch, FILE@3n keeps neighbours of the file together in a batch (pairs of the same "
        "days, so that they are told from what else happened then; a third column names the event). A checkpoint "
        "stands beside the output until training has ended.",
    .example = "samestory train news.tsv.zst@3 subtitles.tsv.zst -o zh-en.model",
    .options = train_options,
    .common = train_common,
    .settings_size = sizeof(train_settings),
    .defaults = train_defaults,
    .least = 1,
    .most = SIZE_MAX,
    .run = run_train,
};
