/* From what is known about a pair of articles to the probability that both report the same event. */
#ifndef SS_LINKER_H
#define SS_LINKER_H

#include "model.h"

/* The features of a link as the linker sees them. One place: a new column of ss_link is put to use here.
 * `background`: ss_background_cosine() of the pair. Cosines within a language are higher than between two. So that one
 * set of weights serves all pairs, cosines and margins are put on a scale where the background is 0 and 1 is 1. */
#define SS_LINKER_FEATURES 8
extern const char *const ss_linker_feature_names[SS_LINKER_FEATURES];
void ss_linker_features(const ss_link *link, double background, double feature[SS_LINKER_FEATURES]);

/* Mean cosine of an article of a news background to its ten nearest in the language: what the margin takes for the
 * neighbours that a small input does not have. */
double ss_background_cosine(ss_lang a, ss_lang b);

/* Coefficients for models that bring none of their own. */
extern const ss_linker ss_linker_default;

/* The model's own linker, or the default one. */
const ss_linker *ss_linker_of(const ss_model *model);

double ss_linker_probability(const ss_linker *linker, const ss_link *link, double background);

#endif
