/* Gold pairs made ready to learn from: with their features, and sorted into folds. */
#ifndef SS_CALIBRATE_PAIRS_H
#define SS_CALIBRATE_PAIRS_H

#include "calibrate.h"

/* A gold pair that is among the candidates. */
typedef struct ss_sample {
    size_t link;    /* of the result */
    uint32_t a, b;  /* rows of its articles */
    uint64_t event; /* of that gold file, or UINT64_MAX */
    ss_label label;
    ss_languages languages;
    bool left_out;
    uint32_t fold;
    float feature[SS_LINKER_FEATURES];
} ss_sample;

typedef struct ss_samples {
    size_t count, capacity;
    ss_sample *item; /* by a, then b; each pair once */
} ss_samples;

/* Takes the pairs of `gold`: the files that options name, those left out last. Fills out->learnt and out->left_out. */
ss_status ss_samples_take(ss_samples *samples, ss_calibration *out, const ss_result *result, const ss_gold *gold,
                          const ss_calibrate_options *options, const ss_job *job);

/* Sets the folds; fills out->groups and out->by_week. */
ss_status ss_samples_divide(ss_samples *samples, ss_calibration *out, const ss_result *result, int folds);

#endif
