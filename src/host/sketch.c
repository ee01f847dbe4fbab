#include "sketch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "channels.h"
#include "gather.h"
#include "match.h"
#include "simd.h"
#include "status.h"

#define WEIGHT_ONE 256u       /* the weight of an n-gram met once */
#define SUM_LIMIT  (1u << 28) /* of weights: what ss_gather_rows() can take */
#define ROOTS      256        /* counts whose weight is kept in a table */

struct ss_sketcher {
    const ss_model *model;
    ss_channel_counter *counter;
    uint32_t *row, *weight; /* of each feature */
    size_t row_capacity, weight_capacity;
    int32_t *sum; /* [dimension] */
    uint32_t root[ROOTS];
};

ss_status ss_sketcher_new(ss_sketcher **out, const ss_model *model)
{
    *out = NULL;
    ss_sketcher *sketcher = calloc(1, sizeof *sketcher);
    if (sketcher == NULL) return ss_fail_memory(sizeof *sketcher);
    sketcher->model = model;
    sketcher->sum = malloc((size_t)model->dimension * sizeof *sketcher->sum);
    ss_status status = sketcher->sum == NULL ? ss_fail_memory((size_t)model->dimension * sizeof *sketcher->sum) : SS_OK;
    if (status == SS_OK) status = ss_channel_counter_new(&sketcher->counter, model);
    if (status != SS_OK) {
        ss_sketcher_free(sketcher);
        return status;
    }
    for (uint32_t i = 0; i < ROOTS; i++)
        sketcher->root[i] = ss_term_weight(i);
    *out = sketcher;
    return SS_OK;
}

void ss_sketcher_free(ss_sketcher *sketcher)
{
    if (sketcher == NULL) return;
    ss_channel_counter_free(sketcher->counter);
    free(sketcher->row);
    free(sketcher->weight);
    free(sketcher->sum);
    free(sketcher);
}

uint32_t ss_term_weight(uint32_t count)
{
    /* Exact: the product is below 2^53, and IEEE square roots are rounded correctly everywhere. */
    return (uint32_t)sqrt((double)count * (WEIGHT_ONE * WEIGHT_ONE));
}

/* scale * sqrt(count) */
static inline uint32_t weigh(const ss_sketcher *sketcher, uint32_t row, uint32_t count)
{
    uint32_t root = count < ROOTS ? sketcher->root[count] : ss_term_weight(count);
    return (root * (uint32_t)sketcher->model->scale[row] + WEIGHT_ONE / 2) / WEIGHT_ONE;
}

static ss_status make_room(ss_sketcher *sketcher, size_t count)
{
    SS_TRY(ss_grow((void **)&sketcher->row, &sketcher->row_capacity, count, sizeof *sketcher->row));
    return ss_grow((void **)&sketcher->weight, &sketcher->weight_capacity, count, sizeof *sketcher->weight);
}

/* The sketch of the rows and weights that stand in the sketcher. Weights, `total` together, are made small enough, if need
 * be, that no sum of them can overflow. */
static void sum_up(ss_sketcher *sketcher, size_t count, uint64_t total, int8_t *vector, uint32_t *norm)
{
    int shift = 0;
    while (total >> shift >= SUM_LIMIT)
        shift++;
    for (size_t i = 0; shift > 0 && i < count; i++)
        sketcher->weight[i] >>= shift;
    ss_gather_rows(sketcher->sum, sketcher->model, sketcher->row, sketcher->weight, count);
    *norm = ss_gather_quantise(vector, sketcher->sum, sketcher->model->dimension);
}

/* The sketch of one channel by its features; `ngrams`: how many were counted. */
static ss_status sketch(ss_sketcher *sketcher, const ss_channel_feature *feature, size_t count, ss_channel channel,
                        int8_t *vector, uint32_t *norm, uint32_t *ngrams)
{
    SS_TRY(make_room(sketcher, count));
    uint64_t total = 0;
    *ngrams = 0;
    for (size_t i = 0; i < count; i++) {
        sketcher->row[i] = feature[i].row;
        sketcher->weight[i] = weigh(sketcher, feature[i].row, feature[i].count[channel]);
        total += sketcher->weight[i];
        *ngrams += feature[i].count[channel];
    }
    sum_up(sketcher, count, total, vector, norm);
    return SS_OK;
}

ss_status ss_sketch_features(ss_sketcher *sketcher, const ss_feature *feature, size_t count, int8_t *vector,
                             uint32_t *norm)
{
    SS_TRY(make_room(sketcher, count));
    uint64_t total = 0;
    for (size_t i = 0; i < count; i++) {
        sketcher->row[i] = feature[i].row;
        sketcher->weight[i] = weigh(sketcher, feature[i].row, feature[i].count);
        total += sketcher->weight[i];
    }
    sum_up(sketcher, count, total, vector, norm);
    return SS_OK;
}

ss_status ss_sketch_channels(ss_sketcher *sketcher, const ss_article *article, int8_t *const vector[SS_CHANNELS],
                             uint32_t norm[SS_CHANNELS], uint32_t *ngrams)
{
    const ss_channel_feature *feature;
    size_t in_channel[SS_CHANNELS];
    uint32_t counted[SS_CHANNELS];
    SS_TRY(ss_channel_counter_run(sketcher->counter, article, &feature, in_channel));
    for (int c = 0; c < SS_CHANNELS; c++)
        SS_TRY(sketch(sketcher, feature, in_channel[c], (ss_channel)c, vector[c], &norm[c], &counted[c]));
    *ngrams = counted[SS_CHANNEL_WHOLE];
    return SS_OK;
}

ss_status ss_sketch_article(ss_sketcher *sketcher, const ss_article *article, ss_channel channel, int8_t *vector,
                            uint32_t *norm, uint32_t *ngrams)
{
    const ss_channel_feature *feature;
    size_t in_channel[SS_CHANNELS];
    uint32_t counted;
    SS_TRY(ss_channel_counter_run(sketcher->counter, article, &feature, in_channel));
    return sketch(sketcher, feature, in_channel[channel], channel, vector, norm, ngrams != NULL ? ngrams : &counted);
}

ss_status ss_sketch_text(ss_sketcher *sketcher, const char *text, size_t length, int8_t *vector, uint32_t *norm)
{
    const ss_channel_feature *feature;
    size_t in_channel[SS_CHANNELS];
    uint32_t counted;
    SS_TRY(ss_channel_counter_run_text(sketcher->counter, text, length, &feature, in_channel));
    return sketch(sketcher, feature, in_channel[SS_CHANNEL_WHOLE], SS_CHANNEL_WHOLE, vector, norm, &counted);
}

/* `length`, or the largest number of bytes up to `most` that ends with a character. */
static size_t cut(const char *text, size_t length, size_t most)
{
    if (length <= most) return length;
    length = most;
    while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--;
    return length;
}

size_t ss_lead_length(const char *text, size_t length)
{
    return cut(text, length, SS_LEAD_BYTES);
}

size_t ss_whole_length(const char *text, size_t length)
{
    return cut(text, length, SS_TEXT_BYTES);
}

/* Not ss_sketch_cosine() itself: the compiler would show the clones of a function that is not static to the world. */
SS_SIMD_CLONES
static int32_t dot_product(const int8_t *restrict a, const int8_t *restrict b, size_t dimension)
{
    return ss_dot(a, b, dimension);
}

double ss_sketch_cosine(const int8_t *a, uint32_t norm_a, const int8_t *b, uint32_t norm_b, int dimension)
{
    return ss_cosine(dot_product(a, b, (size_t)dimension), norm_a, norm_b);
}

SS_SIMD_CLONES
static bool has_entry(const int8_t *vector, size_t dimension, int8_t entry)
{
    bool found = false;
    for (size_t k = 0; k < dimension; k++)
        found |= vector[k] == entry;
    return found;
}

bool ss_sketch_is_sound(const int8_t *vector, uint32_t norm, int dimension)
{
    return (uint32_t)dot_product(vector, vector, (size_t)dimension) == norm &&
           !has_entry(vector, (size_t)dimension, INT8_MIN);
}
