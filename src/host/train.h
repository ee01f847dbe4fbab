/* Training: pairs of texts that mean the same -> a model.
 *
 * A text's vector is the sum of the rows of its n-grams, each times the square root of its count, scaled to length 1 (an
 * embedding bag over hashed n-grams). The rows are learnt so that the two texts of a pair are nearer to each other than
 * to any other text of the batch: a symmetric softmax cross-entropy over the cosines of a batch divided by a
 * temperature (InfoNCE; van den Oord et al. 2018, both ways as in CLIP, Radford et al. 2021), by AdaGrad with one
 * accumulator a row (Duchi et al. 2011).
 *
 * Pairs of news of the same days, next to each other in a file, can be kept together in a batch ("FILE@3n"): then each is
 * told apart from what else happened in those days (hard negatives) rather than from texts of any kind. A third column
 * names the event there; pairs of one event are no negatives of each other.
 *
 * The same pairs, options and seed give the same model, whatever the number of threads, on the same kind of processor.
 */
#ifndef SS_TRAIN_H
#define SS_TRAIN_H

#include "model.h"

typedef struct ss_train_options {
    const char *const
        *paths; /* of pair files, "text<TAB>text" a line, plain, gzip or zstd; "FILE@3": three times an epoch;
                   "FILE@3n": and neighbours in the file share a batch */
    size_t path_count;
    const char *start;       /* model whose n-grams and rows to start from; NULL: n-grams of the pairs, random rows */
    const char *lexicon;     /* lines of scripts/prepare-lexicon, to go into the model; NULL: none */
    const char *output;      /* the model file; "<output>.checkpoint" beside it until training has ended */
    const char *description; /* what the data are and under which licences, for the recipe */
    ss_ngram_rules rules;
    int dimension;
    uint32_t rows; /* n-grams kept: those in most texts */
    int epochs;
    int batch; /* pairs a step */
    double rate;
    double temperature;
    size_t held_out; /* pairs kept aside to be evaluated after each epoch */
    bool resume;     /* go on from the checkpoint, if there is one */
} ss_train_options;

ss_train_options ss_train_options_default(void);

/* How it goes; told about once a second and at the end of each epoch. */
typedef struct ss_train_progress {
    int epoch; /* from 1 */
    int epochs;
    uint64_t pairs_done, pairs_total; /* over all epochs */
    double loss, accuracy;            /* mean since the epoch began; accuracy: first text finds its pair in the batch */
    double pairs_per_second, seconds_left;
    bool epoch_ended;
    double
        held_out_accuracy[2]; /* once the epoch has ended: nearest of all held-out texts is the right one, each way */
} ss_train_progress;

typedef void (*ss_train_report)(void *user, const ss_train_progress *progress);

/* Trains and writes options->output. `report` may be NULL and is called from the calling thread. */
ss_status ss_train(const ss_train_options *options, const ss_job *job, ss_train_report report, void *user);

#endif
