/* UTF-8 to folded characters, a byte a thread. Where a character begins can be told from the three bytes before, in
 * damaged text too, so that no thread waits for the one before it. */
#ifndef SS_SKETCH_FOLD_CUH
#define SS_SKETCH_FOLD_CUH

#include "sketch_memory.cuh"

struct utf8_text {
    const uint8_t *byte;
    uint32_t length;
};

/* 0, with which no character goes on, beyond both ends (before the first byte `at` has wrapped around). */
static __device__ __forceinline__ uint32_t byte_at(const utf8_text &text, uint32_t at)
{
    return at < text.length ? text.byte[at] : 0;
}

static __device__ __forceinline__ bool is_trail(uint32_t byte)
{
    return (byte & 0xc0) == 0x80;
}

/* The character at `at` and its length in bytes, as ICU's U8_NEXT_OR_FFFD has them: damaged ones are U+FFFD and end
 * before the first byte that can't be their next. */
static __device__ __forceinline__ uint32_t decode(const utf8_text &text, uint32_t at, uint32_t *code_point)
{
    const uint32_t lead = byte_at(text, at);
    *code_point = lead < 0x80 ? lead : 0xfffd;
    if (lead < 0xc2 || lead > 0xf4) return 1;
    const uint32_t trails = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    uint32_t code = lead & (0x3fu >> trails);
    /* Of the second byte: no longer form than is needed, no surrogates, nothing above U+10FFFF. */
    uint32_t least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    uint32_t most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    for (uint32_t i = 1; i <= trails; i++) {
        const uint32_t byte = byte_at(text, at + i);
        if (byte < least || byte > most) return i;
        code = code << 6 | (byte & 0x3f);
        least = 0x80;
        most = 0xbf;
    }
    *code_point = code;
    return trails + 1;
}

/* Whether a character begins at `at`; a byte that belongs to no other one is one of its own. */
static __device__ __forceinline__ bool begins_character(const utf8_text &text, uint32_t at)
{
    if (!is_trail(byte_at(text, at))) return true;
    for (uint32_t back = 1; back <= 3; back++) {
        uint32_t ignored;
        if (!is_trail(byte_at(text, at - back))) return decode(text, at - back, &ignored) <= back;
    }
    return true;
}

/* The sum of what the threads before this one give, and of all. The whole block calls. */
static __device__ __forceinline__ uint32_t sum_before(block_memory &memory, uint32_t own, uint32_t *all)
{
    const uint32_t lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    uint32_t up_to = own;
#pragma unroll
    for (uint32_t step = 1; step < 32; step *= 2) {
        const uint32_t lower = __shfl_up_sync(WHOLE_WARP, up_to, step);
        if (lane >= step) up_to += lower;
    }
    if (lane == 31) memory.of_warp[warp] = up_to;
    __syncthreads();
    uint32_t before = up_to - own;
    *all = 0;
#pragma unroll
    for (uint32_t w = 0; w < SKETCH_WARPS; w++) {
        if (w < warp) before += memory.of_warp[w];
        *all += memory.of_warp[w];
    }
    __syncthreads();
    return before;
}

static __device__ __forceinline__ uint32_t fold_entry(const ss_sketch_model &model, uint32_t code_point)
{
    const uint32_t block = model.fold_block[code_point >> SS_FOLD_BLOCK_BITS];
    return model.fold_entry[(block << SS_FOLD_BLOCK_BITS) + (code_point & ((1u << SS_FOLD_BLOCK_BITS) - 1))];
}

/* Appends a text to memory.folded, behind which there must stay room for one more, and returns the new end; CHARACTERS if
 * it does not fit. memory.lead_end becomes where byte `lead` comes to. The whole block calls. */
static __device__ uint32_t fold_text(block_memory &memory, const ss_sketch_model &model, const utf8_text &text,
                                     uint32_t lead, uint32_t end)
{
    for (uint32_t begin = 0; begin < text.length; begin += SKETCH_THREADS) {
        const uint32_t at = begin + threadIdx.x;
        uint32_t entry = 0, count = 0, code_point, all;
        if (at < text.length && begins_character(text, at)) {
            decode(text, at, &code_point);
            entry = fold_entry(model, code_point);
            count = entry & SS_FOLD_EXPANDS ? model.fold_expansion[entry & ~SS_FOLD_EXPANDS] : 1;
        }
        const uint32_t place = end + sum_before(memory, count, &all);
        end += all;
        if (end >= CHARACTERS) return CHARACTERS;
        const uint32_t *list = model.fold_expansion + (entry & ~SS_FOLD_EXPANDS) + 1;
        for (uint32_t i = 0; i < count; i++)
            memory.folded[place + i] = entry & SS_FOLD_EXPANDS ? list[i] : entry;
        if (at == lead) memory.lead_end = place;
    }
    if (lead == text.length && threadIdx.x == 0) memory.lead_end = end;
    return end;
}

#endif
