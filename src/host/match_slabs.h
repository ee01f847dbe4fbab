/* A long call of a matcher in short ones: the rows of one set are taken in slabs, so many of them at a time, and what a
 * slab finds is merged into the lists of all. Since the order of neighbours is total, the lists are the same as those of
 * one call. After each slab the lists are fit to be saved, and a job that was interrupted goes on behind it. */
#ifndef SS_MATCH_SLABS_H
#define SS_MATCH_SLABS_H

#include "match_tile.h"

/* What a slab has done. The lists of other rows have not changed. */
typedef struct ss_slab {
    ss_range rows;             /* of a */
    ss_range columns, undated; /* of b */
} ss_slab;

typedef struct ss_slab_options {
    double seconds; /* what a slab should take at most, about */
    void (*done)(void *user, const ss_slab *slab);
    void *user;
} ss_slab_options;

/* Like matcher->nearest(), but for the lists, which ss_neighbours_new() has made: those of b, too, unless options->self.
 * Rows of a before `first` have been matched already. `bytes`: memory beside the lists. */
ss_status ss_match_in_slabs(const ss_matcher *matcher, ss_neighbours *a_to_b, ss_neighbours *b_to_a, const ss_side *a,
                            const ss_side *b, const ss_match_options *options, size_t bytes, size_t first,
                            const ss_slab_options *slabs);

#endif
