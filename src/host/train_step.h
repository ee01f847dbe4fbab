/* One step of training: a batch of pairs through the loss and back into the rows. */
#ifndef SS_TRAIN_STEP_H
#define SS_TRAIN_STEP_H

#include "train_data.h"

/* What is learnt. */
typedef struct ss_table {
    uint32_t row_count;
    int dimension;
    float *row;         /* [row_count][dimension] */
    float *accumulator; /* [row_count] AdaGrad's sum of squared gradients */
} ss_table;

/* Rows with random entries, the rarer the n-gram the longer: 0.3 log(1 + texts / document frequency). */
ss_status ss_table_new(ss_table *table, const ss_training_set *set, int dimension, uint32_t seed);
/* The rows of a trained model. */
ss_status ss_table_from_model(ss_table *table, const ss_model *model);
void ss_table_clear(ss_table *table);

typedef struct ss_step ss_step;

ss_status ss_step_new(ss_step **out, const ss_training_set *set, ss_table *table, int batch, double temperature,
                      ss_pool *pool);
void ss_step_free(ss_step *step);

/* Learns from the pairs numbered pair[0 .. batch - 1]. *loss: mean cross-entropy of both directions; *accuracy: share of
 * first texts whose nearest second text in the batch is their own. */
ss_status ss_step_run(ss_step *step, const uint32_t *pair, double rate, double *loss, double *accuracy);

/* The unit vectors of one side of `count` pairs: vector[count][dimension]. */
ss_status ss_embed_pairs(const ss_training_set *set, const ss_table *table, const uint32_t *pair, size_t count,
                         int side, float *vector, ss_pool *pool);

#endif
