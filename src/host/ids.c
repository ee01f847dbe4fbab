#include "ids.h"
#include "buffer.h"
#include "status.h"

#include <stdlib.h>
#include <string.h>

/* An open-addressed hash table over texts that lie one after the other: id, NUL, origin, NUL. */
struct ss_ids {
    ss_buffer texts;
    size_t *slot;      /* offset in `texts` + 1, or 0: free */
    size_t slot_count; /* a power of two */
    size_t used;
};

ss_status ss_ids_new(ss_ids **out)
{
    *out = calloc(1, sizeof **out);
    return *out != NULL ? SS_OK : ss_fail_memory(sizeof **out);
}

void ss_ids_free(ss_ids *ids)
{
    if (ids == NULL) return;
    ss_buffer_free(&ids->texts);
    free(ids->slot);
    free(ids);
}

/* FNV-1a */
static uint64_t hash_text(const char *text)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    return hash ^ hash >> 32;
}

/* The slot of `id`, or the free one where it belongs. */
static size_t *find_slot(const char *texts, size_t *slot, size_t slot_count, const char *id)
{
    size_t at = (size_t)hash_text(id) & (slot_count - 1);
    while (slot[at] != 0 && strcmp(texts + slot[at] - 1, id) != 0)
        at = (at + 1) & (slot_count - 1);
    return &slot[at];
}

static ss_status double_slots(ss_ids *ids)
{
    size_t count = ids->slot_count == 0 ? 1024 : 2 * ids->slot_count;
    size_t *slot = calloc(count, sizeof *slot);
    if (slot == NULL) return ss_fail_memory(count * sizeof *slot);
    for (size_t i = 0; i < ids->slot_count; i++)
        if (ids->slot[i] != 0)
            *find_slot(ids->texts.data, slot, count, ids->texts.data + ids->slot[i] - 1) = ids->slot[i];
    free(ids->slot);
    ids->slot = slot;
    ids->slot_count = count;
    return SS_OK;
}

ss_status ss_ids_add(ss_ids *ids, const char *id, const char *origin, const char **earlier)
{
    *earlier = NULL;
    if (2 * ids->used >= ids->slot_count) SS_TRY(double_slots(ids));
    size_t *slot = find_slot(ids->texts.data, ids->slot, ids->slot_count, id);
    size_t id_size = strlen(id) + 1, origin_size = strlen(origin) + 1;
    if (*slot != 0) {
        *earlier = ids->texts.data + *slot - 1 + id_size;
        return SS_OK;
    }
    size_t offset = ids->texts.length;
    SS_TRY(ss_buffer_append(&ids->texts, id, id_size));
    SS_TRY(ss_buffer_append(&ids->texts, origin, origin_size));
    *slot = offset + 1;
    ids->used++;
    return SS_OK;
}
