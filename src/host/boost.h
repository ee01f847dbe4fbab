/* Gradient-boosted decision trees for yes or no (Friedman 2001), with second-order gains (Chen and Guestrin 2016).
 *
 * All trees are complete, of SS_BOOST_DEPTH levels of questions, so that walking one takes no branch. Where a branch of a
 * tree ends earlier, the nodes below repeat its value. */
#ifndef SS_BOOST_H
#define SS_BOOST_H

#include "samestory.h"

#define SS_BOOST_DEPTH        4
#define SS_BOOST_SPLITS       ((1 << SS_BOOST_DEPTH) - 1)
#define SS_BOOST_NODES        (2 * SS_BOOST_SPLITS + 1)
#define SS_BOOST_FEATURES_MAX 255
#define SS_BOOST_LEAF         255 /* in the place of a feature: the node asks nothing */

/* Nodes in heap order: the children of node i are 2 i + 1 (left) and 2 i + 2. */
typedef struct ss_tree {
    uint8_t feature[SS_BOOST_SPLITS];
    float threshold[SS_BOOST_SPLITS]; /* what is below it goes left */
    uint16_t missing_left;            /* bit i: node i sends NAN left */
    float value[SS_BOOST_NODES];      /* log-odds; a leaf's is what counts, those above it serve to explain */
} ss_tree;

typedef struct ss_boost {
    int features;
    size_t tree_count;
    ss_tree *tree;
    double bias; /* log-odds before any tree */
} ss_boost;

void ss_boost_clear(ss_boost *boost);

/* What is wrong with a boost from outside, or NULL: all others here trust in it. */
const char *ss_boost_find_fault(const ss_boost *boost);

/* Log-odds of yes for `count` samples, the features of each `stride` floats after those of the one before. A feature that
 * is NAN is missing; that is an answer like any other. Many at once take a fraction of the time of one after the other. */
void ss_boost_log_odds_of(const ss_boost *boost, const float *x, size_t stride, size_t count, double *log_odds);

/* The same of one sample. */
double ss_boost_log_odds(const ss_boost *boost, const float *x);

/* The probability of yes at these log-odds (the logistic function). */
double ss_boost_probability(double log_odds);

/* Each feature's share of the log-odds: by how much the values change along the paths where it is asked (Saabas 2014).
 * Returns where the paths start; start and shares add up to the log-odds. */
double ss_boost_shares(const ss_boost *boost, const float *x, double *share);

typedef struct ss_boost_options {
    int bags;            /* boosts, each with other columns drawn, of which the mean is taken */
    int trees;           /* a bag */
    double rate;         /* share of each step that is gone */
    int min_leaf;        /* fewest samples in a leaf */
    double l2;           /* penalty on the squares of the values */
    double column_share; /* of the features, drawn anew for each split */
    uint64_t seed;
    double *gain;      /* [features], or NULL: takes the loss that the splits of each feature saved */
    const ss_job *job; /* threads, and whether it has been cancelled; may be NULL */
} ss_boost_options;

ss_boost_options ss_boost_options_default(void);

/* Fits *out to n samples, x[n][features], which may be NAN but not infinite, with labels 0 or 1 and weights (NULL: all 1).
 * The same input gives the same trees, whatever the threads. Samples of one kind only, or none, make a boost without
 * trees. */
ss_status ss_boost_fit(ss_boost *out, const float *x, const uint8_t *label, const float *weight, size_t n, int features,
                       const ss_boost_options *options);

#endif
