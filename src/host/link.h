/* The main job, where some of it has been done before. */
#ifndef SS_LINK_H
#define SS_LINK_H

#include "checkpoint.h"
#include "sketch_columns.h"

/* ss_link_articles() with sketches of all articles, which are cleared as they go to the result; NULL: they are made. With a
 * checkpoint (NULL: none), which has been told of articles and sketches, it saves what it has done as it goes on and begins
 * with what an earlier run has saved. */
ss_status ss_link_sketched(ss_result **out, ss_articles *articles, ss_sketches *known, const ss_model *model,
                           const ss_link_options *options, ss_checkpoint *checkpoint, const ss_job *job);

#endif
