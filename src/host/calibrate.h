/* Fits the linker to pairs that people have labelled, and tells how far it can be trusted. */
#ifndef SS_CALIBRATE_H
#define SS_CALIBRATE_H

#include "evaluate.h"
#include "gold.h"
#include "linker.h"

#define SS_LABELS (SS_LABEL_SAME + 1)

typedef struct ss_calibrate_options {
    const char *const *gold; /* files of pairs (gold.h) to learn from */
    size_t gold_count;
    const char *const *left_out; /* files whose pairs take no part in the fit and test what came of it */
    size_t left_out_count;
    int folds;
    double threshold; /* of the linker; below 0: chosen by cross-validation */
    ss_boost_options boost;
} ss_calibrate_options;

ss_calibrate_options ss_calibrate_options_default(void);

/* What became of the pairs of some gold files. */
typedef struct ss_gold_use {
    size_t used[SS_LANGUAGES][SS_LABELS];
    size_t borderline;          /* left out because the label is in doubt */
    size_t missing;             /* because an article is not there */
    size_t repeated;            /* because they stand there already */
    size_t not_near[SS_LABELS]; /* because neither is among the other's nearest, and so nothing was measured */
} ss_gold_use;

/* How well probabilities agree with labels. Only pairs that were measured are counted: those that are not among the
 * nearest the linker never sees. */
typedef struct ss_linker_scores {
    size_t pairs, same;
    double ap; /* average precision: same against all others */
    double ap_of[SS_LANGUAGES];
    double ap_same_related;
    double ap_near; /* of the second boost: same and related against different */
    double best_f1, best_threshold;
    double f1, f1_below, f1_above; /* at the linker's threshold, and 0.1 below and above it */
    double log_loss;
    ss_reliability reliability;
} ss_linker_scores;

typedef struct ss_calibration {
    ss_gold_use learnt, left_out;
    size_t groups; /* of articles that report the same */
    bool by_week;  /* folds are made of whole weeks, not only of whole groups */
    int folds;
    double threshold;
    size_t headlines, far_apart; /* pairs of headlines, labelled and a month apart, that brief articles are judged by */
    double gain[SS_LINKER_FEATURES];  /* share of the loss that splits by the feature saved */
    ss_linker_scores cross_validated; /* each pair by what was learnt without its fold */
    ss_linker_scores test;            /* the pairs left out; pairs is 0 if there are none */
} ss_calibration;

/* Reads the gold files, links `articles` (which move away then, as in ss_link_articles()), and fits *linker to the gold
 * pairs among the candidates.
 *
 * Folds are made of whole groups - articles that are connected by pairs that are the same, or by the number of an event
 * - and these lie in the fold of the week of their earliest article, a pair in that of the earlier group of its two. So
 * reports of one event never teach and test at once, and other reports of the same days seldom do. Where the articles
 * are of fewer weeks than there are folds, whole groups have to do.
 * The caller frees *linker with ss_linker_clear() (store_linker.h). */
ss_status ss_calibrate(ss_calibration *out, ss_linker *linker, ss_articles *articles, const ss_model *model,
                       const ss_link_options *link, const ss_calibrate_options *options, const ss_job *job);

#endif
