#include "boost.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "simd.h"

#define ABREAST 16 /* samples: a vector of 512 bits */
#define BLOCKS  4  /* of so many samples, which go through a tree together */
_Static_assert(SS_BOOST_DEPTH == 4, "add_tree() spells the levels out");

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

/* --------------------------------------------------------------- log-odds */

/* Samples side by side: every node of a tree is asked of all of them at once, without a branch or a gather, and of two
 * values the one on a sample's path is taken, from the leaves up. That is 15 comparisons in place of 4, of 16 samples. */
typedef struct columns {
    /* [feature] with -INFINITY for what is missing, which goes left at any threshold; [features + feature] with INFINITY,
     * which goes right; then a row of zeros for leaves, where either way is right. */
    float x[2 * SS_BOOST_FEATURES_MAX + 1][ABREAST];
} columns;

static void set_columns(columns *c, const float *x, size_t stride, size_t count, int features)
{
    for (int f = 0; f < features; f++) {
        for (size_t i = 0; i < ABREAST; i++) {
            float value = i < count ? x[i * stride + (size_t)f] : 0;
            c->x[f][i] = isnan(value) ? -INFINITY : value;
            c->x[features + f][i] = isnan(value) ? INFINITY : value;
        }
    }
    memset(c->x[2 * features], 0, sizeof *c->x);
}

/* The row of columns that a node asks. */
static inline int asked_at(const ss_tree *tree, int node, int features)
{
    if (tree->feature[node] == SS_BOOST_LEAF) return 2 * features;
    bool missing_left = tree->missing_left >> node & 1;
    return tree->feature[node] + (missing_left ? 0 : features);
}

/* All bits set where the sample goes right at `node`, none where it goes left. */
#define RIGHT(node) (-(int32_t) !(x[asked[node]][i] < tree->threshold[node]))

/* Of the bits of two values those on the way of a sample. */
static inline int32_t choose(int32_t right, int32_t if_left, int32_t if_right)
{
    return (~right & if_left) | (right & if_right);
}

#define LEAF(node) choose(RIGHT(node), leaf[2 * (node)-14], leaf[2 * (node)-13])

/* Adds the values that samples find in one tree. Its sixteen leaves are chosen from by bits: a look-up by place would be
 * done one sample after the other, and took half of the time. */
SS_SIMD_CLONES
static void add_tree(double (*restrict sum)[ABREAST], const ss_tree *restrict tree, const columns *restrict c,
                     const int asked[SS_BOOST_SPLITS], size_t blocks)
{
    int32_t leaf[SS_BOOST_SPLITS + 1], bits[ABREAST];
    float value[ABREAST];
    memcpy(leaf, tree->value + SS_BOOST_SPLITS, sizeof leaf);
    for (size_t b = 0; b < blocks; b++) {
        const float(*x)[ABREAST] = c[b].x;
        for (int i = 0; i < ABREAST; i++) {
            int32_t v3 = choose(RIGHT(3), LEAF(7), LEAF(8)), v4 = choose(RIGHT(4), LEAF(9), LEAF(10));
            int32_t v5 = choose(RIGHT(5), LEAF(11), LEAF(12)), v6 = choose(RIGHT(6), LEAF(13), LEAF(14));
            bits[i] = choose(RIGHT(0), choose(RIGHT(1), v3, v4), choose(RIGHT(2), v5, v6));
        }
        memcpy(value, bits, sizeof value);
        for (int i = 0; i < ABREAST; i++)
            sum[b][i] += (double)value[i];
    }
}

void ss_boost_log_odds_of(const ss_boost *boost, const float *x, size_t stride, size_t count, double *log_odds)
{
    columns c[BLOCKS];
    for (size_t first = 0; first < count; first += BLOCKS * ABREAST) {
        size_t now = count - first < BLOCKS * ABREAST ? count - first : BLOCKS * ABREAST;
        size_t blocks = (now + ABREAST - 1) / ABREAST;
        double sum[BLOCKS][ABREAST];
        for (size_t b = 0; b < blocks; b++) {
            set_columns(&c[b], x + (first + b * ABREAST) * stride, stride, now - b * ABREAST, boost->features);
            for (size_t i = 0; i < ABREAST; i++)
                sum[b][i] = boost->bias;
        }
        for (size_t t = 0; t < boost->tree_count; t++) {
            int asked[SS_BOOST_SPLITS];
            for (int node = 0; node < SS_BOOST_SPLITS; node++)
                asked[node] = asked_at(&boost->tree[t], node, boost->features);
            add_tree(sum, &boost->tree[t], c, asked, blocks);
        }
        memcpy(log_odds + first, sum, now * sizeof **sum);
    }
}

double ss_boost_log_odds(const ss_boost *boost, const float *x)
{
    double log_odds;
    ss_boost_log_odds_of(boost, x, 0, 1, &log_odds);
    return log_odds;
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
