/* Into what pieces a product is cut for the devices at hand. No CUDA header is needed to include this. */
#ifndef SS_PLAN_CUDA_H
#define SS_PLAN_CUDA_H

#include "lane_cuda.h"

typedef struct ss_piece_plan {
    size_t a_count, b_count;
    bool self;
    int device[SS_CUDA_DEVICES];
    int device_count;
    int lanes;               /* lane i is on device i % device_count */
    size_t a_block, b_block; /* rows of a piece, at most */
    size_t piece_count;
    ss_lane_plan lane; /* what a lane has room for */
    size_t wanted_k;
    size_t device_bytes;  /* what lanes may take of the device that has least */
    size_t host_bytes;    /* what they may take for staging */
    bool short_of_memory; /* pieces are smaller than they would be */
} ss_piece_plan;

/* Asks the devices in use for their memory. */
ss_status ss_piece_plan_begin(ss_piece_plan *plan, const ss_side *a, const ss_side *b, const ss_match_options *options,
                              bool join, size_t host_bytes);

/* Chooses pieces that fit plan->device_bytes; SS_ERROR_DEVICE if nothing does. */
ss_status ss_piece_plan_fit(ss_piece_plan *plan);

ss_piece ss_piece_of_plan(const ss_piece_plan *plan, size_t index);

#endif
