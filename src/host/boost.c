#include "boost.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ABREAST 4

void ss_boost_clear(ss_boost *boost)
{
    free(boost->tree);
    *boost = (ss_boost){0};
}

static const char *find_fault_of_tree(const ss_tree *tree, int features)
{
    for (int i = 0; i < SS_BOOST_NODES; i++)
        if (!isfinite(tree->value[i])) return "a value of a tree is not a number";
    for (int i = 0; i < SS_BOOST_SPLITS; i++) {
        if (!isfinite(tree->threshold[i])) return "a threshold of a tree is not a number";
        if (tree->feature[i] != SS_BOOST_LEAF) {
            if (tree->feature[i] >= features) return "a tree asks for a feature that is not there";
            continue;
        }
        for (int child = 2 * i + 1; child <= 2 * i + 2; child++) {
            bool ends = child >= SS_BOOST_SPLITS || tree->feature[child] == SS_BOOST_LEAF;
            if (!ends || memcmp(&tree->value[child], &tree->value[i], sizeof *tree->value) != 0)
                return "a tree goes on below a leaf";
        }
    }
    return NULL;
}

const char *ss_boost_find_fault(const ss_boost *boost)
{
    if (boost->features < 0 || boost->features > SS_BOOST_FEATURES_MAX) return "too many features";
    if (!isfinite(boost->bias)) return "the bias is not a number";
    const char *fault = NULL;
    for (size_t i = 0; i < boost->tree_count && fault == NULL; i++)
        fault = find_fault_of_tree(&boost->tree[i], boost->features);
    return fault;
}

/* Where x goes from `node`; no branch, since which way is anyone's guess. */
static inline unsigned next_node(const ss_tree *tree, unsigned node, float x)
{
    unsigned below = x < tree->threshold[node], missing = (unsigned)(isnan(x) != 0);
    return 2 * node + 2 - (below | (missing & (unsigned)tree->missing_left >> node));
}

/* The values that x finds in `count` trees, walked abreast: a processor waits for one tree and goes on in the next. */
static inline double walk(double sum, const ss_tree *tree, int count, const float *x)
{
    unsigned node[ABREAST] = {0};
    for (int level = 0; level < SS_BOOST_DEPTH; level++)
        for (int i = 0; i < count; i++)
            node[i] = next_node(&tree[i], node[i], x[tree[i].feature[node[i]]]);
    for (int i = 0; i < count; i++)
        sum += (double)tree[i].value[node[i]];
    return sum;
}

double ss_boost_log_odds(const ss_boost *boost, const float *x)
{
    float padded[SS_BOOST_LEAF + 1];
    memcpy(padded, x, (size_t)boost->features * sizeof *x);
    padded[SS_BOOST_LEAF] = 0; /* either way down from a leaf is right */
    double sum = boost->bias;
    size_t i = 0;
    for (; i + ABREAST <= boost->tree_count; i += ABREAST)
        sum = walk(sum, &boost->tree[i], ABREAST, padded);
    for (; i < boost->tree_count; i++)
        sum = walk(sum, &boost->tree[i], 1, padded);
    return sum;
}

double ss_boost_probability(double log_odds)
{
    return 1 / (1 + exp(-log_odds));
}

double ss_boost_shares(const ss_boost *boost, const float *x, double *share)
{
    double start = boost->bias;
    for (int i = 0; i < boost->features; i++)
        share[i] = 0;
    for (size_t i = 0; i < boost->tree_count; i++) {
        const ss_tree *tree = &boost->tree[i];
        start += (double)tree->value[0];
        for (unsigned node = 0; node < SS_BOOST_SPLITS && tree->feature[node] != SS_BOOST_LEAF;) {
            unsigned feature = tree->feature[node], child = next_node(tree, node, x[feature]);
            share[feature] += (double)tree->value[child] - (double)tree->value[node];
            node = child;
        }
    }
    return start;
}
