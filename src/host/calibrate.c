#include "calibrate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate_headlines.h"
#include "calibrate_pairs.h"
#include "company.h"
#include "pool.h"
#include "status.h"
#include "store_linker.h"

#define LEAST_PAIRS  50
#define NEAR_BEST_F1 0.005 /* thresholds whose F1 is that near to the best are as good as each other */
#define MOVED        0.1
#define BLOCK_LINKS  4096 /* judged by one task */

ss_calibrate_options ss_calibrate_options_default(void)
{
    return (ss_calibrate_options){.folds = 5, .threshold = -1, .boost = ss_boost_options_default()};
}

typedef struct calibration {
    const ss_calibrate_options *options;
    const ss_job *job;
    ss_calibration *out;
    ss_linker *linker; /* being learnt */
    ss_gold *gold;     /* one a file, those left out last */
    ss_result *result;
    ss_pool *pool;
    ss_samples samples;
    /* Room for all samples, used again and again. */
    float *x;
    uint8_t *label;
    ss_scored *scored;
    double *same, *near; /* [count] probabilities given to the samples */
} calibration;

/* ---------------------------------------------------------------- fitting */

typedef bool (*belongs)(const ss_sample *sample, uint32_t fold);

static bool is_learnt_from(const ss_sample *sample, uint32_t fold)
{
    return !sample->left_out && sample->fold != fold;
}

static bool is_judged(const ss_sample *sample, uint32_t fold)
{
    return !sample->left_out && sample->fold == fold;
}

static bool is_left_out(const ss_sample *sample, uint32_t fold)
{
    (void)fold;
    return sample->left_out;
}

/* Fits a boost that tells labels of at least `least` from the others, by the first `features` of them, to all samples but
 * those of a fold. */
static ss_status fit_boost(calibration *c, ss_boost *boost, ss_label least, int features, uint32_t without,
                           double *gain)
{
    ss_boost_options options = c->options->boost;
    options.job = c->job;
    options.gain = gain;
    size_t count = 0, width = (size_t)features;
    for (size_t i = 0; i < c->samples.count; i++) {
        const ss_sample *s = &c->samples.item[i];
        if (!is_learnt_from(s, without)) continue;
        /* Each pair twice, the second time without its dates: labelled articles have them, a user's may not. */
        float undated[SS_LINKER_FEATURES];
        memcpy(undated, s->feature, sizeof undated);
        ss_linker_hide_dates(undated);
        memcpy(c->x + count * width, s->feature, width * sizeof *s->feature);
        c->label[count++] = s->label >= least;
        memcpy(c->x + count * width, undated, width * sizeof *undated);
        c->label[count++] = s->label >= least;
    }
    return ss_boost_fit(boost, c->x, c->label, NULL, count, features, &options);
}

static ss_status judge_block_alone(void *context, size_t index, int thread)
{
    (void)thread;
    calibration *c = context;
    size_t first = index * BLOCK_LINKS, left = c->result->link_count - first;
    ss_linker_judge_alone(c->linker, c->result->link + first, left < BLOCK_LINKS ? left : BLOCK_LINKS,
                          c->result->articles.item);
    return SS_OK;
}

/* Judges all links, each alone, by c->linker, and looks at their company. */
static ss_status judge_links(calibration *c)
{
    SS_TRY(ss_pool_run(c->pool, (c->result->link_count + BLOCK_LINKS - 1) / BLOCK_LINKS, judge_block_alone, c));
    return ss_company_measure(c->result, c->pool, c->job);
}

static void take_features(calibration *c, ss_sample *sample)
{
    const ss_link *link = &c->result->link[sample->link];
    const ss_article *article = c->result->articles.item;
    ss_linker_features(link, article[link->a].lang, article[link->b].lang, sample->feature);
}

static double probability_of(const ss_boost *boost, const ss_sample *sample)
{
    return ss_boost_probability(ss_boost_log_odds(boost, sample->feature));
}

/* Fits the part of the linker that sees the pair alone, judges all links by it, and takes the features of the samples
 * that are wanted as they are then. */
static ss_status learn_alone(calibration *c, uint32_t without, belongs wanted)
{
    SS_TRY(fit_boost(c, &c->linker->alone, SS_LABEL_SAME, SS_FEATURES_ALONE, without, NULL));
    SS_TRY(fit_boost(c, &c->linker->near, SS_LABEL_RELATED, SS_FEATURES_ALONE, without, NULL));
    SS_TRY(judge_links(c));
    for (size_t i = 0; i < c->samples.count; i++) {
        ss_sample *s = &c->samples.item[i];
        if (!wanted(s, without)) continue;
        take_features(c, s);
        c->near[i] = probability_of(&c->linker->near, s);
    }
    return SS_OK;
}

static void judge_company(calibration *c, belongs wanted, uint32_t fold)
{
    for (size_t i = 0; i < c->samples.count; i++)
        if (wanted(&c->samples.item[i], fold)) c->same[i] = probability_of(&c->linker->company, &c->samples.item[i]);
}

/* Gives every sample that is learnt from its company, and then its probability, by what was learnt without its fold
 * (stacking; Wolpert 1992). */
static ss_status cross_validate(calibration *c)
{
    uint32_t folds = (uint32_t)c->out->folds;
    for (uint32_t step = 0; step < 2 * folds; step++) {
        uint32_t fold = step % folds;
        ss_linker linker = {0};
        c->linker = &linker;
        ss_tell_progress(c->job, "cross-validate", step, 2 * folds);
        ss_status status;
        if (step < folds)
            status = learn_alone(c, fold, is_judged);
        else
            status = fit_boost(c, &linker.company, SS_LABEL_SAME, SS_LINKER_FEATURES, fold, NULL);
        if (status == SS_OK && step >= folds) judge_company(c, is_judged, fold);
        ss_linker_clear(&linker);
        SS_TRY(status);
    }
    return SS_OK;
}

/* The linker to keep. Its second part learns from the company as each sample's own fold was judged by the others. */
static ss_status learn(calibration *c, ss_linker *linker)
{
    uint32_t none = (uint32_t)c->out->folds;
    c->linker = linker;
    SS_TRY(fit_boost(c, &linker->company, SS_LABEL_SAME, SS_LINKER_FEATURES, none, c->out->gain));
    SS_TRY(learn_alone(c, none, is_left_out));
    judge_company(c, is_left_out, none);
    return SS_OK;
}

/* Too few pairs of headlines, or none of other months beside them: brief articles are judged like others. */
static ss_status learn_brief(calibration *c, ss_linker *linker, const ss_model *model)
{
    ss_headlines headlines;
    ss_boost_options options = c->options->boost;
    options.job = c->job;
    ss_status status = ss_headlines_take(&headlines, &c->samples, c->result, model, c->job);
    if (status == SS_OK && headlines.same > 0 && headlines.labelled >= LEAST_PAIRS &&
        SS_HEADLINE_COPIES * headlines.labelled < headlines.count)
        status = ss_boost_fit(&linker->brief, headlines.x, headlines.label, headlines.weight, headlines.count,
                              SS_FEATURES_ALONE, &options);
    c->out->headlines = status == SS_OK && linker->brief.features > 0 ? headlines.labelled : 0;
    c->out->far_apart = c->out->headlines > 0 ? headlines.count / SS_HEADLINE_COPIES - headlines.labelled : 0;
    ss_headlines_clear(&headlines);
    return status;
}

/* -------------------------------------------------------------- measuring */

/* Which samples a measure takes: labels of at least `least`, of these languages (SS_LANGUAGES: all), and which of them
 * count as relevant. */
typedef struct choice {
    bool left_out;
    ss_label least, relevant;
    ss_languages languages;
} choice;

/* Puts the samples chosen into c->scored, best first. */
static ss_status choose(calibration *c, size_t *count, const double *probability, choice chosen)
{
    *count = 0;
    for (size_t i = 0; i < c->samples.count; i++) {
        const ss_sample *s = &c->samples.item[i];
        if (s->left_out != chosen.left_out || s->label < chosen.least) continue;
        if (chosen.languages != SS_LANGUAGES && s->languages != chosen.languages) continue;
        c->scored[(*count)++] = (ss_scored){.score = probability[i], .relevant = s->label >= chosen.relevant};
    }
    return ss_scored_sort(c->scored, *count);
}

static ss_status measure_ap(calibration *c, double *ap, const double *probability, choice chosen)
{
    size_t count;
    SS_TRY(choose(c, &count, probability, chosen));
    *ap = ss_average_precision(c->scored, NULL, count);
    return SS_OK;
}

/* The middle of the thresholds that are as good as the best; the items are sorted. What is cut off below item i has a
 * threshold between its score and the next one. */
static double best_threshold(const ss_scored *item, size_t count, double best_f1)
{
    double low = 1, high = 0;
    for (size_t begin = 0, end; begin < count; begin = end) {
        for (end = begin; end < count && item[end].score == item[begin].score;)
            end++;
        if (ss_f1_at(item, NULL, count, item[begin].score) < best_f1 - NEAR_BEST_F1) continue;
        high = fmax(high, item[begin].score);
        low = fmin(low, end < count ? item[end].score : 0);
    }
    return (low + high) / 2;
}

/* Measures but those that need a threshold, which is what comes of them. */
static ss_status measure_ranking(calibration *c, ss_linker_scores *scores, bool left_out)
{
    choice all = {left_out, SS_LABEL_DIFFERENT, SS_LABEL_SAME, SS_LANGUAGES}, near = all, close = all;
    near.relevant = SS_LABEL_RELATED;
    close.least = SS_LABEL_RELATED;
    SS_TRY(measure_ap(c, &scores->ap_near, c->near, near));
    SS_TRY(measure_ap(c, &scores->ap_same_related, c->same, close));
    for (int i = 0; i < SS_LANGUAGES; i++) {
        choice one = all;
        one.languages = (ss_languages)i;
        SS_TRY(measure_ap(c, &scores->ap_of[i], c->same, one));
    }
    SS_TRY(choose(c, &scores->pairs, c->same, all));
    scores->ap = ss_average_precision(c->scored, NULL, scores->pairs);
    for (size_t i = 0; i < scores->pairs; i++)
        scores->same += c->scored[i].relevant;
    scores->best_f1 = ss_best_f1(c->scored, NULL, scores->pairs);
    scores->best_threshold = best_threshold(c->scored, scores->pairs, scores->best_f1);
    scores->log_loss = ss_log_loss(c->scored, NULL, scores->pairs);
    return ss_reliability_measure(&scores->reliability, c->scored, NULL, scores->pairs);
}

static ss_status measure_at(calibration *c, ss_linker_scores *scores, bool left_out, double threshold)
{
    size_t count;
    SS_TRY(choose(c, &count, c->same, (choice){left_out, SS_LABEL_DIFFERENT, SS_LABEL_SAME, SS_LANGUAGES}));
    scores->f1 = ss_f1_at(c->scored, NULL, count, threshold);
    scores->f1_below = ss_f1_at(c->scored, NULL, count, threshold - MOVED);
    scores->f1_above = ss_f1_at(c->scored, NULL, count, threshold + MOVED);
    return SS_OK;
}

static void make_shares(double gain[SS_LINKER_FEATURES])
{
    double sum = 0;
    for (int i = 0; i < SS_LINKER_FEATURES; i++)
        sum += gain[i];
    for (int i = 0; i < SS_LINKER_FEATURES; i++)
        gain[i] = sum > 0 ? gain[i] / sum : 0;
}

/* -------------------------------------------------------------- the whole */

static size_t count_used(const ss_gold_use *use, ss_label label)
{
    size_t count = 0;
    for (int i = 0; i < SS_LANGUAGES; i++)
        count += use->used[i][label];
    return count;
}

static ss_status check_pairs(const ss_calibration *out)
{
    const ss_gold_use *use = &out->learnt;
    size_t same = count_used(use, SS_LABEL_SAME),
           others = count_used(use, SS_LABEL_RELATED) + count_used(use, SS_LABEL_DIFFERENT);
    size_t not_near =
        use->not_near[SS_LABEL_SAME] + use->not_near[SS_LABEL_RELATED] + use->not_near[SS_LABEL_DIFFERENT];
    if (same + others < LEAST_PAIRS)
        return ss_fail(
            SS_ERROR_INPUT,
            "the gold files leave %zu pairs to learn from, and at least %d are needed: %zu name articles that "
            "are not there, %zu are borderline, %zu not among the nearest of either article",
            same + others, LEAST_PAIRS, use->missing, use->borderline, not_near);
    if (same == 0 || others == 0)
        return ss_fail(SS_ERROR_INPUT,
                       "all %zu pairs to learn from are %s; both kinds are needed, same and related or different",
                       same + others, same == 0 ? "related or different" : "the same");
    if (out->groups < (size_t)out->folds)
        return ss_fail(
            SS_ERROR_INPUT,
            "the pairs to learn from are of %zu events that stand apart, too few for %d folds: label pairs of "
            "other events too",
            out->groups, out->folds);
    return SS_OK;
}

static ss_status allocate(calibration *c)
{
    size_t count = c->samples.count;
    c->x = malloc((2 * count * SS_LINKER_FEATURES + 1) * sizeof *c->x);
    c->label = malloc(2 * count + 1);
    c->scored = malloc((count + 1) * sizeof *c->scored);
    c->same = calloc(count + 1, sizeof *c->same);
    c->near = calloc(count + 1, sizeof *c->near);
    if (c->x == NULL || c->label == NULL || c->scored == NULL || c->same == NULL || c->near == NULL)
        return ss_fail_memory(count * (SS_LINKER_FEATURES * sizeof *c->x + sizeof *c->scored + 2 * sizeof *c->same));
    return SS_OK;
}

static ss_status calibrate(calibration *c, ss_linker *linker, const ss_model *model)
{
    const ss_result *result = c->result;
    ss_calibration *out = c->out;
    SS_TRY(ss_samples_take(&c->samples, out, result, c->gold, c->options, c->job));
    SS_TRY(ss_samples_divide(&c->samples, out, result, out->folds));
    SS_TRY(check_pairs(out));
    SS_TRY(allocate(c));
    for (size_t i = 0; i < c->samples.count; i++)
        take_features(c, &c->samples.item[i]);
    SS_TRY(cross_validate(c));
    SS_TRY(measure_ranking(c, &out->cross_validated, false));
    out->threshold = c->options->threshold < 0 ? out->cross_validated.best_threshold : c->options->threshold;
    SS_TRY(measure_at(c, &out->cross_validated, false, out->threshold));
    SS_TRY(learn(c, linker));
    SS_TRY(learn_brief(c, linker, model));
    make_shares(out->gain);
    linker->threshold = out->threshold;
    SS_TRY(measure_ranking(c, &out->test, true));
    return measure_at(c, &out->test, true, out->threshold);
}

/* Every pair of neighbours is wanted, and no event. */
static ss_status find_candidates(ss_result **result, ss_articles *articles, const ss_model *model,
                                 const ss_link_options *given, const ss_job *job)
{
    ss_link_options link = given != NULL ? *given : ss_link_options_default();
    link.keep_candidates = true;
    link.keep_repeats = true; /* labels name them */
    link.threshold = 1;
    return ss_link_articles(result, articles, model, &link, job);
}

static size_t count_files(const calibration *c)
{
    return c->options->gold_count + c->options->left_out_count;
}

/* Before all else: a slip in a name should not show after minutes of linking. */
static ss_status read_gold(calibration *c)
{
    const ss_calibrate_options *o = c->options;
    c->gold = calloc(count_files(c) + 1, sizeof *c->gold);
    if (c->gold == NULL) return ss_fail_memory(count_files(c) * sizeof *c->gold);
    for (size_t i = 0; i < o->gold_count; i++)
        SS_TRY(ss_gold_read(&c->gold[i], o->gold[i], c->job));
    for (size_t i = 0; i < o->left_out_count; i++)
        SS_TRY(ss_gold_read(&c->gold[o->gold_count + i], o->left_out[i], c->job));
    return SS_OK;
}

static void clear(calibration *c)
{
    for (size_t i = 0; c->gold != NULL && i < count_files(c); i++)
        ss_gold_clear(&c->gold[i]);
    free(c->gold);
    free(c->samples.item);
    free(c->x);
    free(c->label);
    free(c->scored);
    free(c->same);
    free(c->near);
}

ss_status ss_calibrate(ss_calibration *out, ss_linker *linker, ss_articles *articles, const ss_model *model,
                       const ss_link_options *link, const ss_calibrate_options *options, const ss_job *job)
{
    *linker = (ss_linker){0};
    *out = (ss_calibration){.folds = options->folds};
    if (options->folds < 2 || options->folds > 1000 || !(options->threshold <= 1))
        return ss_fail(SS_ERROR_ARGUMENT, "folds must lie in 2 .. 1000, and the threshold must be at most 1");
    calibration c = {.options = options, .job = job, .out = out};
    ss_status status = read_gold(&c);
    if (status == SS_OK) status = find_candidates(&c.result, articles, model, link, job);
    if (status == SS_OK) status = ss_pool_new(&c.pool, ss_job_threads(job));
    if (status == SS_OK) status = calibrate(&c, linker, model);
    ss_pool_free(c.pool);
    ss_result_free(c.result);
    clear(&c);
    if (status != SS_OK) ss_linker_clear(linker);
    return status;
}
