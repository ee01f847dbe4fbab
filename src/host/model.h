/* The model: fold table, n-gram rules, one quantised row per n-gram bucket, and what the linker learnt. */
#ifndef SS_MODEL_H
#define SS_MODEL_H

#include "boost.h"
#include "fold.h"
#include "lexicon.h"
#include "ngram.h"
#include "samestory.h"

#define SS_MODEL_NAME   "samestory model"
#define SS_MODEL_FORMAT 1 /* version of the file layout; other versions are refused */

/* What the linker learnt. The features are linker.c's. */
typedef struct ss_linker {
    ss_boost alone;   /* log-odds that both report the same event, by the pair alone; without features: none learnt */
    ss_boost near;    /* log-odds that they report the same or a related one, by the pair alone */
    ss_boost company; /* log-odds that both report the same event, by the company too that they keep */
    ss_boost brief;   /* as `alone`, of undated pairs that say little; without features: none learnt, `alone` serves */
    double threshold; /* probability from which a pair is a link */
} ss_linker;

struct ss_model {
    ss_fold *fold;
    ss_ngram_rules rules;
    int dimension;
    uint32_t row_count;
    uint32_t *row_of_bucket; /* [1 << rules.bucket_bits] row, or SS_NO_ROW for a bucket that was not kept */
    int8_t *row;             /* [row_count][dimension], -7 .. 7 */
    uint16_t *scale;         /* [row_count] what an entry of 1 in the row is worth, in units common to the model */
    uint16_t *information;   /* [row_count] log2(texts / texts that hold the n-gram) in training, in 1/256 bit */
    uint32_t *norm;          /* [row_count] squared length of the row's entries; not in the file */
    ss_lexicon *lexicon;     /* NULL: none */
    ss_linker linker;
    char *path;        /* where it was read; NULL if it was not */
    char *recipe;      /* JSON */
    char checksum[65]; /* SHA-256 over all of the above but the recipe */
};

/* Fills model->norm from model->row. */
ss_status ss_model_measure_rows(ss_model *model);

/* Writes a model file; models/README.md and docs/format.md describe it. Sets model->checksum. */
ss_status ss_model_write(ss_model *model, const char *path);

/* Reads a model file, checksum and all; ss_model_open() looks for one and does this. */
ss_status ss_model_load(ss_model **out, const char *path);

#endif
