#include "sketch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "match.h"
#include "simd.h"
#include "status.h"

#define LEAD_BYTES 600        /* about 600 Latin letters or 200 Han characters: the first two or three sentences */
#define TEXT_BYTES 3000       /* what follows tells little of the event, and on pages often of something else */
#define WEIGHT_ONE 256u       /* the weight of an n-gram met once */
#define SUM_LIMIT  (1u << 28) /* row entries are at most 7: sums below this bound stay below 2^31 */

struct ss_sketcher {
    const ss_model *model;
    ss_ngram_counter *counter;
    ss_folded *folded;
    size_t folded_capacity;
    uint32_t *weight; /* of each feature */
    size_t weight_capacity;
    int32_t *sum; /* [dimension] */
};

ss_status ss_sketcher_new(ss_sketcher **out, const ss_model *model)
{
    *out = NULL;
    ss_sketcher *sketcher = calloc(1, sizeof *sketcher);
    if (sketcher == NULL) return ss_fail_memory(sizeof *sketcher);
    sketcher->model = model;
    sketcher->sum = malloc((size_t)model->dimension * sizeof *sketcher->sum);
    ss_status status = sketcher->sum == NULL ? ss_fail_memory((size_t)model->dimension * sizeof *sketcher->sum) : SS_OK;
    if (status == SS_OK)
        status = ss_ngram_counter_new(&sketcher->counter, &model->rules, model->row_of_bucket, model->row_count);
    if (status != SS_OK) {
        ss_sketcher_free(sketcher);
        return status;
    }
    *out = sketcher;
    return SS_OK;
}

void ss_sketcher_free(ss_sketcher *sketcher)
{
    if (sketcher == NULL) return;
    ss_ngram_counter_free(sketcher->counter);
    free(sketcher->folded);
    free(sketcher->weight);
    free(sketcher->sum);
    free(sketcher);
}

uint32_t ss_term_weight(uint32_t count)
{
    /* Exact: the product is below 2^53, and IEEE square roots are rounded correctly everywhere. */
    return (uint32_t)sqrt((double)count * (WEIGHT_ONE * WEIGHT_ONE));
}

/* Weights scale * sqrt(count), made small enough, if need be, that no sum of them can overflow. */
static ss_status weigh(ss_sketcher *sketcher, const ss_feature *features, size_t count)
{
    SS_TRY(ss_grow((void **)&sketcher->weight, &sketcher->weight_capacity, count, sizeof *sketcher->weight));
    uint64_t total = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t weight = (uint64_t)ss_term_weight(features[i].count) * sketcher->model->scale[features[i].row];
        sketcher->weight[i] = (uint32_t)((weight + WEIGHT_ONE / 2) / WEIGHT_ONE);
        total += sketcher->weight[i];
    }
    int shift = 0;
    while (total >> shift >= SUM_LIMIT)
        shift++;
    for (size_t i = 0; shift > 0 && i < count; i++)
        sketcher->weight[i] >>= shift;
    return SS_OK;
}

SS_SIMD_CLONES
static void add_row(int32_t *restrict sum, const int8_t *restrict row, int32_t weight, int dimension)
{
    for (int k = 0; k < dimension; k++)
        sum[k] += weight * row[k];
}

/* sum, scaled so that its largest entry is 127 and rounded, halves away from zero. */
static uint32_t quantise(const int32_t *sum, int dimension, int8_t *vector)
{
    int64_t largest = 0;
    for (int k = 0; k < dimension; k++) {
        int64_t size = sum[k] < 0 ? -(int64_t)sum[k] : sum[k];
        if (size > largest) largest = size;
    }
    uint32_t norm = 0;
    for (int k = 0; k < dimension; k++) {
        int64_t scaled = 0;
        if (largest > 0) scaled = ((int64_t)sum[k] * 254 + (sum[k] < 0 ? -largest : largest)) / (2 * largest);
        vector[k] = (int8_t)scaled;
        norm += (uint32_t)(scaled * scaled);
    }
    return norm;
}

static ss_status add_text(ss_sketcher *sketcher, const char *text, size_t length)
{
    size_t count = 0;
    SS_TRY(
        ss_fold_text(sketcher->model->fold, text, length, &sketcher->folded, NULL, &count, &sketcher->folded_capacity));
    return ss_ngram_counter_add(sketcher->counter, sketcher->folded, count);
}

/* The sketch of all texts added. */
static ss_status finish(ss_sketcher *sketcher, int8_t *vector, uint32_t *norm, uint32_t *ngrams)
{
    const ss_model *model = sketcher->model;
    const ss_feature *features;
    size_t count;
    ss_ngram_counter_take(sketcher->counter, &features, &count);
    SS_TRY(weigh(sketcher, features, count));
    memset(sketcher->sum, 0, (size_t)model->dimension * sizeof *sketcher->sum);
    uint32_t total = 0;
    for (size_t i = 0; i < count; i++) {
        const int8_t *row = model->row + (size_t)features[i].row * (size_t)model->dimension;
        add_row(sketcher->sum, row, (int32_t)sketcher->weight[i], model->dimension);
        total += features[i].count;
    }
    *norm = quantise(sketcher->sum, model->dimension, vector);
    if (ngrams != NULL) *ngrams = total;
    return SS_OK;
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
    return cut(text, length, LEAD_BYTES);
}

size_t ss_whole_length(const char *text, size_t length)
{
    return cut(text, length, TEXT_BYTES);
}

/* News says first what matters most: in a whole article, title and lead count twice. */
static ss_status add_channel(ss_sketcher *sketcher, const char *title, const char *text, size_t length,
                             ss_channel channel)
{
    size_t title_length = strlen(title);
    SS_TRY(add_text(sketcher, title, title_length));
    if (channel == SS_CHANNEL_TITLE) return SS_OK;
    SS_TRY(add_text(sketcher, text, ss_lead_length(text, length)));
    if (channel == SS_CHANNEL_LEAD) return SS_OK;
    SS_TRY(add_text(sketcher, title, title_length));
    return add_text(sketcher, text, ss_whole_length(text, length));
}

ss_status ss_sketch_text(ss_sketcher *sketcher, const char *text, size_t length, int8_t *vector, uint32_t *norm)
{
    SS_TRY(add_channel(sketcher, "", text, length, SS_CHANNEL_WHOLE));
    return finish(sketcher, vector, norm, NULL);
}

ss_status ss_sketch_article(ss_sketcher *sketcher, const ss_article *article, ss_channel channel, int8_t *vector,
                            uint32_t *norm, uint32_t *ngrams)
{
    SS_TRY(add_channel(sketcher, article->title, article->text, strlen(article->text), channel));
    return finish(sketcher, vector, norm, ngrams);
}

SS_SIMD_CLONES
static int32_t dot_product(const int8_t *restrict a, const int8_t *restrict b, int dimension)
{
    int32_t sum = 0;
    for (int k = 0; k < dimension; k++)
        sum += a[k] * b[k];
    return sum;
}

double ss_sketch_cosine(const int8_t *a, uint32_t norm_a, const int8_t *b, uint32_t norm_b, int dimension)
{
    return ss_cosine(dot_product(a, b, dimension), norm_a, norm_b);
}
