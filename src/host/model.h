/* The model: fold table, n-gram rules, one quantised row per n-gram bucket, and what the linker learnt. */
#ifndef SS_MODEL_H
#define SS_MODEL_H

#include "fold.h"
#include "ngram.h"
#include "samestory.h"

#define SS_MODEL_FORMAT 1 /* version of the file layout; other versions are refused */
#define SS_NO_ROW UINT32_MAX

struct ss_model {
    ss_fold *fold;
    ss_ngram_rules rules;
    int dimension;
    uint32_t row_count;
    uint32_t *row_of_bucket; /* [1 << rules.bucket_bits] row, or SS_NO_ROW for a bucket that was not kept */
    int8_t *row;             /* [row_count][dimension], -7 .. 7 */
    uint16_t *scale;         /* [row_count] what an entry of 1 in the row is worth, in units common to the model */
    char *recipe;            /* JSON */
    char checksum[65];
};

/* Writes a model file; models/README.md and docs/format.md describe it. Sets model->checksum. */
ss_status ss_model_write(ss_model *model, const char *path);

#endif
