/* What runs on the device, as C functions: src/host/match_cuda*.c calls them, one .cu file defines each. No CUDA header
 * is needed to include this.
 *
 * A scan multiplies tiles of two sets of sketches and keeps their products in registers, where they are held against a
 * bar for each row and one for each column; the few that reach a bar (survivors) go to a buffer of hits, and no score
 * ever reaches memory. A merge then puts the hits into the lists of neighbours on the device and raises the bars. */
#ifndef SS_KERNELS_H
#define SS_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The same type as cudaStream_t. */
typedef struct CUstream_st *ss_stream;

#define SS_SCAN_PANEL     128 /* rows of a that a span takes; spans begin at multiples of it on both sides */
#define SS_SCAN_ALIGNMENT 64  /* a row of sketches takes a multiple of so many bytes */
#define SS_SCAN_ALL_DAYS  (-1)

/* What an array of `count` rows must have room for: a kernel may read one panel more than there are rows, so that its
 * tiles may be two panels wide. */
static inline size_t ss_scan_padded(size_t count)
{
    return (count + SS_SCAN_PANEL - 1) / SS_SCAN_PANEL * SS_SCAN_PANEL + SS_SCAN_PANEL;
}

/* One set of sketches, in device memory. Each array has ss_scan_padded(count) entries; those from `count` on are rows of
 * zeros, of no inverse, with a bar that nothing reaches. */
typedef struct ss_scan_side {
    const int8_t *vector; /* [][stride], zero from `dimension` on; aligned to 256 bytes */
    const float *inverse; /* 1 / length; NAN for an empty sketch, so that no comparison holds */
    const float *bar;     /* the least dot * (inverse of the other row) that a list has room for, a little lowered;
                              -INFINITY: takes all, INFINITY: takes none */
    const int32_t *day;   /* INT32_MAX: of no day, compared with every day */
    uint32_t count;
} ss_scan_side;

/* A panel of a against a run of rows of b. Rows a_begin .. a_begin + SS_SCAN_PANEL - 1 (those from a->count on are
 * padding) against b_begin .. b_end - 1. A kernel may compute more columns but reports none of them. The spans of a
 * scan do not overlap: every pair is met once. */
typedef struct ss_span {
    uint32_t a_begin; /* a multiple of SS_SCAN_PANEL */
    uint32_t b_begin; /* a multiple of SS_SCAN_PANEL */
    uint32_t b_end;   /* a multiple of SS_SCAN_PANEL, or b->count */
} ss_span;

typedef struct ss_scan_hit {
    uint32_t a, b; /* rows */
    int32_t dot;
} ss_scan_hit;

typedef struct ss_scan {
    ss_scan_side a, b;
    uint32_t stride;           /* bytes from row to row: a multiple of SS_SCAN_ALIGNMENT, 64 .. 1088 */
    uint32_t dimension;        /* entries of a sketch; where it is at most 260, |dot| < 2^22 */
    int32_t window;            /* pairs at most so many days apart; SS_SCAN_ALL_DAYS: all pairs */
    int32_t self;              /* not 0: both sides are the same rows, and only pairs with a < b count */
    const ss_span *spans;      /* [span_count] in device memory */
    const ss_span *host_spans; /* the same in host memory */
    uint32_t span_count;
    ss_scan_hit *hits; /* [hit_capacity] in any order */
    uint32_t hit_capacity;
    /* How many survivors there were, set to 0 by the caller before the launch. Beyond hit_capacity they are counted but
     * not kept, and the caller repeats the scan. */
    unsigned long long *hit_count;
} ss_scan;

/* A scan. The result is a cudaError_t: of the launch, not of what it does later. */
int ss_scan_portable(const ss_scan *scan, ss_stream stream); /* compute capability 8.0 and later */
int ss_scan_hopper(const ss_scan *scan, ss_stream stream);   /* compute capability 9.0 */

/* The filter of a scan on its own, for the products of one span that lie in memory: product[i * columns + j] of row
 * a_begin + i and column b_begin + j. */
int ss_scan_products(const ss_scan *scan, ss_span span, const int32_t *product, uint32_t columns, ss_stream stream);

/* Lists of neighbours of one set, in device memory, one for each row. */
typedef struct ss_merge_side {
    const uint32_t *norm;
    float *bar;                /* that of ss_scan_side */
    uint32_t *found;           /* length of each list */
    struct ss_neighbour *item; /* [][k], each list a heap as in match_order.h */
    uint32_t *chain;           /* the last link of the row's new hits; SS_MERGE_NONE between merges */
    uint32_t count;
} ss_merge_side;

#define SS_MERGE_NONE UINT32_MAX

typedef struct ss_merge {
    ss_merge_side a, b; /* with self twice the same */
    const float *a_inverse, *b_inverse;
    int32_t self;
    uint32_t k;
    const ss_scan_hit *hits;
    uint32_t hit_count; /* below 2^31 */
    uint32_t *link;     /* [2 * hit_count] scratch: the link before, for the row of a and the row of b of each hit */
} ss_merge;

/* Takes the hits into the lists of both sides and raises the bars. A pair that a list holds already is passed over. */
int ss_merge_hits(const ss_merge *merge, ss_stream stream);

/* Puts the lists of a side (0: a, 1: b) in their final order, best first; no merge may follow. */
int ss_merge_sort(const ss_merge *merge, int side, ss_stream stream);

#ifdef __cplusplus
}
#endif

#endif
