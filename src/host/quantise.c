#include "quantise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "status.h"

#define LEVELS 7 /* entries are -7 .. 7 */

static float largest_entry(const float *row, int dimension)
{
    float largest = 0;
    for (int k = 0; k < dimension; k++)
        if (fabsf(row[k]) > largest) largest = fabsf(row[k]);
    return largest;
}

static ss_status copy_fold(ss_model *model, const ss_fold *fold)
{
    uint8_t *bytes;
    size_t size;
    SS_TRY(ss_fold_save(fold, &bytes, &size));
    ss_status status = ss_fold_load(&model->fold, bytes, size);
    free(bytes);
    return status;
}

static ss_status allocate(ss_model *model)
{
    size_t buckets = (size_t)1 << model->rules.bucket_bits,
           entries = (size_t)model->row_count * (size_t)model->dimension;
    model->row_of_bucket = malloc(buckets * sizeof *model->row_of_bucket);
    model->row = malloc(entries);
    model->scale = malloc(model->row_count * sizeof *model->scale);
    model->information = malloc(model->row_count * sizeof *model->information);
    if (model->row_of_bucket == NULL || model->row == NULL || model->scale == NULL || model->information == NULL)
        return ss_fail_memory(entries);
    memset(model->row_of_bucket, 0xff, buckets * sizeof *model->row_of_bucket); /* SS_NO_ROW */
    return SS_OK;
}

/* Each row has a scale of its own: what an entry of 1 is worth, in units of the largest scale / 65535. */
static void quantise_rows(ss_model *model, const ss_table *table, const uint32_t *bucket)
{
    int d = model->dimension;
    float largest = 0;
    for (uint32_t r = 0; r < table->row_count; r++) {
        float in_row = largest_entry(table->row + (size_t)r * (size_t)d, d);
        if (in_row > largest) largest = in_row;
    }
    float unit = largest / LEVELS / 65535.0f;
    for (uint32_t r = 0; r < table->row_count; r++) {
        const float *row = table->row + (size_t)r * (size_t)d;
        float scale = unit > 0 ? rintf(largest_entry(row, d) / LEVELS / unit) : 0;
        for (int k = 0; k < d; k++) {
            float entry = scale > 0 ? rintf(row[k] / (scale * unit)) : 0;
            model->row[(size_t)r * (size_t)d + (size_t)k] = (int8_t)fmaxf(-LEVELS, fminf(LEVELS, entry));
        }
        model->scale[r] = (uint16_t)scale;
        model->row_of_bucket[bucket[r]] = r;
    }
}

static void measure_information(ss_model *model, const ss_training_set *set)
{
    double texts = 2.0 * (double)set->pair_count;
    for (uint32_t r = 0; r < model->row_count; r++)
        model->information[r] = (uint16_t)lrint(256 * log2(texts / set->document_frequency[r]));
}

ss_status ss_quantise_table(ss_model **out, const ss_table *table, const ss_training_set *set,
                            const ss_ngram_rules *rules)
{
    *out = NULL;
    ss_model *model = calloc(1, sizeof *model);
    if (model == NULL) return ss_fail_memory(sizeof *model);
    model->rules = *rules;
    model->dimension = table->dimension;
    model->row_count = table->row_count;
    ss_status status = copy_fold(model, set->fold);
    if (status == SS_OK) status = allocate(model);
    if (status != SS_OK) {
        ss_model_free(model);
        return status;
    }
    quantise_rows(model, table, set->bucket);
    measure_information(model, set);
    status = ss_model_measure_rows(model);
    if (status != SS_OK) {
        ss_model_free(model);
        return status;
    }
    *out = model;
    return SS_OK;
}
