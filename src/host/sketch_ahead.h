/* Sketching beside reading: while a list of articles grows, those that it has are sketched, batch by batch. */
#ifndef SS_SKETCH_AHEAD_H
#define SS_SKETCH_AHEAD_H

#include "checkpoint.h"

typedef struct ss_sketch_ahead ss_sketch_ahead;

/* `cuda`: by devices. Batches are no longer than the steps of the checkpoint (NULL: none). All given is borrowed. */
ss_status ss_sketch_ahead_new(ss_sketch_ahead **out, const ss_model *model, bool cuda, const ss_checkpoint *checkpoint,
                              const ss_job *job);
void ss_sketch_ahead_free(ss_sketch_ahead *ahead);

/* After articles have been added: if those without sketches make a batch it is begun, and the one before, waited for, goes to
 * `sketches`, those of the first articles. With one thread nothing is sketched before it is waited for. */
ss_status ss_sketch_ahead_follow(ss_sketch_ahead *ahead, const ss_articles *articles, ss_sketches *sketches);

/* There are no more articles: what is left of them. */
ss_status ss_sketch_ahead_finish(ss_sketch_ahead *ahead, const ss_articles *articles, ss_sketches *sketches);

#endif
