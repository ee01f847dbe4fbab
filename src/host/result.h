/* A finished job: articles in their final order, their sketches, links and events. */
#ifndef SS_RESULT_H
#define SS_RESULT_H

#include <math.h>

#include "sketch.h"

#define SS_RESULT_NAME "samestory results" /* of the format */

#define SS_COVERS_ALL INT32_MIN /* pairs of undated articles too */

/* How the result came to be; becomes /provenance of the results file. Strings are owned, "" if not known. */
typedef struct ss_provenance {
    char *version; /* of samestory */
    char *command; /* command line, or "library" */
    char *started; /* UTC, ISO 8601 */
    char *matcher; /* name of the matcher */
    char *model_checksum;
    char *model_recipe;
    char *model_path;
    double seconds;   /* whole job, wall clock */
    double threshold; /* in force */
    int neighbours, window_days, threads;
    bool zh_en, zh_zh, en_en; /* pairs that were linked */
    int32_t covers_from;      /* the links are all pairs whose later article is of this day or later; SS_COVERS_ALL */
    ss_reader_counts counts;
} ss_provenance;

/* A piece of what the articles of a link have in common, or in conflict (link_evidence.h). Places are bytes of an article's
 * title, "\n" and text. */
typedef struct ss_link_evidence {
    uint64_t link;             /* row in links */
    uint32_t begin[2], end[2]; /* in a and in b */
    float bits;                /* how telling; 0 of a conflict */
    uint8_t kind;              /* explain_evidence.h */
    uint8_t conflict;          /* 1: both give a figure of this kind, and none agree */
} ss_link_evidence;

struct ss_result {
    ss_articles articles; /* sorted: see ss_result_article() */
    int dimension;
    int8_t *vector[SS_CHANNELS]; /* each [count][dimension] */
    uint32_t *norm[SS_CHANNELS]; /* each [count] */
    uint32_t *ngrams;            /* [count] n-grams counted in the whole article */
    ss_link *link;               /* sorted by a, then b; with keep_candidates also pairs below the threshold */
    size_t link_count;
    int64_t *event_of;          /* [count] 0 .. event_count - 1, or -1 */
    size_t event_count;         /* events are numbered by their first article */
    ss_link_evidence *evidence; /* by link; of each what agrees, the most telling first, then what conflicts */
    size_t evidence_count;
    uint32_t evidence_most; /* pieces that agree, of each link; 0: none were looked for */
    ss_provenance provenance;
};

/* A zeroed result with "" for all strings. */
ss_status ss_result_new(ss_result **out);

/* By time of publication, undated last, then by id: the order of a result's articles, for qsort(). */
int ss_article_compare(const void *left, const void *right);

/* By a, then b: the order of a result's links, for qsort(). */
int ss_link_compare(const void *left, const void *right);

/* The link of these two articles, in the order that links name them in; NULL if there is none. */
const ss_link *ss_result_find_link(const ss_result *result, uint32_t a, uint32_t b);

/* The cosine of one channel of two articles; 0 where either is empty. */
double ss_result_cosine(const ss_result *result, ss_channel channel, uint32_t a, uint32_t b);

/* SS_ERROR_ARGUMENT unless the result was made with this model: only it can explain the result. */
ss_status ss_result_check_model(const ss_result *result, const ss_model *model);

/* Replaces one owned string of a provenance (or any other) by a copy of `text`. */
ss_status ss_set_text(char **where, const char *text);

#endif
