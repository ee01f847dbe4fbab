/* Whether a file is what samestory wrote. */
#ifndef SS_CHECK_H
#define SS_CHECK_H

#include "samestory.h"

#define SS_CHECK_SIZE 160

/* Verifies checksums and references of a results file, an archive or a model. SS_OK: it is sound, and `what` says what it
 * is. SS_ERROR_INPUT: the message says what is wrong, and where. */
ss_status ss_check_file(char what[SS_CHECK_SIZE], const char *path, const ss_job *job);

#endif
