/* Gold pairs: what people say of pairs of articles, of two languages or of one.
 *
 * One pair a line: id TAB id TAB label TAB note, where the label is same, related or different; `duplicate` is taken for
 * same. The note may be missing; it holds words with semicolons between them, of which `ev=N` (the number of the event
 * that both report) and `borderline` (the label is in doubt) mean something here. */
#ifndef SS_GOLD_H
#define SS_GOLD_H

#include "result.h"

typedef enum ss_label { SS_LABEL_DIFFERENT, SS_LABEL_RELATED, SS_LABEL_SAME } ss_label;

#define SS_NO_EVENT (-1)

typedef struct ss_gold_pair {
    char *a, *b;   /* ids, as they stand in the file */
    int64_t event; /* SS_NO_EVENT where none is named */
    ss_label label;
    bool borderline;
} ss_gold_pair;

typedef struct ss_gold {
    size_t count;
    size_t capacity;
    ss_gold_pair *pair; /* in the order of the file */
} ss_gold;

/* Fills *gold (zeroed); ss_gold_clear() frees it, also after a failure. */
ss_status ss_gold_read(ss_gold *gold, const char *path, const ss_job *job);
void ss_gold_clear(ss_gold *gold);

/* A gold pair by rows of a result, in the order of a link: a is the zh one of a zh-en pair, else a < b. */
typedef struct ss_judged {
    uint32_t a, b;
    int64_t event;
    ss_label label;
} ss_judged;

/* The pairs whose label is sure and whose articles are there. */
typedef struct ss_verdicts {
    size_t count;
    ss_judged *pair;   /* in the order of the file */
    size_t borderline; /* left out because the label is in doubt */
    size_t missing;    /* left out because an article is not there; job->warning hears of it */
} ss_verdicts;

/* Finds the articles of the pairs, which were read from `path`. ss_verdicts_clear() frees *out. */
ss_status ss_gold_find(ss_verdicts *out, const ss_gold *gold, const ss_result *result, const char *path,
                       const ss_job *job);
void ss_verdicts_clear(ss_verdicts *verdicts);

#endif
