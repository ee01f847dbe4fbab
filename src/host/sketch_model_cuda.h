/* The model in the memory of a device, as sketching there needs it. No CUDA header is needed to include this. */
#ifndef SS_SKETCH_MODEL_CUDA_H
#define SS_SKETCH_MODEL_CUDA_H

#include "../kernels/sketch_kernels.h"
#include "model.h"

typedef struct ss_device_model ss_device_model;

/* Copies what is needed of it. The device must be the thread's current one, and is again when the copy is freed. */
ss_status ss_device_model_new(ss_device_model **out, const ss_model *model, int device);
void ss_device_model_free(ss_device_model *copy);

const ss_sketch_model *ss_device_model_get(const ss_device_model *copy);

#endif
