/* How the product of two sets is cut up for the scans of src/kernels: pieces that a device has room for, and in each
 * piece spans, a panel of rows against a run of columns. */
#ifndef SS_MATCH_SPANS_H
#define SS_MATCH_SPANS_H

#include "../kernels/kernels.h"
#include "match_tile.h"

/* Some rows of a against some of b. */
typedef struct ss_piece {
    ss_range a, b;
    bool self; /* both are the same rows of one set */
} ss_piece;

typedef struct ss_span_list {
    ss_span *item;
    size_t count, capacity;
} ss_span_list;

/* The spans that hold all pairs of the piece that are near enough in time, each of at most `longest` columns (a multiple
 * of SS_SCAN_PANEL). Rows are counted from the beginning of the piece.
 *
 * Their order matters: as long as a list is not full, everything is a hit. So every panel first meets one tile of
 * columns, near the diagonal, where all columns have their turn too; then one more, two, four and so on, while the
 * bars rise. */
ss_status ss_spans_of_piece(ss_span_list *list, ss_piece piece, const ss_side *a, const ss_side *b,
                            const ss_match_options *options, size_t longest);

static inline size_t ss_range_rows(ss_range range)
{
    return range.end - range.begin;
}

#endif
