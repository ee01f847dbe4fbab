/* Lists of neighbours and of pairs while they grow. */
#include <stdlib.h>

#include "match_order.h"
#include "match_tile.h"
#include "status.h"

static ss_status allocate_lists(ss_neighbours *lists, size_t count, size_t k)
{
    size_t rows = count > 0 ? count : 1;
    *lists = (ss_neighbours){.count = count, .k = k};
    lists->found = calloc(rows, sizeof *lists->found);
    lists->item = calloc(rows * k, sizeof *lists->item);
    if (lists->found != NULL && lists->item != NULL) return SS_OK;
    ss_neighbours_clear(lists);
    return ss_fail_memory(rows * (sizeof *lists->found + k * sizeof *lists->item));
}

ss_status ss_neighbours_new(ss_neighbours *a_to_b, ss_neighbours *b_to_a, const ss_side *a, const ss_side *b,
                            const ss_match_options *options, size_t *bytes_left)
{
    *a_to_b = (ss_neighbours){0};
    if (b_to_a != NULL) *b_to_a = (ss_neighbours){0};
    SS_TRY(ss_match_check(a, b, options));
    if (options->k < 1) return ss_fail(SS_ERROR_ARGUMENT, "0 neighbours asked for: there must be at least 1");
    if ((b_to_a == NULL) != options->self)
        return ss_fail(SS_ERROR_ARGUMENT, "lists of both sides are made, and of one where both are the same set");

    /* In double, for k may be anything. */
    double rows = (double)a->count + (options->self ? 0.0 : (double)b->count);
    double bytes = rows * ((double)options->k * sizeof(ss_neighbour) + sizeof(uint32_t));
    size_t memory = ss_job_memory(options->job);
    if (bytes > (double)memory)
        return ss_fail(
            SS_ERROR_MEMORY,
            "the %zu nearest neighbours of %.0f articles take %s, and matching may take %s: raise --memory or "
            "ask for fewer neighbours",
            options->k, rows, ss_size_in_words(bytes).text, ss_size_in_words((double)memory).text);
    *bytes_left = memory - (size_t)bytes;

    SS_TRY(allocate_lists(a_to_b, a->count, options->k));
    if (options->self) return SS_OK;
    ss_status status = allocate_lists(b_to_a, b->count, options->k);
    if (status != SS_OK) ss_neighbours_clear(a_to_b);
    return status;
}

/* ------------------------------------------------------------------ heap */

ss_heap ss_heap_of_row(const ss_neighbours *lists, size_t row, const ss_side *own, const ss_side *other)
{
    return (ss_heap){.item = lists->item + row * lists->k,
                     .found = &lists->found[row],
                     .k = lists->k,
                     .norm = own->norm[row],
                     .norms = other->norm};
}

static ss_order order_of(const ss_heap *heap)
{
    return (ss_order){.norm = heap->norm, .norms = heap->norms};
}

double ss_heap_bar(const ss_heap *heap)
{
    ss_order order = order_of(heap);
    return ss_order_bar(&order, heap->item, *heap->found, heap->k);
}

bool ss_heap_offer(ss_heap *heap, ss_neighbour neighbour)
{
    ss_order order = order_of(heap);
    return ss_order_offer(&order, heap->item, heap->found, heap->k, neighbour);
}

void ss_heap_sort(ss_heap *heap)
{
    ss_order order = order_of(heap);
    ss_order_sort(&order, heap->item, *heap->found);
}

/* ----------------------------------------------------------------- pairs */

ss_pair_list ss_pair_list_within(size_t bytes)
{
    /* The sort of the C library may take as much again. */
    return (ss_pair_list){.limit = bytes / (2 * sizeof(ss_pair))};
}

ss_status ss_pair_list_push(ss_pair_list *list, ss_pair pair)
{
    if (list->count >= list->limit)
        return ss_fail(SS_ERROR_MEMORY,
                       "more than %zu pairs reach the threshold, and matching may take no more than the %s "
                       "that these need: raise --memory, narrow --window or raise --threshold",
                       list->limit, ss_size_in_words(2.0 * (double)list->limit * sizeof(ss_pair)).text);
    SS_TRY(ss_grow((void **)&list->item, &list->capacity, list->count + 1, sizeof *list->item));
    list->item[list->count++] = pair;
    return SS_OK;
}

static int compare_pairs(const void *left, const void *right)
{
    const ss_pair *x = left, *y = right;
    if (x->a != y->a) return x->a < y->a ? -1 : 1;
    return (x->b > y->b) - (x->b < y->b);
}

void ss_pair_list_sort(ss_pair_list *list)
{
    if (list->count > 1) qsort(list->item, list->count, sizeof *list->item, compare_pairs);
}
