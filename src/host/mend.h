/* Text as it comes from a file -> sound UTF-8 without NULs, with a word about what was mended. */
#ifndef SS_MEND_H
#define SS_MEND_H

#include "encoding.h"

typedef struct ss_mender {
    const char *name;            /* of the file */
    const ss_encoding *encoding; /* it was in */
    const ss_job *job;           /* who is told; may be NULL */
    ss_buffer mended;
} ss_mender;

/* Warns of damage in `text`, which begins on line `line`, and mends it: then *text moves to memory of the mender's, valid
 * until its next run, with a NUL at its end. */
ss_status ss_mender_run(ss_mender *mender, char **text, size_t *length, uint64_t line);

void ss_mender_clear(ss_mender *mender);

#endif
