#include "train.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "output_path.h"
#include "quantise.h"
#include "status.h"
#include "train_checkpoint.h"
#include "train_data.h"
#include "train_step.h"

#define REPORT_SECONDS 1.0

typedef struct trainer {
    const ss_train_options *options;
    const ss_job *job;
    ss_train_report report;
    void *user;
    ss_pool *pool;
    ss_model *start;
    ss_ngram_rules rules; /* of the model to start from, else of the options */
    ss_training_set *set;
    ss_lexicon *lexicon; /* for the model; NULL: none */
    ss_table table;
    ss_step *step;
    uint32_t *held_out;
    size_t held_out_count;
    uint32_t *order; /* pairs of one epoch that may stand in any order, repeats and all */
    size_t order_count;
    uint32_t *near; /* pairs whose neighbours stay together, in the order of the files */
    size_t near_count;
    uint32_t *schedule;    /* pairs of an epoch as they are learnt, batch after batch */
    size_t schedule_count; /* repeats and all */
    int epochs_done;
    ss_train_progress progress;
    double started, last_report;
} trainer;

ss_train_options ss_train_options_default(void)
{
    return (ss_train_options){.description = "",
                              .rules = {.han_max = 4, .latin_min = 3, .latin_max = 5, .bucket_bits = 22, .seed = 1},
                              .dimension = 256,
                              .rows = 250000,
                              .epochs = 4,
                              .batch = 2048,
                              .rate = 0.05,
                              .temperature = 0.05,
                              .held_out = 2000};
}

static ss_status check_options(const ss_train_options *o)
{
    json_t *description = json_string(o->description != NULL ? o->description : "");
    json_decref(description);
    if (description == NULL) return ss_fail(SS_ERROR_ARGUMENT, "the description is not UTF-8");
    const ss_ngram_rules *r = &o->rules;
    if (o->path_count == 0 || o->output == NULL)
        return ss_fail(SS_ERROR_ARGUMENT, "training needs at least one file of pairs and a name for the model");
    if (r->han_max < 1 || r->han_max > 8 || r->latin_min < 2 || r->latin_min > r->latin_max || r->latin_max > 8)
        return ss_fail(SS_ERROR_ARGUMENT, "n-grams must have 1 to 8 Han characters and 2 to 8 Latin letters");
    if (r->bucket_bits < 8 || r->bucket_bits > 26) return ss_fail(SS_ERROR_ARGUMENT, "bucket bits must lie in 8 .. 26");
    if (o->dimension < 2 || o->dimension % 2 != 0 || o->dimension > 1040)
        return ss_fail(SS_ERROR_ARGUMENT, "the dimension must be even and lie in 2 .. 1040");
    if (o->rows < 1 || o->rows > 0xffffffu) return ss_fail(SS_ERROR_ARGUMENT, "rows must lie in 1 .. 16777215");
    if (o->epochs == 0 && o->start == NULL)
        return ss_fail(SS_ERROR_ARGUMENT, "no epochs leave nothing to write but the rows of a model to start from");
    if (o->epochs < 0 || o->batch < 2 || !(o->rate > 0) || !(o->temperature > 0))
        return ss_fail(SS_ERROR_ARGUMENT, "epochs, rate and temperature must be above 0 and the batch above 1");
    return SS_OK;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ------------------------------------------------------------- the order */

/* A number below `limit`, the next of a generator (SplitMix64; Steele et al. 2014). */
static size_t draw(uint64_t *state, size_t limit)
{
    *state += 0x9e3779b97f4a7c15ULL;
    return (size_t)(ss_hash_mix(*state) % limit);
}

static void shuffle(uint32_t *item, size_t count, uint64_t seed)
{
    uint64_t state = ss_hash_mix(seed);
    for (size_t i = count; i > 1; i--) {
        size_t j = draw(&state, i);
        uint32_t kept = item[i - 1];
        item[i - 1] = item[j];
        item[j] = kept;
    }
}

static bool can_learn_from(const trainer *t, uint32_t pair)
{
    return t->set->text[0][pair].count > 0 && t->set->text[1][pair].count > 0;
}

/* Lists the pairs of files whose neighbours stay together, and shuffles all others into `rest`. */
static ss_status take_near(trainer *t, uint32_t *rest, size_t *rest_count)
{
    size_t n = t->set->pair_count;
    t->near = malloc((n + 1) * sizeof *t->near);
    if (t->near == NULL) return ss_fail_memory(n * sizeof *t->near);
    *rest_count = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (!t->set->near[i])
            rest[(*rest_count)++] = i;
        else if (can_learn_from(t, i))
            t->near[t->near_count++] = i;
    }
    shuffle(rest, *rest_count, t->options->rules.seed);
    return SS_OK;
}

/* Keeps some pairs aside and lists the others, each as often as its file says. */
static ss_status take_order(trainer *t, const uint32_t *rest, size_t n)
{
    size_t total = 0;
    t->held_out_count = t->options->held_out < n / 10 ? t->options->held_out : n / 10;
    for (size_t i = t->held_out_count; i < n; i++)
        total += t->set->repeat[rest[i]];
    t->held_out = malloc((t->held_out_count + 1) * sizeof *t->held_out);
    t->order = malloc((total + 1) * sizeof *t->order);
    if (t->held_out == NULL || t->order == NULL) return ss_fail_memory(total * sizeof *t->order);
    memcpy(t->held_out, rest, t->held_out_count * sizeof *rest);
    for (size_t i = t->held_out_count; i < n; i++)
        for (int k = 0; can_learn_from(t, rest[i]) && k < t->set->repeat[rest[i]]; k++)
            t->order[t->order_count++] = rest[i];
    t->schedule_count = t->order_count;
    for (size_t i = 0; i < t->near_count; i++)
        t->schedule_count += t->set->repeat[t->near[i]];
    t->schedule = malloc((t->schedule_count + 1) * sizeof *t->schedule);
    if (t->schedule == NULL) return ss_fail_memory(t->schedule_count * sizeof *t->schedule);
    if (t->schedule_count < (size_t)t->options->batch)
        return ss_fail(SS_ERROR_INPUT,
                       "%zu pairs to learn from are fewer than one batch of %d; give more or lower --batch",
                       t->schedule_count, t->options->batch);
    return SS_OK;
}

static ss_status split(trainer *t)
{
    size_t n = t->set->pair_count, rest_count;
    uint32_t *rest = malloc((n + 1) * sizeof *rest);
    if (rest == NULL) return ss_fail_memory(n * sizeof *rest);
    ss_status status = take_near(t, rest, &rest_count);
    if (status == SS_OK) status = take_order(t, rest, rest_count);
    free(rest);
    return status;
}

/* Pairs that stay together, round after round, each round beginning somewhere else so that batches differ. */
static void lay_out_near(trainer *t, uint32_t *schedule, uint64_t *state)
{
    for (int round = 0; t->near_count > 0 && round < UINT8_MAX; round++) {
        size_t begin = draw(state, t->near_count);
        for (size_t i = 0; i < t->near_count; i++) {
            uint32_t pair = t->near[(begin + i) % t->near_count];
            if (t->set->repeat[pair] > round) *schedule++ = pair;
        }
    }
}

/* The batches of an epoch: shuffled pairs, and stretches of neighbours, in any order. */
static void lay_out_epoch(trainer *t, int epoch)
{
    size_t batch = (size_t)t->options->batch;
    uint64_t seed = ((uint64_t)t->options->rules.seed << 32) + (uint64_t)epoch + 1, state = ss_hash_mix(~seed);
    shuffle(t->order, t->order_count, seed);
    if (t->order_count > 0) memcpy(t->schedule, t->order, t->order_count * sizeof *t->order);
    lay_out_near(t, t->schedule + t->order_count, &state);
    for (size_t i = t->near_count > 0 ? t->schedule_count / batch : 0; i > 1; i--) {
        uint32_t *one = t->schedule + (i - 1) * batch, *other = t->schedule + draw(&state, i) * batch;
        for (size_t k = 0; k < batch; k++) {
            uint32_t kept = one[k];
            one[k] = other[k];
            other[k] = kept;
        }
    }
}

/* ------------------------------------------------------------- reporting */

static size_t steps_an_epoch(const trainer *t)
{
    return t->schedule_count / (size_t)t->options->batch;
}

static void tell(trainer *t, double loss, double accuracy, size_t step, bool epoch_ended)
{
    double time = now();
    if (!epoch_ended && time - t->last_report < REPORT_SECONDS) return;
    t->last_report = time;
    ss_train_progress *p = &t->progress;
    uint64_t batch = (uint64_t)t->options->batch, done_here = (uint64_t)step * batch;
    p->epoch = t->epochs_done + 1;
    p->epochs = t->options->epochs;
    p->pairs_total = (uint64_t)steps_an_epoch(t) * batch * (uint64_t)p->epochs;
    p->pairs_done = (uint64_t)steps_an_epoch(t) * batch * (uint64_t)t->epochs_done + done_here;
    p->loss = loss / (double)step;
    p->accuracy = accuracy / (double)step;
    p->pairs_per_second = (double)done_here / (time - t->started);
    p->seconds_left = (double)(p->pairs_total - p->pairs_done) / p->pairs_per_second;
    p->epoch_ended = epoch_ended;
    if (t->report != NULL) t->report(t->user, p);
}

/* Share of held-out texts whose nearest among all held-out texts of the other side is their own. */
static ss_status evaluate(trainer *t)
{
    size_t n = t->held_out_count, d = (size_t)t->table.dimension;
    t->progress.held_out_accuracy[0] = t->progress.held_out_accuracy[1] = 0;
    if (n == 0) return SS_OK;
    float *vector = malloc(2 * n * d * sizeof *vector);
    float *best = malloc(2 * n * sizeof *best);
    if (vector == NULL || best == NULL) {
        free(vector);
        free(best);
        return ss_fail_memory(2 * n * d * sizeof *vector);
    }
    float *first = vector, *second = vector + n * d;
    ss_status status = ss_embed_pairs(t->set, &t->table, t->held_out, n, 0, first, t->pool);
    if (status == SS_OK) status = ss_embed_pairs(t->set, &t->table, t->held_out, n, 1, second, t->pool);
    size_t right[2] = {0, 0};
    for (size_t i = 0; i < 2 * n; i++)
        best[i] = -2;
    for (int pass = 0; status == SS_OK && pass < 2; pass++) { /* first the maxima, then who reaches them */
        for (size_t i = 0; i < n; i++) {
            for (size_t j = pass == 0 ? 0 : i; j < (pass == 0 ? n : i + 1); j++) {
                float dot = 0;
                for (size_t k = 0; k < d; k++)
                    dot += first[i * d + k] * second[j * d + k];
                if (pass == 0 && i != j && dot > best[i]) best[i] = dot;
                if (pass == 0 && i != j && dot > best[n + j]) best[n + j] = dot;
                if (pass == 1) right[0] += dot > best[i], right[1] += dot > best[n + j];
            }
        }
    }
    for (int side = 0; side < 2; side++)
        t->progress.held_out_accuracy[side] = (double)right[side] / (double)n;
    free(vector);
    free(best);
    return status;
}

/* --------------------------------------------------------------- learning */

static ss_status run_epoch(trainer *t)
{
    const ss_train_options *o = t->options;
    size_t steps = steps_an_epoch(t), total = steps * (size_t)o->epochs;
    lay_out_epoch(t, t->epochs_done);
    t->started = t->last_report = now();
    double loss = 0, accuracy = 0;
    for (size_t s = 0; s < steps; s++) {
        SS_TRY(ss_check_cancelled(t->job));
        double done = (double)(steps * (size_t)t->epochs_done + s) / (double)total;
        double step_loss, step_accuracy;
        SS_TRY(
            ss_step_run(t->step, t->schedule + s * (size_t)o->batch, o->rate * (1 - done), &step_loss, &step_accuracy));
        loss += step_loss;
        accuracy += step_accuracy;
        tell(t, loss, accuracy, s + 1, false);
    }
    SS_TRY(evaluate(t));
    tell(t, loss, accuracy, steps, true);
    t->epochs_done++;
    return SS_OK;
}

/* A checkpoint fits only the run that wrote it: same options, same pairs. */
static uint64_t fingerprint(const trainer *t)
{
    const ss_train_options *o = t->options;
    double number[] = {o->rules.han_max,
                       o->rules.latin_min,
                       o->rules.latin_max,
                       o->rules.bucket_bits,
                       o->rules.seed,
                       o->dimension,
                       o->rows,
                       o->epochs,
                       o->batch,
                       o->rate * 1e9,
                       o->temperature * 1e9,
                       (double)t->held_out_count,
                       (double)t->order_count,
                       (double)t->schedule_count,
                       (double)t->set->row_count};
    uint64_t h = 1;
    for (size_t i = 0; i < sizeof number / sizeof *number; i++)
        h = ss_hash_mix(h ^ (uint64_t)llround(number[i]));
    for (size_t i = 0; i < t->set->pair_count; i++)
        h = ss_hash_mix(h ^ ((uint64_t)t->set->text[0][i].hash << 32 | t->set->text[1][i].hash));
    return h;
}

static ss_status learn(trainer *t, const char *checkpoint)
{
    const ss_train_options *o = t->options;
    uint64_t print = fingerprint(t);
    if (o->resume) SS_TRY(ss_checkpoint_read(checkpoint, print, &t->table, &t->epochs_done));
    if (t->epochs_done == o->epochs) SS_TRY(evaluate(t)); /* for the recipe; only the model file is missing */
    /* The order of an epoch is a shuffle of the one before: run through those that were done. */
    for (int e = 0; e < t->epochs_done; e++)
        lay_out_epoch(t, e);
    while (t->epochs_done < o->epochs) {
        SS_TRY(run_epoch(t));
        SS_TRY(ss_checkpoint_write(checkpoint, print, &t->table, t->epochs_done));
    }
    return SS_OK;
}

/* ---------------------------------------------------------------- the end */

static json_t *describe_files(const ss_training_set *set)
{
    json_t *files = json_array();
    for (size_t i = 0; i < set->file_count; i++) {
        const char *slash = strrchr(set->file[i].path, '/');
        json_array_append_new(files, json_pack("{s:s, s:I, s:i, s:b}", "name", slash ? slash + 1 : set->file[i].path,
                                               "pairs", (json_int_t)set->file[i].pairs, "repeat", set->file[i].repeat,
                                               "near", set->file[i].near));
    }
    return files;
}

/* How the model was made, as JSON; the caller frees it. */
static ss_status describe(const trainer *t, char **recipe)
{
    const ss_train_options *o = t->options;
    json_t *json =
        json_pack("{s:s, s:s, s:i, s:i, s:i, s:i, s:i, s:I, s:I, s:i, s:i, s:f, s:f, s:I, s:[f, f], s:o}", "trained_by",
                  "samestory " SS_VERSION, "data", o->description != NULL ? o->description : "", "dimension",
                  t->table.dimension, "han_max", t->rules.han_max, "latin_min", t->rules.latin_min, "latin_max",
                  t->rules.latin_max, "bucket_bits", t->rules.bucket_bits, "seed", (json_int_t)o->rules.seed, "rows",
                  (json_int_t)t->set->row_count, "epochs", o->epochs, "batch", o->batch, "rate", o->rate, "temperature",
                  o->temperature, "held_out_pairs", (json_int_t)t->held_out_count, "held_out_accuracy",
                  t->progress.held_out_accuracy[0], t->progress.held_out_accuracy[1], "files", describe_files(t->set));
    if (t->start != NULL) json_object_set_new(json, "start", json_loads(ss_model_recipe(t->start), 0, NULL));
    *recipe = json == NULL ? NULL : json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(6));
    json_decref(json);
    return *recipe == NULL ? ss_fail_memory(0) : SS_OK;
}

static ss_status finish(trainer *t)
{
    ss_model *model;
    SS_TRY(ss_quantise_table(&model, &t->table, t->set, &t->rules));
    if (t->start != NULL) /* measured on more texts than these */
        memcpy(model->information, t->start->information, model->row_count * sizeof *model->information);
    model->lexicon = t->lexicon;
    t->lexicon = NULL;
    ss_status status = describe(t, &model->recipe);
    if (status == SS_OK) status = ss_model_write(model, t->options->output);
    ss_model_free(model);
    return status;
}

static ss_status train(trainer *t)
{
    SS_TRY(ss_pool_new(&t->pool, ss_job_threads(t->job)));
    if (t->options->start != NULL) SS_TRY(ss_model_open(&t->start, t->options->start));
    t->rules = t->start != NULL ? t->start->rules : t->options->rules;
    SS_TRY(ss_training_set_read(&t->set, t->options, t->start, t->pool, t->job));
    if (t->options->lexicon != NULL) /* before learning: a slip in it should not show after hours */
        SS_TRY(ss_lexicon_from_tsv(&t->lexicon, t->options->lexicon, t->set->fold, t->job));
    SS_TRY(split(t));
    if (t->start != NULL)
        SS_TRY(ss_table_from_model(&t->table, t->start));
    else
        SS_TRY(ss_table_new(&t->table, t->set, t->options->dimension, t->options->rules.seed));
    SS_TRY(ss_step_new(&t->step, t->set, &t->table, t->options->batch, t->options->temperature, t->pool));
    size_t size = strlen(t->options->output) + sizeof ".checkpoint";
    char *checkpoint = malloc(size);
    if (checkpoint == NULL) return ss_fail_memory(size);
    snprintf(checkpoint, size, "%s.checkpoint", t->options->output);
    ss_status status = learn(t, checkpoint);
    if (status == SS_OK) status = finish(t);
    if (status == SS_OK) remove(checkpoint);
    free(checkpoint);
    return status;
}

ss_status ss_train(const ss_train_options *options, const ss_job *job, ss_train_report report, void *user)
{
    SS_TRY(check_options(options));
    SS_TRY(ss_output_check(options->output, SS_MODEL_NAME));
    trainer t = {.options = options, .job = job, .report = report, .user = user};
    ss_status status = train(&t);
    ss_step_free(t.step);
    ss_table_clear(&t.table);
    ss_training_set_free(t.set);
    ss_lexicon_free(t.lexicon);
    ss_model_free(t.start);
    ss_pool_free(t.pool);
    free(t.held_out);
    free(t.order);
    free(t.near);
    free(t.schedule);
    return status;
}
