/* What is written before a date to say what happened then: "Published on", 更新时间. */
#ifndef SS_DATE_LABEL_H
#define SS_DATE_LABEL_H

#include "samestory.h"

typedef enum ss_date_label {
    SS_LABEL_NONE,
    SS_LABEL_PUBLISHED,
    SS_LABEL_MODIFIED,
    SS_LABEL_OTHER /* today, a deadline, the day when a reader registered */
} ss_date_label;

/* The label that `text` begins with; *size is its length. */
ss_date_label ss_date_label_first(const char *text, size_t length, size_t *size);

/* The label that `text` ends with, whatever marks, spaces and small words go behind it. */
ss_date_label ss_date_label_last(const char *text, size_t length);

#endif
