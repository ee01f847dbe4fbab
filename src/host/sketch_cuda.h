/* Sketching on CUDA devices: what ss_sketch_channels() gives, to the last bit. No CUDA header is needed to include
 * this. */
#ifndef SS_SKETCH_CUDA_H
#define SS_SKETCH_CUDA_H

#include "sketch.h"

/* What it took. */
typedef struct ss_sketch_profile {
    uint64_t articles, batches;
    uint64_t left; /* articles that were sketched by the CPU, since they do not fit a block of a device */
    uint64_t bytes_to_device, bytes_from_device; /* without the model's */
} ss_sketch_profile;

/* Sketches all articles on the devices in use (see ss_cuda_use()): while one batch is on a device the next one is put
 * together. `profile` may be NULL. */
ss_status ss_sketch_articles_cuda(const ss_sketch_places *places, const ss_model *model, const ss_articles *articles,
                                  const ss_job *job, ss_sketch_profile *profile);

#endif
