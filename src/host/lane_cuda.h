/* A lane: one stream of one device, with memory for one piece of the product at a time. Several lanes, of one device or
 * of several, work side by side in threads of their own. No CUDA header is needed to include this. */
#ifndef SS_LANE_CUDA_H
#define SS_LANE_CUDA_H

#include "device_cuda.h"
#include "match_spans.h"

#define SS_LANE_SPANS 16384 /* the most that one scan takes */

typedef enum ss_scan_kind {
    SS_SCAN_FASTEST,  /* what suits the device best */
    SS_SCAN_PORTABLE, /* scan_portable.cu */
    SS_SCAN_CUBLAS    /* products by cuBLASLt, to memory and then filtered */
} ss_scan_kind;

/* What a lane has room for. */
typedef struct ss_lane_plan {
    size_t dimension;
    size_t a_rows, b_rows; /* of a piece; b_rows 0: only pieces of rows against themselves */
    size_t k;              /* neighbours in a list; 0: no lists, hits alone are wanted */
    size_t hit_capacity;
    size_t staging; /* bytes of each of two pinned buffers, at least ss_lane_least_staging() */
} ss_lane_plan;

size_t ss_lane_least_staging(const ss_lane_plan *plan);
/* More than that is of no use. */
size_t ss_lane_most_staging(const ss_lane_plan *plan);

/* Bytes of device memory that such a lane takes. */
size_t ss_lane_bytes(const ss_lane_plan *plan);

/* The most columns of a span that such a lane takes: all its pairs may be hits. */
size_t ss_lane_longest_span(const ss_lane_plan *plan);

typedef struct ss_lane ss_lane;

/* SS_ERROR_MEMORY if the device has not so much. To be closed in any case. */
ss_status ss_lane_open(ss_lane **out, int device, const ss_lane_plan *plan, ss_scan_kind kind);
void ss_lane_close(ss_lane *lane);

/* Device memory that is free on it now, to be shared by its lanes. */
ss_status ss_lane_memory(size_t *bytes, int device);

/* To be called in each thread before it uses the lane. */
ss_status ss_lane_enter(const ss_lane *lane);

/* The bar of a row of the set, to begin with. */
typedef double (*ss_first_bar)(const void *context, size_t row);

/* Brings rows of one side of a piece (0: a, 1: b) to the device, with empty lists. */
ss_status ss_lane_load(ss_lane *lane, int side, const ss_side *set, ss_range rows, ss_first_bar bar,
                       const void *context);

/* Scans spans of the loaded piece; *hits may be more than the capacity, and then not all have been kept. */
ss_status ss_lane_scan(ss_lane *lane, const ss_span *spans, size_t count, const ss_match_options *options, bool self,
                       unsigned long long *hits);

/* Takes the first `hits` that the last scan kept into the lists. */
ss_status ss_lane_merge(ss_lane *lane, size_t hits, bool self);

/* What is fetched arrives in parts: items first .. first + count - 1. */
typedef ss_status (*ss_lane_take)(void *context, const void *items, size_t first, size_t count);

ss_status ss_lane_fetch_hits(ss_lane *lane, size_t hits, ss_lane_take take, void *context);

/* The lists of one side: their lengths into found[rows], then for each row `k` of ss_neighbour. With `sorted` in their
 * final order, else as heaps. */
ss_status ss_lane_fetch_lists(ss_lane *lane, int side, bool self, bool sorted, uint32_t *found, ss_lane_take take,
                              void *context);

#endif
