/* From learnt rows in floating point to the 4-bit rows of a model. */
#ifndef SS_QUANTISE_H
#define SS_QUANTISE_H

#include "train_step.h"

/* A model of the table's rows over the training set's vocabulary and fold table, which is copied. */
ss_status ss_quantise_table(ss_model **out, const ss_table *table, const ss_training_set *set,
                            const ss_ngram_rules *rules);

#endif
