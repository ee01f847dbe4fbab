/* The ids met so far. */
#ifndef SS_IDS_H
#define SS_IDS_H

#include "samestory.h"

/* And where they were met. */
typedef struct ss_ids ss_ids;

ss_status ss_ids_new(ss_ids **out);

/* Adds `id`, read at `origin`. If it is there already nothing changes and *earlier is where it was read first, valid until
 * the next call; else *earlier is NULL. */
ss_status ss_ids_add(ss_ids *ids, const char *id, const char *origin, const char **earlier);

void ss_ids_free(ss_ids *ids);

/* 64 bits for an id, the same on every machine: the beginning of its SHA-256. */
ss_status ss_id_hash(uint64_t *out, const char *id);

/* A set of such hashes, 11 to 21 bytes each: which ids have been met, where there may be too many of them to be kept. Two of
 * a hundred million ids have the same hash with a probability of 0.0003. */
typedef struct ss_id_set ss_id_set;

ss_status ss_id_set_new(ss_id_set **out);

/* *added: it was not there. */
ss_status ss_id_set_add(ss_id_set *set, uint64_t hash, bool *added);

void ss_id_set_free(ss_id_set *set);

#endif
