#include "train_step.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "simd.h"
#include "status.h"

/* Results must not depend on the number of threads. So work is cut into blocks of fixed size, each summed in a fixed
 * order by whichever thread takes it, and a row of the table is updated only by the task that owns it. */
#define BLOCK_ROWS      64  /* rows of the batch's similarity matrix that one task works on */
#define OWNERS          16u /* tasks that share out the rows of the table: row % OWNERS */
#define ADAGRAD_EPSILON 1e-8f
#define START_LENGTH    3.0 /* of the mean row of a trained table */

struct ss_step {
    const ss_training_set *set;
    ss_table *table;
    ss_pool *pool;
    const uint32_t *pair; /* of the batch at hand */
    int batch, dimension;
    float inverse_temperature, rate;
    float *vector[2];   /* [batch][dimension] unit vectors of each side */
    float *gradient[2]; /* the same shape */
    float *length[2];   /* [batch] before scaling to 1 */
    float *mean_square; /* [2 * batch] of each text's gradient */
    float *similarity;  /* [batch][batch] */
    float *row_sum, *column_sum;
    float *block_column_sum; /* [blocks][batch] */
    double *block_loss, *block_correct;
};

/* ------------------------------------------------------------- the table */

ss_status ss_table_new(ss_table *table, const ss_training_set *set, int dimension, uint32_t seed)
{
    *table = (ss_table){.row_count = set->row_count, .dimension = dimension};
    size_t d = (size_t)dimension, entries = set->row_count * d;
    table->row = malloc(entries * sizeof *table->row);
    table->accumulator = calloc(set->row_count, sizeof *table->accumulator);
    if (table->row == NULL || table->accumulator == NULL) {
        ss_table_clear(table);
        return ss_fail_memory(entries * sizeof *table->row);
    }
    double texts = (double)set->pair_count;
    for (uint32_t r = 0; r < set->row_count; r++) {
        double length = 0.3 * log(1 + texts / set->document_frequency[r]);
        float range = (float)(length * sqrt(12.0 / dimension)); /* a uniform variable of width 1 has variance 1/12 */
        uint64_t state = ss_hash_mix(((uint64_t)seed << 32) + set->bucket[r] + 1);
        for (size_t k = 0; k < d; k++) {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL; /* Knuth's MMIX generator */
            table->row[r * d + k] = ((float)(state >> 40) / (float)(1 << 24) - 0.5f) * range;
        }
    }
    return SS_OK;
}

ss_status ss_table_from_model(ss_table *table, const ss_model *model)
{
    *table = (ss_table){.row_count = model->row_count, .dimension = model->dimension};
    size_t d = (size_t)model->dimension, entries = model->row_count * d;
    table->row = malloc(entries * sizeof *table->row);
    table->accumulator = calloc(model->row_count, sizeof *table->accumulator);
    if (table->row == NULL || table->accumulator == NULL) {
        ss_table_clear(table);
        return ss_fail_memory(entries * sizeof *table->row);
    }
    /* A model keeps no unit for its rows. Cosines do not need it, learning does: the mean row gets the length that the
     * random rows of a new table have. */
    double sum = 0;
    for (uint32_t r = 0; r < model->row_count; r++)
        sum += sqrt((double)model->norm[r]) * model->scale[r];
    float unit = sum > 0 ? (float)(START_LENGTH * model->row_count / sum) : 0;
    for (uint32_t r = 0; r < model->row_count; r++)
        for (size_t k = 0; k < d; k++)
            table->row[r * d + k] = (float)model->row[r * d + k] * (float)model->scale[r] * unit;
    return SS_OK;
}

void ss_table_clear(ss_table *table)
{
    free(table->row);
    free(table->accumulator);
    *table = (ss_table){0};
}

/* ------------------------------------------------------------- vectors */

SS_SIMD_CLONES
static void add_scaled(float *restrict sum, const float *restrict row, float weight, int dimension)
{
    for (int k = 0; k < dimension; k++)
        sum[k] += weight * row[k];
}

/* Four rows at a time, so that the sum is read and written once for four. */
SS_SIMD_CLONES
static void add_scaled_4(float *restrict sum, const float *const row[4], const float weight[4], int dimension)
{
    const float *restrict r0 = row[0], *restrict r1 = row[1], *restrict r2 = row[2], *restrict r3 = row[3];
    float w0 = weight[0], w1 = weight[1], w2 = weight[2], w3 = weight[3];
    for (int k = 0; k < dimension; k++)
        sum[k] += (w0 * r0[k] + w1 * r1[k]) + (w2 * r2[k] + w3 * r3[k]);
}

static float weight_of(uint32_t feature)
{
    return sqrtf((float)SS_PACKED_COUNT(feature));
}

/* The unit vector of a text; returns its length before. */
static float embed(const ss_training_set *set, const ss_table *table, const ss_text_features *text, float *vector)
{
    size_t d = (size_t)table->dimension;
    const uint32_t *feature = set->feature + text->begin;
    memset(vector, 0, d * sizeof *vector);
    uint32_t i = 0;
    for (; i + 4 <= text->count; i += 4) {
        const float *row[4];
        float weight[4];
        for (uint32_t k = 0; k < 4; k++) {
            row[k] = table->row + SS_PACKED_ROW(feature[i + k]) * d;
            weight[k] = weight_of(feature[i + k]);
        }
        if (i + 12 <= text->count) /* rows come from all over memory: ask early */
            for (uint32_t k = 8; k < 12; k++)
                __builtin_prefetch(table->row + SS_PACKED_ROW(feature[i + k]) * d);
        add_scaled_4(vector, row, weight, table->dimension);
    }
    for (; i < text->count; i++)
        add_scaled(vector, table->row + SS_PACKED_ROW(feature[i]) * d, weight_of(feature[i]), table->dimension);
    float square = 1e-12f;
    for (size_t k = 0; k < d; k++)
        square += vector[k] * vector[k];
    float length = sqrtf(square);
    for (size_t k = 0; k < d; k++)
        vector[k] /= length;
    return length;
}

typedef struct embed_work {
    const ss_training_set *set;
    const ss_table *table;
    const uint32_t *pair;
    size_t count;
    int side;
    float *vector;
} embed_work;

static ss_status embed_block(void *context, size_t index, int thread)
{
    (void)thread;
    embed_work *work = context;
    size_t end = (index + 1) * BLOCK_ROWS < work->count ? (index + 1) * BLOCK_ROWS : work->count;
    for (size_t i = index * BLOCK_ROWS; i < end; i++)
        embed(work->set, work->table, &work->set->text[work->side][work->pair[i]],
              work->vector + i * (size_t)work->table->dimension);
    return SS_OK;
}

ss_status ss_embed_pairs(const ss_training_set *set, const ss_table *table, const uint32_t *pair, size_t count,
                         int side, float *vector, ss_pool *pool)
{
    embed_work work = {set, table, pair, count, side, vector};
    return ss_pool_run(pool, (count + BLOCK_ROWS - 1) / BLOCK_ROWS, embed_block, &work);
}

/* --------------------------------------------------------------- a step */

static ss_status step_allocate(ss_step *step)
{
    size_t b = (size_t)step->batch, bd = b * (size_t)step->dimension, blocks = (b + BLOCK_ROWS - 1) / BLOCK_ROWS;
    for (int side = 0; side < 2; side++) {
        step->vector[side] = malloc(bd * sizeof(float));
        step->gradient[side] = malloc(bd * sizeof(float));
        step->length[side] = malloc(b * sizeof(float));
        if (step->vector[side] == NULL || step->gradient[side] == NULL || step->length[side] == NULL)
            return ss_fail_memory(bd * sizeof(float));
    }
    step->mean_square = malloc(2 * b * sizeof(float));
    step->similarity = malloc(b * b * sizeof(float));
    step->row_sum = malloc(b * sizeof(float));
    step->column_sum = malloc(b * sizeof(float));
    step->block_column_sum = malloc(blocks * b * sizeof(float));
    step->block_loss = malloc(blocks * sizeof(double));
    step->block_correct = malloc(blocks * sizeof(double));
    if (step->mean_square == NULL || step->similarity == NULL || step->row_sum == NULL || step->column_sum == NULL ||
        step->block_column_sum == NULL || step->block_loss == NULL || step->block_correct == NULL)
        return ss_fail_memory(b * b * sizeof(float));
    return SS_OK;
}

ss_status ss_step_new(ss_step **out, const ss_training_set *set, ss_table *table, int batch, double temperature,
                      ss_pool *pool)
{
    *out = NULL;
    ss_step *step = calloc(1, sizeof *step);
    if (step == NULL) return ss_fail_memory(sizeof *step);
    step->set = set;
    step->table = table;
    step->pool = pool;
    step->batch = batch;
    step->dimension = table->dimension;
    step->inverse_temperature = (float)(1 / temperature);
    ss_status status = step_allocate(step);
    if (status != SS_OK) {
        ss_step_free(step);
        return status;
    }
    openblas_set_num_threads(1); /* each task calls it for a block of its own */
    *out = step;
    return SS_OK;
}

void ss_step_free(ss_step *step)
{
    if (step == NULL) return;
    for (int side = 0; side < 2; side++) {
        free(step->vector[side]);
        free(step->gradient[side]);
        free(step->length[side]);
    }
    free(step->mean_square);
    free(step->similarity);
    free(step->row_sum);
    free(step->column_sum);
    free(step->block_column_sum);
    free(step->block_loss);
    free(step->block_correct);
    free(step);
}

static size_t block_end(const ss_step *step, size_t index)
{
    size_t end = (index + 1) * BLOCK_ROWS;
    return end < (size_t)step->batch ? end : (size_t)step->batch;
}

/* Tasks 0 .. blocks - 1 embed the first texts, blocks .. 2 blocks - 1 the second ones. */
static ss_status forward_block(void *context, size_t index, int thread)
{
    (void)thread;
    ss_step *step = context;
    size_t blocks = ((size_t)step->batch + BLOCK_ROWS - 1) / BLOCK_ROWS;
    size_t side = index / blocks, block = index % blocks;
    for (size_t i = block * BLOCK_ROWS; i < block_end(step, block); i++)
        step->length[side][i] = embed(step->set, step->table, &step->set->text[side][step->pair[i]],
                                      step->vector[side] + i * (size_t)step->dimension);
    return SS_OK;
}

/* exp(x) for -80 <= x <= 0, within 3e-7 of it: 2^n times a polynomial (Cody & Waite's reduction). Written out so that
 * the compiler makes vectors of it, which it can't of a call. */
static inline float exp_vector(float x)
{
    float n = floorf(x * 1.44269504f + 0.5f);
    float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    union {
        int32_t i;
        float f;
    } power = {((int32_t)n + 127) * (1 << 23)};
    return p * power.f;
}

SS_SIMD_CLONES
static void exp_row(float *restrict row, float shift, int count)
{
    for (int j = 0; j < count; j++) {
        float x = row[j] - shift;
        row[j] = exp_vector(x < -80.0f ? -80.0f : x);
    }
}

SS_SIMD_CLONES
static void add_row(float *restrict sum, const float *restrict row, int count)
{
    for (int j = 0; j < count; j++)
        sum[j] += row[j];
}

/* In a block of rows: similarities / temperature, then exp(similarity - its upper bound), which no softmax can notice
 * and which spares looking for maxima; other pairs that share one of the two texts or the event are masked out. */
static ss_status similarity_block(void *context, size_t index, int thread)
{
    (void)thread;
    ss_step *step = context;
    int b = step->batch, d = step->dimension;
    size_t begin = index * BLOCK_ROWS, end = block_end(step, index);
    float *column_sum = step->block_column_sum + index * (size_t)b;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)(end - begin), b, d, step->inverse_temperature,
                step->vector[0] + begin * (size_t)d, d, step->vector[1], d, 0.0f, step->similarity + begin * (size_t)b,
                b);
    memset(column_sum, 0, (size_t)b * sizeof *column_sum);
    const ss_text_features *first = step->set->text[0], *second = step->set->text[1];
    const uint32_t *events = step->set->event;
    double loss = 0, correct = 0;
    for (size_t i = begin; i < end; i++) {
        float *row = step->similarity + i * (size_t)b;
        float own = row[i];
        exp_row(row, step->inverse_temperature, b);
        float own_exp = row[i];
        uint32_t hash_0 = first[step->pair[i]].hash, hash_1 = second[step->pair[i]].hash, event = events[step->pair[i]];
        float sum = 0, best = 0;
        for (int j = 0; j < b; j++) {
            uint32_t pair = step->pair[j];
            if (first[pair].hash == hash_0 || second[pair].hash == hash_1 || (event != 0 && events[pair] == event))
                row[j] = 0;
            sum += row[j];
            if (row[j] > best) best = row[j];
        }
        row[i] = own_exp;
        step->row_sum[i] = sum + own_exp;
        add_row(column_sum, row, b);
        loss += log((double)step->row_sum[i]) - (double)(own - step->inverse_temperature);
        correct += own_exp > best;
    }
    step->block_loss[index] = loss;
    step->block_correct[index] = correct;
    return SS_OK;
}

SS_SIMD_CLONES
static void softmax_gradient_row(float *restrict row, float inverse_row_sum, const float *restrict inverse_column_sum,
                                 int count)
{
    for (int j = 0; j < count; j++)
        row[j] *= inverse_row_sum + inverse_column_sum[j];
}

/* d loss / d similarity for a block of rows, both softmaxes added, and from it the gradient of the first texts. */
static ss_status gradient_block(void *context, size_t index, int thread)
{
    (void)thread;
    ss_step *step = context;
    int b = step->batch, d = step->dimension;
    size_t begin = index * BLOCK_ROWS, end = block_end(step, index);
    for (size_t i = begin; i < end; i++) {
        float *row = step->similarity + i * (size_t)b;
        softmax_gradient_row(row, 1.0f / step->row_sum[i], step->column_sum, b);
        row[i] -= 2.0f;
    }
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)(end - begin), d, b, 0.5f * step->inverse_temperature,
                step->similarity + begin * (size_t)b, b, step->vector[1], d, 0.0f,
                step->gradient[0] + begin * (size_t)d, d);
    return SS_OK;
}

/* The gradient of a block of the second texts. */
static ss_status second_gradient_block(void *context, size_t index, int thread)
{
    (void)thread;
    ss_step *step = context;
    int b = step->batch, d = step->dimension;
    size_t begin = index * BLOCK_ROWS, end = block_end(step, index);
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)(end - begin), d, b, 0.5f * step->inverse_temperature,
                step->similarity + begin, b, step->vector[0], d, 0.0f, step->gradient[1] + begin * (size_t)d, d);
    return SS_OK;
}

/* Back through the scaling to length 1. */
static ss_status unscale_block(void *context, size_t index, int thread)
{
    (void)thread;
    ss_step *step = context;
    size_t d = (size_t)step->dimension;
    for (size_t side = 0; side < 2; side++) {
        for (size_t i = index * BLOCK_ROWS; i < block_end(step, index); i++) {
            const float *v = step->vector[side] + i * d;
            float *g = step->gradient[side] + i * d;
            float along = 0, square = 0;
            for (size_t k = 0; k < d; k++)
                along += v[k] * g[k];
            for (size_t k = 0; k < d; k++) {
                g[k] = (g[k] - along * v[k]) / step->length[side][i];
                square += g[k] * g[k];
            }
            step->mean_square[side * (size_t)step->batch + i] = square / (float)d;
        }
    }
    return SS_OK;
}

/* AdaGrad on the rows that this task owns, text by text. */
static ss_status update_owned(void *context, size_t index, int thread)
{
    (void)thread;
    ss_step *step = context;
    ss_table *table = step->table;
    size_t d = (size_t)step->dimension;
    for (size_t side = 0; side < 2; side++) {
        for (size_t i = 0; i < (size_t)step->batch; i++) {
            const ss_text_features *text = &step->set->text[side][step->pair[i]];
            const uint32_t *feature = step->set->feature + text->begin;
            float mean_square = step->mean_square[side * (size_t)step->batch + i];
            for (uint32_t k = 0; k < text->count; k++) {
                uint32_t row = SS_PACKED_ROW(feature[k]);
                if (row % OWNERS != index) continue;
                float weight = weight_of(feature[k]);
                float sum = table->accumulator[row] += weight * weight * mean_square;
                add_scaled(table->row + row * d, step->gradient[side] + i * d,
                           -step->rate * weight / (sqrtf(sum) + ADAGRAD_EPSILON), step->dimension);
            }
        }
    }
    return SS_OK;
}

static void sum_columns(ss_step *step, size_t blocks, double *loss)
{
    size_t b = (size_t)step->batch;
    memset(step->column_sum, 0, b * sizeof *step->column_sum);
    for (size_t block = 0; block < blocks; block++)
        add_row(step->column_sum, step->block_column_sum + block * b, step->batch);
    for (size_t j = 0; j < b; j++) {
        /* The numerator of both softmaxes is the same: row_sum's part of the loss holds it already. */
        *loss += log((double)step->column_sum[j]);
        step->column_sum[j] = 1.0f / step->column_sum[j];
    }
}

ss_status ss_step_run(ss_step *step, const uint32_t *pair, double rate, double *loss, double *accuracy)
{
    size_t b = (size_t)step->batch, blocks = (b + BLOCK_ROWS - 1) / BLOCK_ROWS;
    step->pair = pair;
    step->rate = (float)rate;
    SS_TRY(ss_pool_run(step->pool, 2 * blocks, forward_block, step));
    SS_TRY(ss_pool_run(step->pool, blocks, similarity_block, step));
    double row_loss = 0, column_loss = 0, correct = 0, own = 0;
    sum_columns(step, blocks, &column_loss);
    for (size_t block = 0; block < blocks; block++) {
        row_loss += step->block_loss[block];
        correct += step->block_correct[block];
    }
    for (size_t i = 0; i < b; i++)
        own += log((double)step->row_sum[i]);
    /* row_loss = own - numerators, so column_loss - numerators = column_loss + row_loss - own. */
    *loss = (row_loss + (column_loss + row_loss - own)) / (2 * (double)b);
    *accuracy = correct / (double)b;
    SS_TRY(ss_pool_run(step->pool, blocks, gradient_block, step));
    SS_TRY(ss_pool_run(step->pool, blocks, second_gradient_block, step));
    SS_TRY(ss_pool_run(step->pool, blocks, unscale_block, step));
    return ss_pool_run(step->pool, OWNERS, update_owned, step);
}
