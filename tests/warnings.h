/* What a job warned of, and how often: {.warning = note_warning, .user = &met}. */
#ifndef SS_TESTS_WARNINGS_H
#define SS_TESTS_WARNINGS_H

#include <stdio.h>
#include <string.h>

typedef struct warnings {
    int count;
    char text[16384]; /* one a line */
} warnings;

static inline void note_warning(void *user, const char *message)
{
    warnings *w = user;
    size_t length = strlen(w->text);
    snprintf(w->text + length, sizeof w->text - length, "%s\n", message);
    w->count++;
}

#endif
