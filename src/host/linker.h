/* From what is known about a pair of articles to the probability that both report the same event. */
#ifndef SS_LINKER_H
#define SS_LINKER_H

#include "model.h"

/* What the linker sees of a link, NAN where it is not known. One place: a new column of ss_link is put to use here.
 * Cosines within a language are higher than between two. So that one linker serves all pairs, cosines and margins are put
 * on a scale where the background of the pair's languages is 0 and 1 is 1. */
#define SS_FEATURES_ALONE  23 /* the first ones, of the pair alone */
#define SS_LINKER_FEATURES 27 /* and of the company that it keeps (company.h) */
extern const char *const ss_linker_feature_names[SS_LINKER_FEATURES];
void ss_linker_features(const ss_link *link, ss_lang a, ss_lang b, float feature[SS_LINKER_FEATURES]);

/* What would be known of the pair if its articles had no dates. */
void ss_linker_hide_dates(float feature[SS_LINKER_FEATURES]);

/* What would be known of the pair if its articles were all there are, without dates; `neighbours` of an article that make
 * up its neighbourhood, for which a background stands then. */
void ss_link_isolate(ss_link *link, ss_lang a, ss_lang b, int neighbours);

/* Mean cosine of an article of a news background to its ten nearest in the language: what the margin takes for the
 * neighbours that a small input does not have. */
double ss_background_cosine(ss_lang a, ss_lang b);

/* Could the pair be one event, going by its cosines alone, whatever its evidence? If not, evidence need not be looked
 * at. */
bool ss_linker_worth_a_look(const ss_link *link, ss_lang a, ss_lang b);

/* Sets link[0 .. count - 1].alone from all that is known of each pair alone; `article` are those that links name. A
 * linker that has learnt nothing is served by a plain one (docs/linking.md). */
void ss_linker_judge_alone(const ss_linker *linker, ss_link *link, size_t count, const ss_article *article);

/* Sets link[0 .. count - 1].probability, once `alone` and the company are known. */
void ss_linker_judge(const ss_linker *linker, ss_link *link, size_t count, const ss_article *article);

/* Sets link->relation from the probability; below the threshold, related is what is likelier than different. */
void ss_linker_relate(const ss_linker *linker, ss_link *link, ss_lang a, ss_lang b);

/* How alike two articles are, by the pair alone: the level to be expected on a scale of nothing in common, the same topic,
 * a related happening, the same event, much as people grade pairs of news (SemEval-2022 task 8; Chen et al. 2022). */
typedef struct ss_likeness {
    double topic, related, same; /* probability of so much or more */
    double level;                /* their mean: 0 nothing in common, 1 the same event */
} ss_likeness;

/* link->alone must be set. */
ss_likeness ss_linker_likeness(const ss_linker *linker, const ss_link *link, ss_lang a, ss_lang b);

/* The probability from which a pair is a link. */
double ss_linker_threshold(const ss_linker *linker);

/* Do the articles, undated, say so little that trees judge them which have learnt from headlines? Those that have learnt
 * from whole articles take the little that there is for all that could agree. Such a pair is judged alone, whatever its
 * company. */
bool ss_linker_is_brief(const ss_linker *linker, const ss_link *link);

/* The log-odds of the same event as a sum: what is returned, where all pairs start, and a share of each feature of the
 * pair alone; the last one is what the company adds. */
#define SS_LINKER_SHARES (SS_FEATURES_ALONE + 1)
double ss_linker_shares(const ss_linker *linker, const ss_link *link, ss_lang a, ss_lang b,
                        double share[SS_LINKER_SHARES]);

#endif
