#include "match_spans.h"

#include <stdlib.h>

#include "sizes.h"
#include "status.h"

/* The tiles of columns that a panel meets, in the order in which it does: from the middle of the dated ones to their
 * end, those before the middle, those of no day. */
typedef struct panel_tiles {
    ss_range part[3];
} panel_tiles;

/* What lies within the piece, counted from its beginning, in whole tiles. */
static ss_range tiles_within(size_t begin, size_t end, ss_range rows)
{
    begin = ss_larger(begin, rows.begin);
    end = ss_smaller(end, rows.end);
    if (begin >= end) return (ss_range){0, 0};
    return (ss_range){(begin - rows.begin) / SS_SCAN_PANEL, (end - rows.begin + SS_SCAN_PANEL - 1) / SS_SCAN_PANEL};
}

/* Bands move on with the days, so that the first and the last row tell; an undated one, which is among the last, has
 * all of b in the dated range. */
static panel_tiles tiles_of_panel(ss_piece piece, size_t panel, const ss_side *a, const ss_side *b,
                                  const ss_match_options *options)
{
    size_t first_row = piece.a.begin + panel * SS_SCAN_PANEL;
    size_t last_row = ss_smaller(first_row + SS_SCAN_PANEL, piece.a.end) - 1;
    ss_band first = ss_band_of_row(a, first_row, b, options), last = ss_band_of_row(a, last_row, b, options);
    ss_range dated = tiles_within(ss_smaller(first.dated.begin, last.dated.begin),
                                  ss_larger(first.dated.end, last.dated.end), piece.b);
    ss_range undated = tiles_within(first.undated.begin, first.undated.end, piece.b);
    if (dated.end > dated.begin) undated.begin = ss_larger(undated.begin, dated.end);
    if (undated.begin > undated.end) undated.end = undated.begin;

    size_t panels = (ss_range_rows(piece.a) + SS_SCAN_PANEL - 1) / SS_SCAN_PANEL;
    size_t tiles = (ss_range_rows(piece.b) + SS_SCAN_PANEL - 1) / SS_SCAN_PANEL;
    size_t middle = ss_smaller(ss_larger(panel * tiles / panels, dated.begin), dated.end);
    return (panel_tiles){{{middle, dated.end}, {dated.begin, middle}, undated}};
}

static ss_status push_span(ss_span_list *list, size_t panel, size_t begin_tile, size_t end_tile, size_t b_count)
{
    SS_TRY(ss_grow((void **)&list->item, &list->capacity, list->count + 1, sizeof *list->item));
    list->item[list->count++] = (ss_span){.a_begin = (uint32_t)(panel * SS_SCAN_PANEL),
                                          .b_begin = (uint32_t)(begin_tile * SS_SCAN_PANEL),
                                          .b_end = (uint32_t)ss_smaller(end_tile * SS_SCAN_PANEL, b_count)};
    return SS_OK;
}

/* Spans for numbers begin .. end - 1 of the panel's tiles; *met tells whether there were any. */
static ss_status push_layer(ss_span_list *list, const panel_tiles *tiles, size_t panel, size_t begin, size_t end,
                            size_t b_count, bool *met)
{
    size_t before = 0;
    for (int i = 0; i < 3; i++) {
        ss_range part = tiles->part[i];
        size_t count = ss_range_rows(part);
        size_t first = ss_larger(begin, before), last = ss_smaller(end, before + count);
        if (first < last) {
            SS_TRY(push_span(list, panel, part.begin + first - before, part.begin + last - before, b_count));
            *met = true;
        }
        before += count;
    }
    return SS_OK;
}

ss_status ss_spans_of_piece(ss_span_list *list, ss_piece piece, const ss_side *a, const ss_side *b,
                            const ss_match_options *options, size_t longest)
{
    list->count = 0;
    size_t panels = (ss_range_rows(piece.a) + SS_SCAN_PANEL - 1) / SS_SCAN_PANEL;
    size_t b_count = ss_range_rows(piece.b);
    panel_tiles *tiles = calloc(panels + 1, sizeof *tiles);
    if (tiles == NULL) return ss_fail_memory((panels + 1) * sizeof *tiles);
    for (size_t panel = 0; panel < panels; panel++)
        tiles[panel] = tiles_of_panel(piece, panel, a, b, options);

    ss_status status = SS_OK;
    bool met = true;
    for (size_t begin = 0, length = 1; met && status == SS_OK;) {
        met = false;
        for (size_t panel = 0; panel < panels && status == SS_OK; panel++)
            status = push_layer(list, &tiles[panel], panel, begin, begin + length, b_count, &met);
        begin += length;
        length = ss_smaller(begin, longest / SS_SCAN_PANEL);
    }
    free(tiles);
    return status;
}
