/* What a job reads, so that another job can tell whether it reads the same. */
#ifndef SS_INPUT_LIST_H
#define SS_INPUT_LIST_H

#include "digest.h"

#define SS_INPUT_LIST_SIZE (SS_DIGEST_LENGTH + 1)

/* SHA-256, in hexadecimal digits, over the names, sizes and times of change of all files that the paths stand for, in the
 * order in which they are read, and over the names of fields. */
ss_status ss_input_list(char hex[SS_INPUT_LIST_SIZE], const char *const *paths, size_t path_count,
                        const char *const *fields, size_t field_count);

#endif
