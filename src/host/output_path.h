/* Whether a file can be written under a name: to be asked before the work, not after it. */
#ifndef SS_OUTPUT_PATH_H
#define SS_OUTPUT_PATH_H

#include "samestory.h"

/* SS_ERROR_IO where the folder is not there or can't be written to; SS_ERROR_ARGUMENT where the name belongs to anything
 * but a file of the same kind (SS_RESULT_NAME, SS_MODEL_NAME ...), whose first words that is: a forgotten output name would
 * make one of the inputs the output, a slip replace a model or an archive. */
ss_status ss_output_check(const char *path, const char *kind);

/* Creates PATH.tmp-PROCESS to be written to and renamed. *temporary is the caller's to free() and, until it has
 * its final name, to unlink(); *descriptor, open for reading and writing, to close(). */
ss_status ss_output_create(const char *path, char **temporary, int *descriptor);

/* SS_ERROR_IO for an errno that writing `path` met. */
ss_status ss_output_fail(const char *path, int error);

/* Gives the temporary file, written, synchronised and closed, its final name. Returns 0 or an errno. */
int ss_output_rename(const char *temporary, const char *path);

#endif
