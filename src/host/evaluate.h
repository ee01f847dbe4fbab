/* How good a model, and the links made with it, are: measured on data that people have labelled.
 *
 * Each form reads a file of labels and fills an array of estimates, every one with its 95 % confidence interval, from a
 * bootstrap over what was drawn as a whole when the data were gathered. A measure that is not defined is NAN. */
#ifndef SS_EVALUATE_H
#define SS_EVALUATE_H

#include "metrics.h"

/* ------------------------------------------------------------- retrieval */

/* Precision at 1: how often the nearest article of the other language is the translation. */
typedef enum ss_retrieval_measure {
    SS_RETRIEVAL_COSINE_ZH_EN,
    SS_RETRIEVAL_COSINE_EN_ZH,
    SS_RETRIEVAL_MARGIN_ZH_EN, /* nearest by ratio margin (Artetxe and Schwenk 2019), 4 neighbours each way */
    SS_RETRIEVAL_MARGIN_EN_ZH,
    SS_RETRIEVAL_MEASURES
} ss_retrieval_measure;

typedef struct ss_retrieval_scores {
    size_t pairs;
    ss_estimate measure[SS_RETRIEVAL_MEASURES]; /* resampled by pair */
} ss_retrieval_scores;

/* `path`: JSON lines with lang, title, text and doc, where the articles that are translations of each other have the
 * same `doc`; or, where its name ends in .tsv, "zh<TAB>en" a line. Articles without a translation are only in the way. */
ss_status ss_evaluate_retrieval(ss_retrieval_scores *out, const char *path, const ss_model *model, const char *matcher,
                                const ss_job *job);

/* What a pair is scored by. */
typedef enum ss_score {
    SS_SCORE_PROBABILITY, /* of the linker */
    SS_SCORE_COSINE,      /* of the whole articles, and nothing else */
    SS_SCORE_LIKENESS     /* of linker.h; of pairs that people have graded */
} ss_score;

/* ----------------------------------------------------------------- pairs */

typedef enum ss_languages { SS_ZH_EN, SS_ZH_ZH, SS_EN_EN, SS_LANGUAGES } ss_languages;

typedef enum ss_pairs_measure {
    SS_PAIRS_PEARSON, /* of the score with the grade of likeness */
    SS_PAIRS_SPEARMAN,
    SS_PAIRS_AP, /* average precision: pairs graded 2 or better against the others */
    SS_PAIRS_MEASURES
} ss_pairs_measure;

typedef struct ss_pairs_scores {
    size_t count;
    ss_estimate measure[SS_PAIRS_MEASURES]; /* resampled by pair */
} ss_pairs_scores;

/* `path`: JSON lines with lang1, lang2, text1, text2 and overall, from 1 (same) to 4 (different). By the linker a pair is
 * scored as if its two articles, undated, were all there is; its probability as log-odds, which differ where probabilities
 * do not. */
ss_status ss_evaluate_pairs(ss_pairs_scores out[SS_LANGUAGES], const char *path, ss_score score, const ss_model *model,
                            const ss_job *job);

/* ----------------------------------------------------------------- links */

typedef enum ss_links_measure {
    SS_LINKS_AP,      /* average precision: `same` against all others */
    SS_LINKS_BEST_F1, /* of any threshold */
    SS_LINKS_F1,      /* of the job's own threshold; NAN where the score is no probability */
    SS_LINKS_AP_SAME_RELATED,
    SS_LINKS_RECALL_ZH_EN_AT_1, /* one that reports the same is the nearest of the window, or among the first five */
    SS_LINKS_RECALL_ZH_EN_AT_5,
    SS_LINKS_RECALL_EN_ZH_AT_1,
    SS_LINKS_RECALL_EN_ZH_AT_5,
    SS_LINKS_B3_F1, /* B-cubed F1 of the events found, over the articles of numbered events */
    SS_LINKS_MEASURES
} ss_links_measure;

typedef struct ss_links_scores {
    size_t count;      /* gold pairs scored */
    size_t borderline; /* left out because the label is in doubt */
    size_t missing;    /* left out because an article is not there */
    /* Resampled by event: all gold pairs of the Chinese articles that report the same are drawn together. */
    ss_estimate measure[SS_LINKS_MEASURES];
} ss_links_scores;

/* Links `articles` (which move away, as in ss_link_articles()) and scores the pairs of the file `gold` (gold.h). By
 * probability, pairs that are no candidates come last, by cosine. */
ss_status ss_evaluate_links(ss_links_scores *out, ss_articles *articles, const char *gold, ss_score score,
                            const ss_model *model, const ss_link_options *options, const ss_job *job);

#endif
