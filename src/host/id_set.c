#include "digest.h"
#include "ids.h"
#include "status.h"

#include <stdlib.h>
#include <string.h>

/* Open addressing; 0 stands for a free slot, and a hash of 0 for 1. */
struct ss_id_set {
    uint64_t *slot;
    size_t slot_count; /* a power of two */
    size_t used;
};

ss_status ss_id_hash(uint64_t *out, const char *id)
{
    return ss_digest_short(out, id, strlen(id));
}

ss_status ss_id_set_new(ss_id_set **out)
{
    *out = calloc(1, sizeof **out);
    return *out != NULL ? SS_OK : ss_fail_memory(sizeof **out);
}

void ss_id_set_free(ss_id_set *set)
{
    if (set == NULL) return;
    free(set->slot);
    free(set);
}

/* The slot of `hash`, or the free one where it belongs. */
static uint64_t *find_slot(uint64_t *slot, size_t slot_count, uint64_t hash)
{
    size_t at = (size_t)hash & (slot_count - 1);
    while (slot[at] != 0 && slot[at] != hash)
        at = (at + 1) & (slot_count - 1);
    return &slot[at];
}

static ss_status double_slots(ss_id_set *set)
{
    size_t count = set->slot_count == 0 ? 4096 : 2 * set->slot_count;
    uint64_t *slot = calloc(count, sizeof *slot);
    if (slot == NULL) return ss_fail_memory(count * sizeof *slot);
    for (size_t i = 0; i < set->slot_count; i++)
        if (set->slot[i] != 0) *find_slot(slot, count, set->slot[i]) = set->slot[i];
    free(set->slot);
    set->slot = slot;
    set->slot_count = count;
    return SS_OK;
}

ss_status ss_id_set_add(ss_id_set *set, uint64_t hash, bool *added)
{
    if (hash == 0) hash = 1;
    if (4 * set->used >= 3 * set->slot_count) SS_TRY(double_slots(set));
    uint64_t *slot = find_slot(set->slot, set->slot_count, hash);
    *added = *slot == 0;
    set->used += *added;
    *slot = hash;
    return SS_OK;
}
