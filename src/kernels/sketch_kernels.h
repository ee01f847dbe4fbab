/* Sketching on the device, as a C function: src/host/sketch_cuda.c calls it, sketch.cu defines it. No CUDA header is
 * needed to include this. Articles come as raw UTF-8, and what goes back is what ss_sketch_channels() makes of them on
 * a CPU, to the last bit. */
#ifndef SS_SKETCH_KERNELS_H
#define SS_SKETCH_KERNELS_H

#include "../host/ngram.h"
#include "../host/sketch.h"
#include "kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The fold table as ss_fold_save() lays it out: code point >> SS_FOLD_BLOCK_BITS -> block, place in that block ->
 * entry. An entry is a folded character, or with SS_FOLD_EXPANDS the place of a list in the expansions: its length,
 * then itself. */
#define SS_FOLD_BLOCK_BITS 7
#define SS_FOLD_BLOCKS     (0x110000u >> SS_FOLD_BLOCK_BITS)
#define SS_FOLD_EXPANDS    0x80000000u

/* A row of the model comes in pieces of 8 bytes: 16 entries, each plus 8, the earlier one of a byte in its low half. */
#define SS_SKETCH_PIECE         8
#define SS_SKETCH_PIECE_ENTRIES (2 * SS_SKETCH_PIECE)

/* The model, in device memory. */
typedef struct ss_sketch_model {
    const uint32_t *fold_block, *fold_entry, *fold_expansion;
    const uint32_t *row_of_bucket;
    const uint8_t *row;    /* [row_count][row_pieces][SS_SKETCH_PIECE], aligned to 128 bytes */
    const uint16_t *scale; /* [row_count] */
    uint32_t row_pieces;
    uint32_t dimension;
    ss_ngram_rules rules;
    uint64_t begin[SS_NGRAM_PART + 1]; /* what hashes of each kind begin with */
} ss_sketch_model;

#define SS_SKETCH_TITLE_BYTES 1024 /* a longer title is left to the CPU */

/* An article's bytes: its title, and right after it as much of its text as is looked at. */
typedef struct ss_sketch_source {
    uint32_t offset;
    uint16_t title_length; /* more than SS_SKETCH_TITLE_BYTES: to be left, and there are no bytes */
    uint16_t text_length;  /* ss_whole_length() */
    uint16_t lead_length;  /* of them, ss_lead_length() */
} ss_sketch_source;

typedef struct ss_sketch_numbers {
    uint32_t norm[SS_CHANNELS];
    uint32_t ngrams; /* of the whole article; SS_SKETCH_LEFT: it did not fit, and its vectors say nothing */
} ss_sketch_numbers;

#define SS_SKETCH_LEFT UINT32_MAX

typedef struct ss_sketch_batch {
    ss_sketch_model model;
    const uint8_t *bytes;
    const ss_sketch_source *source; /* [count] */
    uint32_t count;
    int8_t *vector;             /* [SS_CHANNELS][count][dimension] */
    ss_sketch_numbers *numbers; /* [count] */
} ss_sketch_batch;

/* The sketches of a batch. The result is a cudaError_t: of the launch, not of what it does later. */
int ss_sketch_texts(const ss_sketch_batch *batch, ss_stream stream);

#ifdef __cplusplus
}
#endif

#endif
