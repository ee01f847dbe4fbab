/* What the linker is to make of undated articles that say little: headlines of labelled articles, cut from them. */
#ifndef SS_CALIBRATE_HEADLINES_H
#define SS_CALIBRATE_HEADLINES_H

#include "calibrate_pairs.h"

#define SS_HEADLINE_COPIES 4

typedef struct ss_headlines {
    size_t count;          /* SS_HEADLINE_COPIES of each pair */
    size_t labelled, same; /* pairs that people have labelled, and labelled the same */
    size_t capacity, label_capacity, weight_capacity;
    float *x; /* [count][SS_FEATURES_ALONE] */
    uint8_t *label;
    float *weight;
} ss_headlines;

/* Cuts the articles of the samples that are learnt from down to their titles, without a date, then down to the beginnings
 * of these, and links each as one folder. Of the candidates those are taken that are labelled, and as different the nearest
 * ones of articles that came out a month apart and more: what two headlines have in common by chance only those tell, since
 * labelled pairs are of the same days. Each as it is met in that folder and as it would be in one of two (ss_link_isolate()),
 * both as titles and as texts without.
 * The caller frees *out with ss_headlines_clear(), also after a failure. */
ss_status ss_headlines_take(ss_headlines *out, const ss_samples *samples, const ss_result *result,
                            const ss_model *model, const ss_job *job);
void ss_headlines_clear(ss_headlines *headlines);

#endif
