/* A seal: the first bytes of a file, which hold a checksum of the rest. HDF5 leaves them to the program ("user block").
 * It crashes or hangs on some damaged files, so what has to withstand damage is checked before HDF5 sees it. */
#ifndef SS_SEAL_H
#define SS_SEAL_H

#include "samestory.h"

#define SS_SEAL_SIZE 512 /* the smallest user block */

/* Writes the seal of an open file; everything behind the seal is there already. SS_ERROR_IO leaves its reason in errno
 * and no message. */
ss_status ss_seal_write(int descriptor, const char *name);

/* Whether an open file has a seal of this name, and whether it fits the rest of the file. */
ss_status ss_seal_check(int descriptor, const char *name, bool *sealed, bool *intact);

#endif
