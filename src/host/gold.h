/* Gold pairs: what people say of pairs of a Chinese and an English article.
 *
 * One pair a line: zh_id TAB en_id TAB same, related or different TAB note. The note may be missing; it holds words with
 * semicolons between them, of which `ev=N` (the number of the event that both report) and `borderline` (the label is in
 * doubt) mean something here. */
#ifndef SS_GOLD_H
#define SS_GOLD_H

#include "samestory.h"

typedef enum ss_label { SS_LABEL_DIFFERENT, SS_LABEL_RELATED, SS_LABEL_SAME } ss_label;

#define SS_NO_EVENT (-1)

typedef struct ss_gold_pair {
    char *zh, *en; /* ids */
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

#endif
