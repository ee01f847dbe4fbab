/* Measures of quality, and how far each may be trusted.
 *
 * Every item belongs to a unit: what was drawn as a whole when the data were gathered (a document, an event). A measure
 * can be taken of a resample of the units, where times[unit] says how often its items count; `times` NULL: everything
 * once. A measure that is not defined, for want of items or because all are alike, is NAN; NAN among the scores is
 * refused. */
#ifndef SS_METRICS_H
#define SS_METRICS_H

#include "samestory.h"

/* ----------------------------------------------------------- correlation */

/* Pearson's correlation of x and y; each item is a unit of its own. */
ss_status ss_pearson(double *out, const double *x, const double *y, const uint32_t *times, size_t count);

/* Spearman's: Pearson's of the ranks, equal values having the mean of their ranks. */
ss_status ss_spearman(double *out, const double *x, const double *y, const uint32_t *times, size_t count);

/* --------------------------------------------------------------- ranking */

/* An item that a program scored and a person judged. */
typedef struct ss_scored {
    double score;
    uint32_t unit;
    bool relevant;
} ss_scored;

/* Best first; what follows wants them so. Items of equal score count as one block, so that their order has no bearing. */
ss_status ss_scored_sort(ss_scored *item, size_t count);

/* Sum over the blocks of (recall gained) x (precision so far). */
double ss_average_precision(const ss_scored *item, const uint32_t *times, size_t count);

/* F1 of the items that score at least `threshold`, and the best F1 of any threshold. */
double ss_f1_at(const ss_scored *item, const uint32_t *times, size_t count, double threshold);
double ss_best_f1(const ss_scored *item, const uint32_t *times, size_t count);

/* --------------------------------------------------------- probabilities */

#define SS_RELIABILITY_BINS 10

/* Of the items whose scores lie in one tenth of 0..1. */
typedef struct ss_reliability_bin {
    double count;
    double probability; /* mean score; NAN without items */
    double share;       /* of relevant ones; NAN without items */
} ss_reliability_bin;

typedef struct ss_reliability {
    ss_reliability_bin bin[SS_RELIABILITY_BINS];
    double error; /* expected calibration error: mean distance of probability and share, weighted by count */
} ss_reliability;

/* How far scores are probabilities (DeGroot and Fienberg 1983). The items may stand in any order. SS_ERROR_ARGUMENT for a
 * score outside 0..1. */
ss_status ss_reliability_measure(ss_reliability *out, const ss_scored *item, const uint32_t *times, size_t count);

/* Mean of -log(probability given to what was true); scores are probabilities. */
double ss_log_loss(const ss_scored *item, const uint32_t *times, size_t count);

/* ------------------------------------------------------------ clustering */

/* B-cubed (Bagga and Baldwin 1998) of each item: the share of its found cluster that belongs to its true one, and of its
 * true cluster that is in its found one. The measures of the whole are the means. */
ss_status ss_b_cubed(double *precision, double *recall, const int64_t *found, const int64_t *truth, size_t count);

/* Harmonic mean of precision and recall. */
double ss_f1(double precision, double recall);

/* Mean value; with 0 and 1 a rate such as precision at 1. `unit` NULL: each item is a unit of its own. */
double ss_mean(const double *value, const uint32_t *unit, const uint32_t *times, size_t count);

/* ------------------------------------------------------------- intervals */

#define SS_RESAMPLES 1000

/* A measure and its 95 % confidence interval. */
typedef struct ss_estimate {
    double value, low, high;
} ss_estimate;

/* Takes measures of one resample into value[]. */
typedef ss_status (*ss_measure)(const void *context, const uint32_t *times, double *value);

/* Takes `measures` measures of everything, and of SS_RESAMPLES resamples of `units` units, drawn with replacement by a
 * generator with a fixed seed: percentile bootstrap (Efron and Tibshirani 1993). Resamples for which a measure is not
 * defined do not count for its interval. */
ss_status ss_bootstrap(ss_estimate *out, size_t measures, size_t units, ss_measure measure, const void *context,
                       const ss_job *job);

#endif
