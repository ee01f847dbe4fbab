#include "sketch_model_cuda.h"

#include <cuda_runtime_api.h>
#include <stdlib.h>
#include <string.h>

#include "device_cuda.h"
#include "status.h"

#define DEVICE_ALIGNMENT 256
#define ROWS_AT_ONCE     4096 /* packed in host memory at a time */

struct ss_device_model {
    int device;
    char *memory; /* all of it on the device */
    size_t bytes;
    ss_sketch_model model;
};

/* The parts of a fold table as ss_fold_save() gives it. */
typedef struct fold_parts {
    uint8_t *saved;
    size_t entries, expansions;
    const uint8_t *block, *entry, *expansion;
} fold_parts;

static ss_status take_fold_apart(fold_parts *parts, const ss_fold *fold)
{
    size_t size;
    SS_TRY(ss_fold_save(fold, &parts->saved, &size));
    uint32_t counts[2];
    memcpy(counts, parts->saved, sizeof counts);
    parts->entries = (size_t)counts[0] << SS_FOLD_BLOCK_BITS;
    parts->expansions = counts[1];
    parts->block = parts->saved + sizeof counts;
    parts->entry = parts->block + SS_FOLD_BLOCKS * sizeof(uint32_t);
    parts->expansion = parts->entry + parts->entries * sizeof(uint32_t);
    if (parts->expansion + parts->expansions * sizeof(uint32_t) == parts->saved + size) return SS_OK;
    return ss_fail(SS_ERROR_INTERNAL, "the fold table is not laid out as sketching on a device expects it");
}

/* The next `bytes` of the device's memory; where there is none yet, only their number is added up. */
static void *carve(ss_device_model *copy, size_t bytes)
{
    void *piece = copy->memory == NULL ? NULL : copy->memory + copy->bytes;
    copy->bytes += (bytes + DEVICE_ALIGNMENT - 1) / DEVICE_ALIGNMENT * DEVICE_ALIGNMENT;
    return piece;
}

static void lay_out(ss_device_model *copy, const ss_model *model, const fold_parts *fold)
{
    ss_sketch_model *m = &copy->model;
    copy->bytes = 0;
    m->fold_block = carve(copy, SS_FOLD_BLOCKS * sizeof(uint32_t));
    m->fold_entry = carve(copy, fold->entries * sizeof(uint32_t));
    m->fold_expansion = carve(copy, (fold->expansions + 1) * sizeof(uint32_t));
    m->row_of_bucket = carve(copy, sizeof(uint32_t) << model->rules.bucket_bits);
    m->row = carve(copy, (size_t)model->row_count * m->row_pieces * SS_SKETCH_PIECE);
    m->scale = carve(copy, model->row_count * sizeof(uint16_t));
}

static ss_status send(const ss_device_model *copy, const void *to, const void *from, size_t bytes)
{
    const char *begin = copy->memory;
    char *place = copy->memory + ((const char *)to - begin);
    cudaError_t error = bytes == 0 ? cudaSuccess : cudaMemcpy(place, from, bytes, cudaMemcpyHostToDevice);
    return error == cudaSuccess ? SS_OK : ss_cuda_fail((int)error, copy->device, "copying the model to it");
}

/* Entries beyond the last are 0. */
static void pack_row(uint8_t *packed, const int8_t *row, size_t dimension, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        int low = 2 * i < dimension ? row[2 * i] : 0, high = 2 * i + 1 < dimension ? row[2 * i + 1] : 0;
        packed[i] = (uint8_t)((low + 8) | (high + 8) << 4);
    }
}

static ss_status send_rows(const ss_device_model *copy, const ss_model *model)
{
    size_t bytes = copy->model.row_pieces * SS_SKETCH_PIECE, dimension = (size_t)model->dimension;
    uint8_t *packed = malloc(ROWS_AT_ONCE * bytes);
    if (packed == NULL) return ss_fail_memory(ROWS_AT_ONCE * bytes);
    ss_status status = SS_OK;
    for (size_t first = 0; first < model->row_count && status == SS_OK; first += ROWS_AT_ONCE) {
        size_t count = model->row_count - first < ROWS_AT_ONCE ? model->row_count - first : ROWS_AT_ONCE;
        for (size_t i = 0; i < count; i++)
            pack_row(packed + i * bytes, model->row + (first + i) * dimension, dimension, bytes);
        status = send(copy, copy->model.row + first * bytes, packed, count * bytes);
    }
    free(packed);
    return status;
}

static ss_status send_all(const ss_device_model *copy, const ss_model *model, const fold_parts *fold)
{
    const ss_sketch_model *m = &copy->model;
    SS_TRY(send(copy, m->fold_block, fold->block, SS_FOLD_BLOCKS * sizeof(uint32_t)));
    SS_TRY(send(copy, m->fold_entry, fold->entry, fold->entries * sizeof(uint32_t)));
    SS_TRY(send(copy, m->fold_expansion, fold->expansion, fold->expansions * sizeof(uint32_t)));
    SS_TRY(send(copy, m->row_of_bucket, model->row_of_bucket, sizeof(uint32_t) << model->rules.bucket_bits));
    SS_TRY(send(copy, m->scale, model->scale, model->row_count * sizeof(uint16_t)));
    return send_rows(copy, model);
}

static ss_status fill(ss_device_model *copy, const ss_model *model, const fold_parts *fold)
{
    lay_out(copy, model, fold);
    void *memory = NULL;
    cudaError_t error = cudaMalloc(&memory, copy->bytes);
    if (error != cudaSuccess) return ss_cuda_fail((int)error, copy->device, "allocating memory for the model");
    copy->memory = memory;
    lay_out(copy, model, fold);
    SS_TRY(send_all(copy, model, fold));
    /* From pageable memory the last of it may still be on its way, and no stream of a lane waits for that. */
    error = cudaStreamSynchronize(NULL);
    return error == cudaSuccess ? SS_OK : ss_cuda_fail((int)error, copy->device, "copying the model to it");
}

ss_status ss_device_model_new(ss_device_model **out, const ss_model *model, int device)
{
    *out = NULL;
    ss_device_model *copy = calloc(1, sizeof *copy);
    if (copy == NULL) return ss_fail_memory(sizeof *copy);
    copy->device = device;
    ss_sketch_model *m = &copy->model;
    m->dimension = (uint32_t)model->dimension;
    m->row_pieces = (m->dimension + SS_SKETCH_PIECE_ENTRIES - 1) / SS_SKETCH_PIECE_ENTRIES;
    m->rules = model->rules;
    for (int kind = SS_NGRAM_HAN; kind <= SS_NGRAM_PART; kind++)
        m->begin[kind] = ss_hash_begin(&model->rules, (ss_ngram_kind)kind);
    fold_parts fold = {0};
    ss_status status = take_fold_apart(&fold, model->fold);
    if (status == SS_OK) status = fill(copy, model, &fold);
    free(fold.saved);
    if (status != SS_OK) {
        ss_device_model_free(copy);
        return status;
    }
    *out = copy;
    return SS_OK;
}

void ss_device_model_free(ss_device_model *copy)
{
    if (copy == NULL) return;
    (void)cudaFree(copy->memory);
    (void)cudaGetLastError();
    free(copy);
}

const ss_sketch_model *ss_device_model_get(const ss_device_model *copy)
{
    return &copy->model;
}
