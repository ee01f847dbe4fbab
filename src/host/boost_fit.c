/* Fitting of boosted trees: the features are sorted into bins once, and every split is chosen from sums over the bins. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "boost.h"
#include "pool.h"
#include "status.h"

#define BINS_MAX     255
#define EDGES_MAX    (BINS_MAX - 1)
#define MISSING      255  /* bin of NAN */
#define LEAST_GAIN   1e-7 /* smaller ones are noise of rounding */
#define LEAST_WEIGHT 1e-3 /* second derivatives in a leaf: below this its value would rest on nothing */
#define LOG_ODDS_MAX 6.9  /* of samples of one kind only: 0.999 */

/* The features as bins. A value of bin b is below edge[b] and not below edge[b - 1]. */
typedef struct table {
    size_t n;
    int features;
    uint8_t *bin;   /* [features][n] */
    float *edge;    /* [features][EDGES_MAX] */
    int *bins;      /* [features] of values that are there */
    uint8_t *asked; /* features that tell samples apart */
    int asked_count;
} table;

typedef struct fit {
    table table;
    const uint8_t *label;
    const float *weight;
    ss_boost_options options;
    double bias;
    ss_tree *tree; /* [bags][trees] */
    double *gain;  /* [bags][features] */
} fit;

ss_boost_options ss_boost_options_default(void)
{
    return (ss_boost_options){
        .bags = 5, .trees = 150, .rate = 0.06, .min_leaf = 15, .l2 = 1, .column_share = 0.5, .seed = 1};
}

/* SplitMix64 (Steele, Lea and Flood 2014). */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* ------------------------------------------------------------------ bins */

static int compare_floats(const void *a, const void *b)
{
    const float *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* Half way from one value to the next greater one. */
static float edge_between(float low, float high)
{
    float middle = (float)(((double)low + (double)high) / 2);
    return middle > low ? middle : high;
}

/* Sets the edges that part the sorted values into bins of about equal size, one for each value where these are few;
 * returns how many bins that makes. */
static int set_edges(float *edge, const float *sorted, size_t count)
{
    size_t different = count > 0;
    for (size_t i = 1; i < count; i++)
        different += sorted[i] > sorted[i - 1];
    size_t bins = 0, begin = 0;
    for (size_t i = 1; i < count && bins < EDGES_MAX; i++) {
        if (!(sorted[i] > sorted[i - 1])) continue;
        bool full = (i - begin) * (BINS_MAX - bins) >= count - begin;
        if (different > BINS_MAX && !full) continue;
        edge[bins++] = edge_between(sorted[i - 1], sorted[i]);
        begin = i;
    }
    return (int)bins + (count > 0);
}

static uint8_t bin_of(float value, const float *edge, int bins)
{
    if (isnan(value)) return MISSING;
    int low = 0, high = bins - 1;
    while (low < high) {
        int middle = (low + high) / 2;
        if (value < edge[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return (uint8_t)low;
}

static ss_status allocate_table(table *t)
{
    size_t features = (size_t)t->features;
    t->bin = malloc(features * t->n + 1);
    t->edge = malloc(features * EDGES_MAX * sizeof *t->edge);
    t->bins = malloc(features * sizeof *t->bins);
    t->asked = malloc(features);
    if (t->bin == NULL || t->edge == NULL || t->bins == NULL || t->asked == NULL)
        return ss_fail_memory(features * (t->n + EDGES_MAX * sizeof *t->edge));
    return SS_OK;
}

/* Sorts feature after feature into bins. */
static ss_status fill_table(table *t, const float *x)
{
    SS_TRY(allocate_table(t));
    float *sorted = malloc((t->n + 1) * sizeof *sorted);
    if (sorted == NULL) return ss_fail_memory(t->n * sizeof *sorted);
    size_t features = (size_t)t->features;
    for (size_t f = 0; f < features; f++) {
        size_t known = 0;
        for (size_t i = 0; i < t->n; i++)
            if (!isnan(x[i * features + f])) sorted[known++] = x[i * features + f];
        if (known > 1) qsort(sorted, known, sizeof *sorted, compare_floats);
        float *edge = t->edge + f * EDGES_MAX;
        t->bins[f] = set_edges(edge, sorted, known);
        for (size_t i = 0; i < t->n; i++)
            t->bin[f * t->n + i] = bin_of(x[i * features + f], edge, t->bins[f]);
        if (t->bins[f] + (known < t->n) > 1) t->asked[t->asked_count++] = (uint8_t)f;
    }
    free(sorted);
    return SS_OK;
}

static void clear_table(table *t)
{
    free(t->bin);
    free(t->edge);
    free(t->bins);
    free(t->asked);
}

/* ---------------------------------------------------------------- splits */

/* Sums over samples: first and second derivatives of their loss by their log-odds, and how many they are. */
typedef struct sums {
    double first, second;
    size_t count;
} sums;

static sums add(sums a, sums b)
{
    return (sums){a.first + b.first, a.second + b.second, a.count + b.count};
}

static sums subtract(sums a, sums b)
{
    return (sums){a.first - b.first, a.second - b.second, a.count - b.count};
}

typedef struct split {
    double gain;
    int feature;
    int below; /* bins 0 .. below - 1 go left */
    bool missing_left;
} split;

/* One boost while it grows. */
typedef struct bag {
    const fit *fit;
    uint64_t random;
    double *log_odds, *first, *second; /* [n] */
    uint32_t *order;                   /* [n] samples, those of a node side by side */
    uint32_t *aside;                   /* [n] scratch */
    double *gain;                      /* [features] */
    uint8_t column[SS_BOOST_FEATURES_MAX];
    sums bin[BINS_MAX + 1];
} bag;

static double saved(sums s, double l2)
{
    return s.first * s.first / (s.second + l2);
}

/* Keeps in *best the split of `all` with `left` on its left, if that is better. */
static void try_split(split *best, const ss_boost_options *o, sums all, sums left, split made)
{
    sums right = subtract(all, left);
    size_t least = (size_t)o->min_leaf;
    if (left.count < least || right.count < least) return;
    if (left.second < LEAST_WEIGHT || right.second < LEAST_WEIGHT) return;
    made.gain = saved(left, o->l2) + saved(right, o->l2) - saved(all, o->l2);
    if (made.gain > best->gain) *best = made;
}

static void try_feature(bag *b, split *best, int feature, const uint32_t *sample, size_t count, sums all)
{
    const table *t = &b->fit->table;
    const ss_boost_options *o = &b->fit->options;
    const uint8_t *bin = t->bin + (size_t)feature * t->n;
    int bins = t->bins[feature];
    memset(b->bin, 0, (size_t)bins * sizeof *b->bin);
    b->bin[MISSING] = (sums){0};
    for (size_t i = 0; i < count; i++) {
        sums *s = &b->bin[bin[sample[i]]];
        s->first += b->first[sample[i]];
        s->second += b->second[sample[i]];
        s->count++;
    }
    sums left = {0}, missing = b->bin[MISSING];
    if (missing.count > 0) try_split(best, o, all, missing, (split){.feature = feature, .missing_left = true});
    for (int below = 1; below < bins; below++) {
        left = add(left, b->bin[below - 1]);
        split made = {.feature = feature, .below = below};
        /* What has never been missing goes, when it is, the way that most went. */
        made.missing_left = missing.count == 0 && 2 * left.count > all.count;
        try_split(best, o, all, left, made);
        made.missing_left = true;
        if (missing.count > 0) try_split(best, o, all, add(left, missing), made);
    }
}

/* The best split by one of the columns drawn for it; false if none gains anything. */
static bool find_split(bag *b, split *best, const uint32_t *sample, size_t count, sums all)
{
    const table *t = &b->fit->table;
    int drawn = (int)(b->fit->options.column_share * t->asked_count);
    if (drawn < 1) drawn = t->asked_count < 1 ? 0 : 1;
    *best = (split){.gain = LEAST_GAIN, .feature = -1};
    for (int i = 0; i < drawn; i++) {
        int other = i + (int)(next_random(&b->random) % (uint64_t)(t->asked_count - i));
        uint8_t column = b->column[other];
        b->column[other] = b->column[i];
        b->column[i] = column;
        try_feature(b, best, column, sample, count, all);
    }
    return best->feature >= 0;
}

/* Those that go left first, both in the order in which they stood; returns how many they are. */
static size_t part(const bag *b, const split *s, uint32_t *sample, size_t count)
{
    const table *t = &b->fit->table;
    const uint8_t *bin = t->bin + (size_t)s->feature * t->n;
    size_t left = 0, right = 0;
    for (size_t i = 0; i < count; i++) {
        uint8_t of = bin[sample[i]];
        bool goes_left = of == MISSING ? s->missing_left : of < s->below;
        if (goes_left)
            sample[left++] = sample[i];
        else
            b->aside[right++] = sample[i];
    }
    memcpy(sample + left, b->aside, right * sizeof *sample);
    return left;
}

/* ----------------------------------------------------------------- trees */

static void take_derivatives(bag *b)
{
    const fit *f = b->fit;
    for (size_t i = 0; i < f->table.n; i++) {
        double p = ss_boost_probability(b->log_odds[i]), weight = f->weight != NULL ? (double)f->weight[i] : 1;
        b->first[i] = weight * (p - f->label[i]);
        b->second[i] = weight * p * (1 - p);
    }
}

static void set_split(bag *b, ss_tree *tree, int node, const split *s)
{
    const float *edge = b->fit->table.edge + s->feature * EDGES_MAX;
    tree->feature[node] = (uint8_t)s->feature;
    tree->threshold[node] = s->below > 0 ? edge[s->below - 1] : -FLT_MAX;
    if (s->missing_left) tree->missing_left = (uint16_t)(tree->missing_left | 1u << node);
    b->gain[s->feature] += s->gain;
}

/* Samples of a node: order[begin .. end - 1]. */
typedef struct range {
    size_t begin, end;
} range;

/* Gives `node` its value, and a split if one gains anything; else its samples have arrived. */
static void grow_node(bag *b, ss_tree *tree, int node, range *ranges)
{
    const ss_boost_options *o = &b->fit->options;
    uint32_t *sample = b->order + ranges[node].begin;
    size_t count = ranges[node].end - ranges[node].begin;
    sums all = {.count = count};
    for (size_t i = 0; i < count; i++) {
        all.first += b->first[sample[i]];
        all.second += b->second[sample[i]];
    }
    double value = -o->rate * all.first / (all.second + o->l2);
    tree->value[node] = (float)(value / o->bags);
    split best;
    if (node < SS_BOOST_SPLITS && find_split(b, &best, sample, count, all)) {
        set_split(b, tree, node, &best);
        size_t middle = ranges[node].begin + part(b, &best, sample, count);
        ranges[2 * node + 1] = (range){ranges[node].begin, middle};
        ranges[2 * node + 2] = (range){middle, ranges[node].end};
        return;
    }
    for (size_t i = 0; i < count; i++)
        b->log_odds[sample[i]] += value;
}

static void grow_tree(bag *b, ss_tree *tree)
{
    range ranges[SS_BOOST_NODES] = {{0, b->fit->table.n}};
    memset(tree, 0, sizeof *tree);
    memset(tree->feature, SS_BOOST_LEAF, sizeof tree->feature);
    take_derivatives(b);
    for (int node = 0; node < SS_BOOST_NODES; node++) {
        int parent = (node - 1) / 2;
        if (node > 0 && tree->feature[parent] == SS_BOOST_LEAF)
            tree->value[node] = tree->value[parent];
        else
            grow_node(b, tree, node, ranges);
    }
}

static ss_status grow_bag(bag *b, size_t index, int thread)
{
    const fit *f = b->fit;
    const ss_boost_options *o = &f->options;
    b->gain = f->gain + index * (size_t)f->table.features;
    b->random = o->seed;
    for (size_t i = 0; i <= index; i++)
        b->random = next_random(&b->random); /* so that bags start far apart */
    memcpy(b->column, f->table.asked, (size_t)f->table.asked_count);
    for (size_t i = 0; i < f->table.n; i++) {
        b->log_odds[i] = f->bias;
        b->order[i] = (uint32_t)i;
    }
    for (size_t i = 0; i < (size_t)o->trees; i++) {
        if (thread == 0) SS_TRY(ss_check_cancelled(o->job));
        grow_tree(b, &f->tree[index * (size_t)o->trees + i]);
    }
    return SS_OK;
}

static ss_status run_bag(void *context, size_t index, int thread)
{
    bag b = {.fit = context};
    size_t n = b.fit->table.n;
    b.log_odds = malloc(3 * n * sizeof *b.log_odds);
    b.order = malloc(2 * n * sizeof *b.order);
    ss_status status = SS_OK;
    if (b.log_odds == NULL || b.order == NULL) {
        status = ss_fail_memory(n * (3 * sizeof *b.log_odds + 2 * sizeof *b.order));
    } else {
        b.first = b.log_odds + n;
        b.second = b.first + n;
        b.aside = b.order + n;
        status = grow_bag(&b, index, thread);
    }
    free(b.log_odds);
    free(b.order);
    return status;
}

/* ------------------------------------------------------------- the whole */

static ss_status check_options(const ss_boost_options *o)
{
    bool sound = o->bags >= 1 && o->bags <= 1000 && o->trees >= 1 && o->trees <= 100000 && o->min_leaf >= 1;
    sound = sound && o->rate > 0 && o->rate <= 1 && o->column_share > 0 && o->column_share <= 1;
    if (sound && o->l2 >= 0 && isfinite(o->l2)) return SS_OK;
    return ss_fail(SS_ERROR_ARGUMENT, "an option of the boosted trees is out of range");
}

static ss_status check_samples(const float *x, const uint8_t *label, const float *weight, size_t n, size_t features)
{
    if (features < 1 || features > SS_BOOST_FEATURES_MAX || n > UINT32_MAX)
        return ss_fail(SS_ERROR_ARGUMENT, "boosted trees take 1 to %d features, and no more than %u samples",
                       SS_BOOST_FEATURES_MAX, UINT32_MAX);
    for (size_t i = 0; i < n; i++) {
        if (label[i] > 1) return ss_fail(SS_ERROR_ARGUMENT, "label %zu is not 0 or 1", i);
        if (weight != NULL && !(weight[i] >= 0 && isfinite(weight[i])))
            return ss_fail(SS_ERROR_ARGUMENT, "weight %zu is negative or not a number", i);
    }
    for (size_t i = 0; i < n * features; i++)
        if (isinf(x[i]))
            return ss_fail(SS_ERROR_ARGUMENT, "feature %zu of sample %zu is infinite", i % features, i / features);
    return SS_OK;
}

/* Sets the log-odds that all start with; false if they say it all. */
static bool set_bias(fit *f)
{
    double weight[2] = {0};
    for (size_t i = 0; i < f->table.n; i++)
        weight[f->label[i]] += f->weight != NULL ? (double)f->weight[i] : 1;
    f->bias = 0;
    if (weight[0] > 0 && weight[1] > 0) {
        f->bias = log(weight[1] / weight[0]);
        return true;
    }
    if (weight[0] > 0 || weight[1] > 0) f->bias = weight[1] > 0 ? LOG_ODDS_MAX : -LOG_ODDS_MAX;
    return false;
}

static ss_status grow(fit *f, const float *x)
{
    size_t bags = (size_t)f->options.bags, features = (size_t)f->table.features;
    f->tree = malloc(bags * (size_t)f->options.trees * sizeof *f->tree);
    f->gain = calloc(bags * features, sizeof *f->gain);
    if (f->tree == NULL || f->gain == NULL)
        return ss_fail_memory(bags * ((size_t)f->options.trees * sizeof *f->tree + features * sizeof *f->gain));
    SS_TRY(fill_table(&f->table, x));
    int threads = ss_job_threads(f->options.job);
    ss_pool *pool;
    SS_TRY(ss_pool_new(&pool, threads < f->options.bags ? threads : f->options.bags));
    ss_status status = ss_pool_run(pool, bags, run_bag, f);
    ss_pool_free(pool);
    for (size_t i = 0; f->options.gain != NULL && status == SS_OK && i < bags * features; i++)
        f->options.gain[i % features] += f->gain[i];
    return status;
}

ss_status ss_boost_fit(ss_boost *out, const float *x, const uint8_t *label, const float *weight, size_t n, int features,
                       const ss_boost_options *options)
{
    *out = (ss_boost){0};
    fit f = {.table = {.n = n, .features = features}, .label = label, .weight = weight};
    f.options = options != NULL ? *options : ss_boost_options_default();
    SS_TRY(check_options(&f.options));
    SS_TRY(check_samples(x, label, weight, n, features > 0 ? (size_t)features : 0));
    for (int i = 0; f.options.gain != NULL && i < features; i++)
        f.options.gain[i] = 0;
    bool mixed = set_bias(&f);
    ss_status status = mixed ? grow(&f, x) : SS_OK;
    if (status == SS_OK) {
        size_t trees = mixed ? (size_t)f.options.bags * (size_t)f.options.trees : 0;
        *out = (ss_boost){.features = features, .tree_count = trees, .tree = f.tree, .bias = f.bias};
        f.tree = NULL;
    }
    clear_table(&f.table);
    free(f.tree);
    free(f.gain);
    return status;
}
