/* /evidence of a results file (docs/format.md): only there if evidence was looked for. */
#ifndef SS_STORE_EVIDENCE_H
#define SS_STORE_EVIDENCE_H

#include "hdf5_columns.h"
#include "result.h"

ss_status ss_store_evidence_write(ss_h5 *file, const ss_result *result);

/* Into a result whose articles and links have been read. */
ss_status ss_store_evidence_read(ss_h5 *file, ss_result *result);

/* What is wrong with a row, in a result whose links are sound; NULL: nothing. */
const char *ss_store_evidence_fault(const ss_result *result, size_t row);

#endif
