/* The lexicon as part of the model file. */
#ifndef SS_STORE_LEXICON_H
#define SS_STORE_LEXICON_H

#include "digest.h"
#include "hdf5_columns.h"
#include "lexicon.h"

/* Both need a file in which the model is being written or read. Without a lexicon (NULL) there is no group, and a model
 * has the checksum that it had before there were any. */
ss_status ss_lexicon_write(ss_h5 *file, const ss_lexicon *lexicon);
ss_status ss_lexicon_read(ss_h5 *file, ss_lexicon **out);

/* Adds to the checksum of a model. */
void ss_lexicon_digest(ss_digest *digest, const ss_lexicon *lexicon);

#endif
