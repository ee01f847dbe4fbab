/* The state of training after an epoch, on disk, so that a run can be taken up again. */
#ifndef SS_TRAIN_CHECKPOINT_H
#define SS_TRAIN_CHECKPOINT_H

#include "train_step.h"

/* `fingerprint` stands for the options and pairs of the run. Written through a temporary name. */
ss_status ss_checkpoint_write(const char *path, uint64_t fingerprint, const ss_table *table, int epochs_done);

/* Fills the table and *epochs_done; leaves them alone where there is no file. A checkpoint of another run or a damaged
 * one is SS_ERROR_INPUT. */
ss_status ss_checkpoint_read(const char *path, uint64_t fingerprint, ss_table *table, int *epochs_done);

#endif
