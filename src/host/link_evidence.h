/* What speaks for and against each link, kept with the result: pieces that point into the texts of its two articles. */
#ifndef SS_LINK_EVIDENCE_H
#define SS_LINK_EVIDENCE_H

#include "explain_evidence.h"
#include "result.h"

/* Finds for each link of at least the result's threshold what ss_testimonies_take() tells of its articles, and keeps the
 * `most` most telling pieces of what agrees and all that conflicts: 32 bytes each. Replaces what the result had; `most` 0:
 * nothing is looked for. The same whatever the number of threads. */
ss_status ss_link_evidence_find(ss_result *result, const ss_model *model, size_t most, const ss_job *job);

/* What the result holds of one link, in words, and no more than `most` of what agrees; the caller clears *out. */
ss_status ss_link_evidence_words(ss_testimonies *out, const ss_result *result, size_t link, size_t most);

/* What a piece names in a (side 0) or b (side 1), and a NUL, into end - begin + 1 bytes. */
void ss_link_evidence_copy(char *out, const ss_result *result, const ss_link_evidence *piece, int side);

#endif
