/* The ids met so far, and where. */
#ifndef SS_IDS_H
#define SS_IDS_H

#include "samestory.h"

typedef struct ss_ids ss_ids;

ss_status ss_ids_new(ss_ids **out);

/* Adds `id`, read at `origin`. If it is there already nothing changes and *earlier is where it was read first, valid until
 * the next call; else *earlier is NULL. */
ss_status ss_ids_add(ss_ids *ids, const char *id, const char *origin, const char **earlier);

void ss_ids_free(ss_ids *ids);

#endif
