/* What a line of a page is by its words alone. */
#ifndef SS_PAGE_LINE_H
#define SS_PAGE_LINE_H

#include "samestory.h"

typedef enum ss_line_kind {
    SS_LINE_PLAIN,
    SS_LINE_PROSE,     /* holds a whole sentence */
    SS_LINE_FURNITURE, /* a byline, a caption, "read more", "share" */
    SS_LINE_ENDING     /* the same, and the article ends before it: "related stories", a copyright line */
} ss_line_kind;

ss_line_kind ss_page_line_kind(const char *text, size_t length);

#endif
