/* What stands around a report and tells nothing of the event: bylines, datelines, editors, invitations to share, to read more
 * and to subscribe, copyright. It is left out of sketches and evidence, and stays in the article. */
#ifndef SS_FURNITURE_H
#define SS_FURNITURE_H

#include "samestory.h"

/* A part of an article's text. */
typedef struct ss_body {
    const char *text;
    size_t length;
} ss_body;

/* The report in the text of an article, as far as sketches and evidence look at it and a character more. Lines are left out at
 * the beginning, and at the end where that is near; all of them only where there is a title. */
ss_body ss_body_of(const ss_article *article);

#endif
