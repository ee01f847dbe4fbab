/* What the class and id of an element tell about its purpose. */
#ifndef SS_PAGE_HINTS_H
#define SS_PAGE_HINTS_H

#include "samestory.h"

enum {
    SS_HINT_BODY = 1,      /* holds the text of the article */
    SS_HINT_FURNITURE = 2, /* navigation, related stories, sharing, comments, advertising, ... */
    SS_HINT_AUTHOR = 4,
    SS_HINT_DATE = 8,
    SS_HINT_SOURCE = 16, /* the outlet, or where it took the article from */
    SS_HINT_CAPTION = 32,
    SS_HINT_MARKED_BODY = 64 /* not by its name, but in the vocabulary of schema.org */
};

/* From class, id, itemprop, role and rel; `attributes` as in html.h. */
unsigned ss_page_hints(const char **attributes);

#endif
