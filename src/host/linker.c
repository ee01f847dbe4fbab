#include "linker.h"

#include <math.h>

#define MARGIN_FLOOR 0.1

const char *const ss_linker_feature_names[SS_LINKER_FEATURES] = {
    "cosine", "log margin", "title cosine", "lead cosine", "shared terms", "shared numbers", "nearest", "days apart",
};

static double above(double cosine, double background)
{
    return (cosine - background) / (1 - background);
}

void ss_linker_features(const ss_link *link, double background, double feature[SS_LINKER_FEATURES])
{
    double cosine = (double)link->cosine, margin = (double)link->margin;
    feature[0] = above(cosine, background);
    feature[1] = log(margin > MARGIN_FLOOR ? margin : MARGIN_FLOOR) / -log(background);
    feature[2] = above(isnan(link->title_cosine) ? cosine : (double)link->title_cosine, background);
    feature[3] = above(isnan(link->lead_cosine) ? cosine : (double)link->lead_cosine, background);
    feature[4] = isnan(link->shared_terms) ? 0 : (double)link->shared_terms;
    feature[5] = isnan(link->shared_numbers) ? 0 : (double)link->shared_numbers - 0.25; /* about what chance gives */
    feature[6] = (link->rank_ab == 1) + (link->rank_ba == 1);
    feature[7] = link->days_apart == SS_DAYS_UNKNOWN ? 1 : link->days_apart;
}

double ss_background_cosine(ss_lang a, ss_lang b)
{
    /* Measured with the shipped model on 183,000 news items of 2022-2026, three days around each. */
    if (a != b) return 0.22;
    return a == SS_LANG_ZH ? 0.43 : 0.40;
}

/* Printed by scripts/fit-linker; docs/linking.md says from what. */
const ss_linker ss_linker_default = {
    .bias = -4.155,
    .weight = {0.826, 7.965, 1.785, 2.271, 5.909, 1.212, -0.172, -0.913},
    .features = SS_LINKER_FEATURES,
    .threshold = 0.35,
};

const ss_linker *ss_linker_of(const ss_model *model)
{
    return model->linker.features == SS_LINKER_FEATURES ? &model->linker : &ss_linker_default;
}

double ss_linker_probability(const ss_linker *linker, const ss_link *link, double background)
{
    double feature[SS_LINKER_FEATURES], sum = linker->bias;
    ss_linker_features(link, background, feature);
    for (int i = 0; i < SS_LINKER_FEATURES; i++)
        sum += linker->weight[i] * feature[i];
    return 1 / (1 + exp(-sum));
}
