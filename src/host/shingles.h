/* How much of one text stands in another, by shingles: sequences of a few words or characters (Broder 1997). */
#ifndef SS_SHINGLES_H
#define SS_SHINGLES_H

#include "fold.h"

typedef struct ss_shingles {
    uint32_t *hash; /* [count] ascending, each once */
    size_t count, capacity;
} ss_shingles;

/* The shingles of a folded text: four words, or eight Han characters; of a shorter text all of it. */
ss_status ss_shingles_take(ss_shingles *shingles, const ss_folded *text, size_t length);

/* The same in the order of the text and as often as they stand there, which is faster. */
ss_status ss_shingles_list(ss_shingles *shingles, const ss_folded *text, size_t length);

/* Adds the upper half of any hash; ascending and each once, as they must be to be compared, after ss_shingles_sort(). */
ss_status ss_shingles_add(ss_shingles *shingles, uint64_t hash);
void ss_shingles_sort(ss_shingles *shingles);

void ss_shingles_clear(ss_shingles *shingles);

/* Share of the shingles of the text with fewer that the other has too (containment), 0..1; NAN if either has none. */
float ss_shingles_shared(const ss_shingles *a, const ss_shingles *b);

#endif
