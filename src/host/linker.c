#include "linker.h"

#include <math.h>

#define MARGIN_FLOOR 0.1
#define MOST_OF_TEXT 0.7f /* copied from one to the other: a duplicate */

enum {
    COSINE,
    MARGIN,
    TITLE_COSINE,
    LEAD_COSINE,
    GAP_AB,
    GAP_BA,
    NEAREST,
    DAYS_APART,
    DAYS_LATER,
    SHARED_TERMS,
    COVERED_LESS,
    COVERED_MORE,
    SHARED_NAMES,
    SHARED_WORDS,
    IN_COMMON_LESS,
    IN_COMMON_MORE,
    SHARED_BITS,
    SHARED_NUMBERS,
    CONFLICTING_NUMBERS,
    COPIED,
    LANGUAGES,
    TITLE_LEAD_LESS,
    TITLE_LEAD_MORE,
    ALONE,
    SUPPORT,
    OTHERS_A,
    OTHERS_B
};

const char *const ss_linker_feature_names[SS_LINKER_FEATURES] = {
    [COSINE] = "cosine",
    [MARGIN] = "margin",
    [TITLE_COSINE] = "title cosine",
    [LEAD_COSINE] = "lead cosine",
    [GAP_AB] = "ahead of a's others",
    [GAP_BA] = "ahead of b's others",
    [NEAREST] = "nearest",
    [DAYS_APART] = "days apart",
    [DAYS_LATER] = "days later",
    [SHARED_TERMS] = "shared terms",
    [COVERED_LESS] = "terms covered, less",
    [COVERED_MORE] = "terms covered, more",
    [SHARED_NAMES] = "shared names",
    [SHARED_WORDS] = "shared words",
    [IN_COMMON_LESS] = "words in common, less",
    [IN_COMMON_MORE] = "words in common, more",
    [SHARED_BITS] = "shared bits",
    [SHARED_NUMBERS] = "shared numbers",
    [CONFLICTING_NUMBERS] = "conflicting numbers",
    [COPIED] = "copied",
    [LANGUAGES] = "languages",
    [TITLE_LEAD_LESS] = "title to lead, less",
    [TITLE_LEAD_MORE] = "title to lead, more",
    [ALONE] = "the pair alone",
    [SUPPORT] = "support",
    [OTHERS_A] = "a's others",
    [OTHERS_B] = "b's others",
};

const char *ss_relation_name(ss_relation relation)
{
    static const char *const names[] = {"different", "related", "same", "duplicate"};
    return (unsigned)relation < sizeof names / sizeof *names ? names[relation] : "";
}

double ss_background_cosine(ss_lang a, ss_lang b)
{
    /* Measured with the shipped model on 183,000 news items of 2022-2026, three days around each. */
    if (a != b) return 0.22;
    return a == SS_LANG_ZH ? 0.43 : 0.40;
}

static float above(float cosine, double background)
{
    return (float)(((double)cosine - background) / (1 - background));
}

#define CERTAIN 1e-6 /* no probability is taken for nearer to 0 or 1 */

static double log_odds_of(double probability)
{
    double p = fmin(fmax(probability, CERTAIN), 1 - CERTAIN);
    return log(p / (1 - p));
}

void ss_linker_features(const ss_link *link, ss_lang a, ss_lang b, float feature[SS_LINKER_FEATURES])
{
    double background = ss_background_cosine(a, b), margin = fmax((double)link->margin, MARGIN_FLOOR);
    bool dated = link->days_later != SS_DAYS_UNKNOWN;
    feature[COSINE] = above(link->cosine, background);
    feature[MARGIN] = (float)(log(margin) / -log(background));
    feature[TITLE_COSINE] = above(link->title_cosine, background);
    feature[LEAD_COSINE] = above(link->lead_cosine, background);
    feature[GAP_AB] = (float)((double)link->gap_ab / (1 - background));
    feature[GAP_BA] = (float)((double)link->gap_ba / (1 - background));
    feature[NEAREST] = (float)((link->rank_ab == 1) + (link->rank_ba == 1));
    feature[DAYS_APART] = dated ? fabsf((float)link->days_later) : NAN;
    /* Within one language neither article stands first by more than its date. */
    feature[DAYS_LATER] = dated && a != b ? (float)link->days_later : NAN;
    feature[SHARED_TERMS] = link->shared_terms;
    feature[COVERED_LESS] = fminf(link->covered_a, link->covered_b);
    feature[COVERED_MORE] = fmaxf(link->covered_a, link->covered_b);
    feature[SHARED_NAMES] = link->shared_names;
    feature[SHARED_WORDS] = link->shared_words;
    feature[IN_COMMON_LESS] = fminf(link->in_common_a, link->in_common_b);
    feature[IN_COMMON_MORE] = fmaxf(link->in_common_a, link->in_common_b);
    feature[SHARED_BITS] = link->shared_bits;
    feature[SHARED_NUMBERS] = link->shared_numbers;
    feature[CONFLICTING_NUMBERS] = link->conflicting_numbers;
    feature[COPIED] = link->copied;
    feature[LANGUAGES] = a != b;
    feature[TITLE_LEAD_LESS] = above(fminf(link->title_lead_cosine, link->lead_title_cosine), background);
    feature[TITLE_LEAD_MORE] = above(fmaxf(link->title_lead_cosine, link->lead_title_cosine), background);
    feature[ALONE] = (float)log_odds_of((double)link->alone);
    feature[SUPPORT] = link->support;
    feature[OTHERS_A] = link->others_a;
    feature[OTHERS_B] = link->others_b;
}

void ss_link_isolate(ss_link *link, ss_lang a, ss_lang b, int neighbours)
{
    double background = ss_background_cosine(a, b), cosine = (double)link->cosine;
    double around = ((neighbours - 1) * background + cosine) / neighbours;
    link->margin = around > 0 ? (float)(cosine / around) : 0.0f;
    link->gap_ab = link->gap_ba = (float)(cosine - background);
    link->rank_ab = link->rank_ba = 1;
    link->mutual = 1;
    link->days_later = SS_DAYS_UNKNOWN;
}

void ss_linker_hide_dates(float feature[SS_LINKER_FEATURES])
{
    feature[DAYS_APART] = feature[DAYS_LATER] = NAN;
}

/* ------------------------------------------------------ the plain linker */

/* Logistic regression on 1,113 labelled zh-en pairs of news items: for models without a linker of their own, and to tell
 * which pairs are worth a closer look. */
#define PLAIN_BIAS      (-4.155)
#define PLAIN_THRESHOLD 0.35
#define WORTH_A_LOOK    0.1 /* probability that a pair must be able to reach */

static const struct {
    int feature;
    double weight;
} plain[] = {{COSINE, 0.826},   {MARGIN, 7.965},      {TITLE_COSINE, 1.785}, {LEAD_COSINE, 2.271},
             {NEAREST, -0.172}, {DAYS_APART, -0.913}, {SHARED_TERMS, 5.909}, {SHARED_NUMBERS, 1.212}};
#define PLAIN_FEATURES (sizeof plain / sizeof *plain)

static double plain_shares(const ss_link *link, ss_lang a, ss_lang b, double share[SS_LINKER_FEATURES])
{
    float feature[SS_LINKER_FEATURES];
    ss_linker_features(link, a, b, feature);
    if (isnan(feature[TITLE_COSINE])) feature[TITLE_COSINE] = feature[COSINE];
    if (isnan(feature[LEAD_COSINE])) feature[LEAD_COSINE] = feature[COSINE];
    if (isnan(feature[DAYS_APART])) feature[DAYS_APART] = 1;
    feature[SHARED_NUMBERS] -= 0.25f; /* about what chance gives */
    for (int i = 0; i < SS_LINKER_FEATURES; i++)
        share[i] = 0;
    for (size_t i = 0; i < PLAIN_FEATURES; i++) {
        double value = (double)feature[plain[i].feature];
        share[plain[i].feature] = isnan(value) ? 0 : plain[i].weight * value;
    }
    return PLAIN_BIAS;
}

static double sum_of(double start, const double share[SS_LINKER_FEATURES])
{
    for (int i = 0; i < SS_LINKER_FEATURES; i++)
        start += share[i];
    return start;
}

bool ss_linker_worth_a_look(const ss_link *link, ss_lang a, ss_lang b)
{
    ss_link hopeful = *link;
    double share[SS_LINKER_FEATURES];
    hopeful.shared_terms = hopeful.covered_a = hopeful.covered_b = 1;
    hopeful.shared_numbers = NAN;
    double start = plain_shares(&hopeful, a, b, share);
    return ss_boost_probability(sum_of(start, share)) >= WORTH_A_LOOK;
}

/* ----------------------------------------------------------- the learnt one */

static bool has_learnt(const ss_linker *linker)
{
    return linker->alone.features > 0;
}

double ss_linker_threshold(const ss_linker *linker)
{
    return has_learnt(linker) ? linker->threshold : PLAIN_THRESHOLD;
}

#define BRIEF_BITS 50.0f /* below it these trees told labelled pairs apart better than the others (docs/linking.md) */

bool ss_linker_is_brief(const ss_linker *linker, const ss_link *link)
{
    return linker->brief.features > 0 && link->days_later == SS_DAYS_UNKNOWN && link->said_bits < BRIEF_BITS;
}

static double brief_log_odds(const ss_linker *linker, const ss_link *link, ss_lang a, ss_lang b)
{
    float feature[SS_LINKER_FEATURES];
    ss_linker_features(link, a, b, feature);
    return ss_boost_log_odds(&linker->brief, feature);
}

#define ABREAST 64 /* links at a time */

/* probability[0 .. count - 1] of links by one of the boosts. */
static void judge(const ss_boost *boost, const ss_link *link, size_t count, const ss_article *article,
                  float *probability)
{
    float feature[ABREAST][SS_LINKER_FEATURES];
    double log_odds[ABREAST];
    for (size_t i = 0; i < count; i++)
        ss_linker_features(&link[i], article[link[i].a].lang, article[link[i].b].lang, feature[i]);
    ss_boost_log_odds_of(boost, feature[0], SS_LINKER_FEATURES, count, log_odds);
    for (size_t i = 0; i < count; i++)
        probability[i] = (float)ss_boost_probability(log_odds[i]);
}

static float plain_probability(const ss_link *link, const ss_article *article)
{
    double share[SS_LINKER_FEATURES];
    double start = plain_shares(link, article[link->a].lang, article[link->b].lang, share);
    return (float)ss_boost_probability(sum_of(start, share));
}

void ss_linker_judge_alone(const ss_linker *linker, ss_link *link, size_t count, const ss_article *article)
{
    float probability[ABREAST];
    for (size_t first = 0; first < count; first += ABREAST) {
        size_t now = count - first < ABREAST ? count - first : ABREAST;
        if (has_learnt(linker)) judge(&linker->alone, link + first, now, article, probability);
        for (size_t i = 0; i < now; i++) {
            ss_link *one = &link[first + i];
            one->alone = has_learnt(linker) ? probability[i] : plain_probability(one, article);
            if (ss_linker_is_brief(linker, one))
                one->alone = (float)ss_boost_probability(
                    brief_log_odds(linker, one, article[one->a].lang, article[one->b].lang));
        }
    }
}

void ss_linker_judge(const ss_linker *linker, ss_link *link, size_t count, const ss_article *article)
{
    float probability[ABREAST];
    for (size_t first = 0; first < count; first += ABREAST) {
        size_t now = count - first < ABREAST ? count - first : ABREAST;
        if (has_learnt(linker)) judge(&linker->company, link + first, now, article, probability);
        for (size_t i = 0; i < now; i++)
            link[first + i].probability = has_learnt(linker) && !ss_linker_is_brief(linker, &link[first + i])
                                              ? probability[i]
                                              : link[first + i].alone;
    }
}

/* The probability that they report the same event or a related one. The plain linker calls related what has half the
 * probability of a link. */
static double near_probability(const ss_linker *linker, const ss_link *link, ss_lang a, ss_lang b)
{
    if (!has_learnt(linker)) return fmin(0.5 * (double)link->alone / (PLAIN_THRESHOLD / 2), 1);
    float feature[SS_LINKER_FEATURES];
    ss_linker_features(link, a, b, feature);
    return ss_boost_probability(ss_boost_log_odds(&linker->near, feature));
}

void ss_linker_relate(const ss_linker *linker, ss_link *link, ss_lang a, ss_lang b)
{
    if ((double)link->probability >= ss_linker_threshold(linker))
        link->relation = link->copied >= MOST_OF_TEXT ? SS_RELATION_DUPLICATE : SS_RELATION_SAME;
    else
        link->relation = near_probability(linker, link, a, b) >= 0.5 ? SS_RELATION_RELATED : SS_RELATION_DIFFERENT;
}

/* That two articles share a topic, by a logistic regression on the cosine, put on the scale of the features: labelled
 * candidates against pairs drawn at random from the same days. Like the background it is that of the shipped model, and rough
 * for rows of another kind. */
#define TOPIC_BIAS   0.4
#define TOPIC_WEIGHT 15.0

ss_likeness ss_linker_likeness(const ss_linker *linker, const ss_link *link, ss_lang a, ss_lang b)
{
    double cosine = (double)above(link->cosine, ss_background_cosine(a, b));
    ss_likeness likeness = {.same = (double)link->alone};
    likeness.related = fmax(near_probability(linker, link, a, b), likeness.same);
    likeness.topic = fmax(ss_boost_probability(TOPIC_BIAS + TOPIC_WEIGHT * cosine), likeness.related);
    likeness.level = (likeness.topic + likeness.related + likeness.same) / 3;
    return likeness;
}

double ss_linker_shares(const ss_linker *linker, const ss_link *link, ss_lang a, ss_lang b,
                        double share[SS_LINKER_SHARES])
{
    double all[SS_LINKER_FEATURES] = {0}, start;
    float feature[SS_LINKER_FEATURES];
    ss_linker_features(link, a, b, feature);
    bool brief = ss_linker_is_brief(linker, link), in_company = has_learnt(linker) && !brief;
    const ss_boost *alone = brief ? &linker->brief : &linker->alone;
    start = has_learnt(linker) ? ss_boost_shares(alone, feature, all) : plain_shares(link, a, b, all);
    double rest = in_company ? ss_boost_log_odds(&linker->company, feature) : log_odds_of((double)link->alone);
    rest -= start;
    for (int i = 0; i < SS_FEATURES_ALONE; i++) {
        share[i] = all[i];
        rest -= all[i];
    }
    share[SS_FEATURES_ALONE] = in_company ? rest : 0;
    return start;
}
