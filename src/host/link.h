/* The main job, where some articles have been sketched before. */
#ifndef SS_LINK_H
#define SS_LINK_H

#include "sketch_articles.h"

/* ss_link_articles() with the sketches of the first known->count articles, which are cleared once they are in the result;
 * `known` may be NULL. */
ss_status ss_link_sketched(ss_result **out, ss_articles *articles, ss_sketches *known, const ss_model *model,
                           const ss_link_options *options, const ss_job *job);

#endif
