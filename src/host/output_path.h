/* Whether a file can be written under a name: to be asked before the work, not after it. */
#ifndef SS_OUTPUT_PATH_H
#define SS_OUTPUT_PATH_H

#include "samestory.h"

/* SS_ERROR_IO where the folder is not there or can't be written to, or where the name belongs to something that samestory
 * did not write: a forgotten output name would make one of the inputs the output. */
ss_status ss_output_check(const char *path);

#endif
