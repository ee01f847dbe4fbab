/* Sketches of articles from raw UTF-8, a block of 256 threads an article, equal to ss_sketch_channels() to the last
 * bit.
 *
 * Text goes to the device as it is, one to three bytes a character, where features would take sixteen. A block folds
 * it into shared memory, counts the rows of its n-grams in a hash table there, and adds up those rows in integers,
 * channel by channel. What does not fit is left to the CPU, and said so: a title of more than 1,024 bytes, more than
 * 3,968 folded characters or 4,096 rows, an n-gram that stands more than 256 times in the title, 512 times in the lead
 * or 4,096 times in the text.
 *
 * Floor for 10^6 articles of 1,500 rows, 540 of them of the lead and 60 of the title, and sketches of 256 entries, on
 * a device with 3.3 TB/s and 1.4 * 10^13 integer instructions a second (H100): rows of 4 bits are 190 GB, 0.06 s (rows
 * of bytes would be twice that), less where the whole table of 32 MB stays in the second-level cache; adding them up
 * takes 36 instructions for 8 entries of 4 rows, 6 * 10^11 in all, 0.04 s; some 5,000 buckets an article are looked
 * up, 32 bytes each, 160 GB from the second-level cache or 0.05 s from memory. Text is 1.5 GB and sketches are 0.8 GB,
 * 0.09 s over PCIe 4. */
#include "sketch_count.cuh"
#include "sketch_fold.cuh"
#include "sketch_gather.cuh"

/* Of weights, so that no sum of them times entries reaches 2^31: as in src/host/sketch.c. */
#define SUM_LIMIT (1u << 28)

/* Folds an article's texts and lays them out; false if they do not fit. */
static __device__ __forceinline__ bool lay_out(block_memory &memory, const ss_sketch_batch &batch,
                                               const ss_sketch_source &source, article_texts *texts)
{
    const uint8_t *bytes = batch.bytes + source.offset;
    const utf8_text title = {bytes, source.title_length}, body = {bytes + source.title_length, source.text_length};
    texts->folded = memory.folded;
    if (title.length > SS_SKETCH_TITLE_BYTES) return false;
    texts->title_end = fold_text(memory, batch.model, title, 0, 1);
    if (texts->title_end >= CHARACTERS) return false;
    const uint32_t begin = texts->title_end + 1;
    texts->text_end = fold_text(memory, batch.model, body, source.lead_length, begin);
    if (texts->text_end >= CHARACTERS) return false;
    if (threadIdx.x == 0)
        memory.folded[0] = memory.folded[texts->title_end] = memory.folded[texts->text_end] = BETWEEN_TEXTS;
    __syncthreads();
    texts->end = texts->text_end;
    texts->lead_end = memory.lead_end;
    return true;
}

/* Where the end of the lead cuts a word, the lead ends before that word, and what it has of it is a text of its own. */
static __device__ __forceinline__ bool lay_out_cut_word(block_memory &memory, article_texts *texts)
{
    const uint32_t end = texts->lead_end;
    if (!in_word_or_number(*texts, end) || !in_word_or_number(*texts, end - 1)) return true;
    uint32_t begin = end - 1;
    while (in_word_or_number(*texts, begin - 1))
        begin--;
    texts->lead_end = begin;
    texts->end = texts->text_end + 1 + end - begin;
    if (texts->end >= CHARACTERS) return false;
    for (uint32_t i = threadIdx.x; i < end - begin; i += SKETCH_THREADS)
        memory.folded[texts->text_end + 1 + i] = memory.folded[begin + i];
    if (threadIdx.x == 0) memory.folded[texts->end] = BETWEEN_TEXTS;
    __syncthreads();
    return true;
}

/* Room for 8 rows a character, which is the most that it can give: 8 is the longest n-gram. */
static __device__ __forceinline__ uint32_t slot_bits_for(uint32_t characters)
{
    uint32_t slots = LEAST_SLOTS, bits = 8;
    for (; slots < MOST_SLOTS && slots < 8 * characters; slots *= 2)
        bits++;
    return bits;
}

static __device__ __forceinline__ void clear_table(block_memory &memory, uint32_t slots)
{
    for (uint32_t i = threadIdx.x; i < slots; i += SKETCH_THREADS) {
        memory.row[i] = NO_ROW_YET;
        memory.count[i] = 0;
    }
}

static __device__ __forceinline__ void clear_sums(block_memory &memory, uint32_t strips)
{
    for (uint32_t i = threadIdx.x; i < strips * STRIP; i += SKETCH_THREADS)
        memory.gather.sum[i / STRIP][i % STRIP] = 0;
    if (threadIdx.x == 0) memory.total_low = memory.total_high = memory.largest = memory.norm = 0;
    __syncthreads();
}

/* One strip after the other; the sum of the weights, made smaller by `shift`. */
static __device__ __forceinline__ uint64_t gather_strips(block_memory &memory, const ss_sketch_model &model,
                                                         uint32_t slots, uint32_t channel, uint32_t shift)
{
    const uint32_t strips = (model.dimension + STRIP - 1) / STRIP;
    clear_sums(memory, strips);
    for (uint32_t strip = 0; strip < strips; strip++) {
        const uint32_t total = gather_strip(memory, model, slots, channel, shift, strip);
        if (strip > 0) continue;
        atomicAdd(&memory.total_low, total & 0xffff);
        atomicAdd(&memory.total_high, total >> 16);
    }
    __syncthreads();
    return ((uint64_t)memory.total_high << 16) + memory.total_low;
}

/* The sums of a channel, and of its weights. Weights are made smaller, as they are on the CPU, where all of them
 * together are too much: that is known once they have been added up, and then all is done once more. */
static __device__ __forceinline__ uint32_t gather_channel(block_memory &memory, const ss_sketch_model &model,
                                                          uint32_t slots, uint32_t channel)
{
    for (uint32_t shift = 0;;) {
        const uint64_t total = gather_strips(memory, model, slots, channel, shift);
        if (shift > 0 || total < SUM_LIMIT) return (uint32_t)total;
        while (total >> shift >= SUM_LIMIT)
            shift++;
        __syncthreads();
    }
}

/* Entries are stored plus 8, and have been summed so. */
static __device__ __forceinline__ int32_t entry_of_sums(const block_memory &memory, uint32_t k, uint32_t total)
{
    const uint32_t place = place_of_sum(k / SS_SKETCH_PIECE_ENTRIES % STRIP_LANES, k % SS_SKETCH_PIECE_ENTRIES);
    return (int32_t)(memory.gather.sum[k / STRIP][place] - 8 * total);
}

/* As ss_gather_quantise(). */
static __device__ __forceinline__ void quantise(block_memory &memory, uint32_t total, uint32_t dimension,
                                                int8_t *vector, uint32_t *norm)
{
    for (uint32_t k = threadIdx.x; k < dimension; k += SKETCH_THREADS)
        atomicMax(&memory.largest, (uint32_t)abs(entry_of_sums(memory, k, total)));
    __syncthreads();
    const uint64_t largest = memory.largest;
    uint32_t squares = 0;
    for (uint32_t k = threadIdx.x; k < dimension; k += SKETCH_THREADS) {
        const int32_t sum = entry_of_sums(memory, k, total);
        const uint64_t size = (uint64_t)abs(sum) * 254;
        const int32_t scaled = largest == 0 ? 0 : (int32_t)((size + largest) / (2 * largest));
        vector[k] = (int8_t)(sum < 0 ? -scaled : scaled);
        squares += (uint32_t)(scaled * scaled);
    }
    atomicAdd(&memory.norm, squares);
    __syncthreads();
    if (threadIdx.x == 0) *norm = memory.norm;
}

static __device__ __forceinline__ void count_all_ngrams(block_memory &memory, uint32_t slots)
{
    uint32_t ngrams = 0;
    for (uint32_t slot = threadIdx.x; slot < slots; slot += SKETCH_THREADS)
        ngrams += count_in_channel(memory.count[slot], SS_CHANNEL_WHOLE);
    atomicAdd(&memory.ngrams, ngrams);
}

__global__ void __launch_bounds__(SKETCH_THREADS, 4) sketch_texts(const __grid_constant__ ss_sketch_batch batch)
{
    SS_DYNAMIC_SHARED(shared);
    block_memory &memory = *reinterpret_cast<block_memory *>(shared);
    ss_sketch_numbers *const numbers = &batch.numbers[blockIdx.x];
    if (threadIdx.x == 0) memory.ngrams = 0;

    article_texts texts;
    bool fits = lay_out(memory, batch, batch.source[blockIdx.x], &texts) && lay_out_cut_word(memory, &texts);
    uint32_t slot_bits = 0;
    if (fits) {
        slot_bits = slot_bits_for(texts.end);
        clear_table(memory, 1u << slot_bits);
        __syncthreads();
        fits = !__syncthreads_or(!count_ngrams(memory, batch.model, texts, slot_bits));
    }
    if (!fits) {
        if (threadIdx.x == 0) numbers->ngrams = SS_SKETCH_LEFT;
        return;
    }

    const uint32_t dimension = batch.model.dimension;
    count_all_ngrams(memory, 1u << slot_bits);
    for (uint32_t channel = 0; channel < SS_CHANNELS; channel++) {
        const uint32_t total = gather_channel(memory, batch.model, 1u << slot_bits, channel);
        int8_t *vector = batch.vector + ((size_t)channel * batch.count + blockIdx.x) * dimension;
        quantise(memory, total, dimension, vector, &numbers->norm[channel]);
        __syncthreads();
    }
    if (threadIdx.x == 0) numbers->ngrams = memory.ngrams;
}

extern "C" int ss_sketch_texts(const ss_sketch_batch *batch, ss_stream stream)
{
    if (batch->count == 0) return cudaSuccess;
    SS_LAUNCH(sketch_texts, dim3(batch->count), dim3(SKETCH_THREADS), sizeof(block_memory), stream, *batch);
    return cudaGetLastError();
}
