/* The main job, for a caller within the library and the command line. */
#ifndef SS_LINK_H
#define SS_LINK_H

#include "checkpoint.h"

/* ss_link_articles(), which saves what it has done as it goes on and begins with what an earlier run has saved. The articles
 * are those that the checkpoint has been told of. `checkpoint` may be NULL. */
ss_status ss_link_resumably(ss_result **out, ss_articles *articles, const ss_model *model,
                            const ss_link_options *options, ss_checkpoint *checkpoint, const ss_job *job);

#endif
