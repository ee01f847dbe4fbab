/* Lists of neighbours and compared candidates in the log. */
#include <string.h>

#include "checkpoint_parts.h"
#include "sizes.h"
#include "status.h"

#define BYTES_AT_ONCE ((size_t)1 << 20)
#define LINKS_AT_ONCE 4096

/* ------------------------------------------------------------------ lists */

typedef struct list_head {
    uint32_t crossing, side;
    uint64_t first, count; /* rows; of each how many neighbours it has, and these */
} list_head;

typedef struct rows_record {
    uint64_t crossing, rows;
} rows_record;

static ss_status put_rows(ss_checkpoint *c, const ss_neighbours *list, const list_head *head)
{
    c->record.length = 0;
    SS_TRY(ss_buffer_append(&c->record, (const char *)head, sizeof *head));
    for (size_t row = (size_t)head->first; row < head->first + head->count; row++) {
        SS_TRY(ss_buffer_append(&c->record, (const char *)&list->found[row], sizeof *list->found));
        SS_TRY(ss_buffer_append(&c->record, (const char *)(list->item + row * list->k),
                                list->found[row] * sizeof *list->item));
    }
    ss_checkpoint_put(c, SS_RECORD_LIST, c->record.data, c->record.length);
    return c->status;
}

static void put_list(ss_checkpoint *c, uint32_t crossing, uint32_t side, const ss_neighbours *list, ss_range rows)
{
    size_t row_size = sizeof *list->found + list->k * sizeof *list->item;
    size_t at_once = ss_larger(1, BYTES_AT_ONCE / row_size);
    for (size_t first = rows.begin; first < rows.end && c->status == SS_OK; first += at_once) {
        list_head head = {crossing, side, first, ss_smaller(at_once, rows.end - first)};
        c->status = put_rows(c, list, &head);
    }
}

static void put_matching(ss_checkpoint *c, uint32_t crossing, ss_matching *m)
{
    bool any = false;
    for (uint32_t side = 0; side < 2; side++) {
        for (int run = 0; run < 2; run++) {
            ss_range *rows = &m->changed[side][run];
            if (rows->begin >= rows->end) continue;
            put_list(c, crossing, side, m->list[side], *rows);
            *rows = (ss_range){0, 0};
            any = true;
        }
    }
    rows_record record = {crossing, m->rows};
    if (any) ss_checkpoint_put(c, SS_RECORD_ROWS, &record, sizeof record);
}

/* One list out of the bytes from *at on; false where they are no such list. */
static bool parse_row(const ss_buffer *record, size_t *at, const ss_matching *m, uint32_t side, size_t row)
{
    const ss_neighbours *list = m->list[side];
    uint32_t found;
    if (record->length - *at < sizeof found) return false;
    memcpy(&found, record->data + *at, sizeof found);
    *at += sizeof found;
    ss_neighbour *item = list->item + row * list->k;
    if (found > list->k || record->length - *at < found * sizeof *item) return false;
    memcpy(item, record->data + *at, found * sizeof *item);
    *at += found * sizeof *item;
    for (uint32_t i = 0; i < found; i++)
        if (item[i].index >= m->other_count[side]) return false;
    list->found[row] = found;
    return true;
}

static ss_status parse_list(const ss_checkpoint *c, const ss_matching matching[SS_CROSSINGS])
{
    list_head head;
    if (c->record.length < sizeof head) return ss_checkpoint_fail_damaged(c);
    memcpy(&head, c->record.data, sizeof head);
    if (head.crossing >= SS_CROSSINGS || head.side > 1 || !matching[head.crossing].used)
        return ss_checkpoint_fail_damaged(c);
    const ss_matching *m = &matching[head.crossing];
    const ss_neighbours *list = m->list[head.side];
    if (list == NULL || head.first > list->count || head.count > list->count - head.first)
        return ss_checkpoint_fail_damaged(c);
    size_t at = sizeof head;
    for (size_t i = 0; i < head.count; i++)
        if (!parse_row(&c->record, &at, m, head.side, (size_t)head.first + i)) return ss_checkpoint_fail_damaged(c);
    return at == c->record.length ? SS_OK : ss_checkpoint_fail_damaged(c);
}

static ss_status parse_rows(const ss_checkpoint *c, ss_matching matching[SS_CROSSINGS])
{
    rows_record record;
    if (c->record.length != sizeof record) return ss_checkpoint_fail_damaged(c);
    memcpy(&record, c->record.data, sizeof record);
    if (record.crossing >= SS_CROSSINGS || !matching[record.crossing].used ||
        record.rows > matching[record.crossing].list[0]->count)
        return ss_checkpoint_fail_damaged(c);
    matching[record.crossing].rows = (size_t)record.rows;
    return SS_OK;
}

/* ------------------------------------------------------------------ links */

static void put_links(ss_checkpoint *c, const ss_result *result, size_t linked)
{
    uint64_t record = linked;
    for (size_t count; c->links < result->link_count && c->status == SS_OK; c->links += count) {
        count = ss_smaller(LINKS_AT_ONCE, result->link_count - c->links);
        ss_checkpoint_put(c, SS_RECORD_LINKS, result->link + c->links, count * sizeof *result->link);
    }
    if (linked > 0) ss_checkpoint_put(c, SS_RECORD_LINKED, &record, sizeof record);
}

static ss_status parse_links(const ss_checkpoint *c, ss_result *r, size_t *capacity)
{
    size_t count = c->record.length / sizeof *r->link;
    if (count == 0 || c->record.length % sizeof *r->link != 0) return ss_checkpoint_fail_damaged(c);
    SS_TRY(ss_grow((void **)&r->link, capacity, r->link_count + count, sizeof *r->link));
    memcpy(r->link + r->link_count, c->record.data, c->record.length);
    for (size_t i = 0; i < count; i++, r->link_count++) {
        const ss_link *link = &r->link[r->link_count];
        if (link->a >= r->articles.count || link->b >= r->articles.count) return ss_checkpoint_fail_damaged(c);
    }
    return SS_OK;
}

static ss_status parse_linked(const ss_checkpoint *c, size_t *linked)
{
    uint64_t record;
    if (c->record.length != sizeof record) return ss_checkpoint_fail_damaged(c);
    memcpy(&record, c->record.data, sizeof record);
    *linked = (size_t)record;
    return SS_OK;
}

/* ------------------------------------------------------------------- both */

void ss_checkpoint_save_candidates(ss_checkpoint *c, ss_matching matching[SS_CROSSINGS], const ss_result *result,
                                   size_t linked)
{
    if (c == NULL || !ss_checkpoint_begin(c)) return;
    ss_checkpoint_put_articles(c, result);
    for (uint32_t i = 0; i < SS_CROSSINGS; i++)
        put_matching(c, i, &matching[i]);
    put_links(c, result, linked);
    ss_checkpoint_commit(c);
}

ss_status ss_checkpoint_load_candidates(ss_checkpoint *c, ss_matching matching[SS_CROSSINGS], ss_result *result,
                                        size_t *link_capacity, size_t *linked)
{
    *linked = 0;
    if (c == NULL || c->log == NULL) return SS_OK;
    for (uint32_t kind; (kind = ss_record_log_next_kind(c->log)) != SS_RECORD_LOG_END;) {
        bool taken;
        SS_TRY(ss_checkpoint_take(c, (ss_record)kind, &taken));
        ss_status status = kind == SS_RECORD_LIST     ? parse_list(c, matching)
                           : kind == SS_RECORD_ROWS   ? parse_rows(c, matching)
                           : kind == SS_RECORD_LINKS  ? parse_links(c, result, link_capacity)
                           : kind == SS_RECORD_LINKED ? parse_linked(c, linked)
                                                      : ss_checkpoint_fail_damaged(c);
        SS_TRY(status);
    }
    c->links = result->link_count;
    for (int i = 0; i < SS_CROSSINGS; i++)
        if (*linked > 0 && matching[i].used && matching[i].rows < matching[i].list[0]->count)
            return ss_checkpoint_fail_damaged(c);
    return SS_OK;
}
