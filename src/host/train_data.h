/* Training pairs as lists of features over a chosen vocabulary of n-grams. */
#ifndef SS_TRAIN_DATA_H
#define SS_TRAIN_DATA_H

#include "pool.h"
#include "train.h"

/* A feature in 32 bits: row in the low 24, count (at most 255) in the high 8. */
#define SS_PACKED_ROW(feature)   ((feature)&0xffffffu)
#define SS_PACKED_COUNT(feature) ((feature) >> 24)

typedef struct ss_text_features {
    uint64_t begin; /* place in ss_training_set.feature */
    uint32_t count;
    uint32_t hash; /* equal texts have equal hashes: they are no negatives of each other */
} ss_text_features;

typedef struct ss_training_file {
    char *path;
    int repeat;
    bool near; /* neighbours in the file share a batch; the third column, if there is one, is the event */
    uint64_t pairs;
} ss_training_file;

typedef struct ss_training_set {
    ss_training_file *file;
    size_t file_count;
    ss_fold *fold;
    uint32_t row_count;
    uint32_t *bucket;             /* [row_count] ascending: the vocabulary */
    uint32_t *document_frequency; /* [row_count] texts that hold the n-gram */
    uint32_t *feature;
    size_t pair_count;
    ss_text_features *text[2]; /* [pair_count] each */
    uint8_t *repeat;           /* [pair_count] times an epoch */
    bool *near;                /* [pair_count] neighbours stay together */
    uint32_t *event; /* [pair_count] pairs with the same one are no negatives of each other; 0: none is named */
} ss_training_set;

/* `start`: take the n-grams of this model; NULL: those in most texts. */
ss_status ss_training_set_read(ss_training_set **out, const ss_train_options *options, const ss_model *start,
                               ss_pool *pool, const ss_job *job);
void ss_training_set_free(ss_training_set *set);

#endif
