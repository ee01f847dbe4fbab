/* The main job, where some of it has been done before. */
#ifndef SS_LINK_H
#define SS_LINK_H

#include "checkpoint.h"
#include "sketch_articles.h"

/* ss_link_articles() with the sketches of the first known->count articles, which are cleared once they are in the result;
 * `known` may be NULL. With a checkpoint (NULL: none), which has been told of these articles, it saves what it has done as
 * it goes on and begins with what an earlier run has saved. */
ss_status ss_link_sketched(ss_result **out, ss_articles *articles, ss_sketches *known, const ss_model *model,
                           const ss_link_options *options, ss_checkpoint *checkpoint, const ss_job *job);

#endif
