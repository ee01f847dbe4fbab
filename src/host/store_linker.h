/* What the linker learnt, as part of the model file. */
#ifndef SS_STORE_LINKER_H
#define SS_STORE_LINKER_H

#include "digest.h"
#include "hdf5_columns.h"
#include "model.h"

/* Both need a file in which the model is being written or read. What was read is checked; ss_linker_clear() frees it,
 * after a failure too. */
ss_status ss_linker_write(ss_h5 *file, const ss_linker *linker);
ss_status ss_linker_read(ss_h5 *file, ss_linker *linker);

void ss_linker_clear(ss_linker *linker);

/* What is wrong with it, or NULL. */
const char *ss_linker_find_fault(const ss_linker *linker);

/* Adds to the checksum of a model. */
void ss_linker_digest(ss_digest *digest, const ss_linker *linker);

#endif
