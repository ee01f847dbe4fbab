/* The weighted sum of the rows that an article has met. Each warp goes through its part of the table, and adds eight
 * rows at a time: sixteen lanes a row, eight bytes a lane, four rows on their way to each lane at once. With sixteen
 * bytes a lane its sums alone would take so many registers that a multiprocessor had room for fewer blocks. */
#ifndef SS_SKETCH_GATHER_CUH
#define SS_SKETCH_GATHER_CUH

#include <packed.cuh>

#include "sketch_count.cuh"

#define ROWS_OF_LANE 4 /* at once: as many bytes as a word has */
#define ROWS_AT_ONCE (ROWS_OF_LANE * 32u / STRIP_LANES)

/* What a lane has summed: of entries as they are stored, each plus 8. All is modulo 2^32; in the end it fits. */
typedef uint32_t lane_sums[SS_SKETCH_PIECE_ENTRIES];

static __device__ __forceinline__ uint32_t count_in_channel(uint32_t count, uint32_t channel)
{
    if (channel == SS_CHANNEL_TITLE) return TITLE_COUNT(count);
    const uint32_t lead = TITLE_COUNT(count) + LEAD_COUNT(count);
    return channel == SS_CHANNEL_LEAD ? lead : lead + TITLE_COUNT(count) + TEXT_COUNT(count);
}

/* ss_term_weight(): the root is wrong by one at most, which is put right. */
static __device__ __forceinline__ uint32_t root_weight(uint32_t count)
{
    const uint32_t square = count << 16;
    uint32_t root = (uint32_t)(ss_rough_root((float)count) * 256.0f);
    root -= root * root > square;
    root += (root + 1) * (root + 1) <= square;
    return root;
}

/* The four bytes of a place in four rows times their weights, given as halves; the earlier entry of each byte first. */
static __device__ __forceinline__ void add_byte(uint32_t sum[2], uint32_t bytes, const uint32_t weight[2])
{
    const uint32_t earlier = bytes & 0x0f0f0f0f, later = bytes >> 4 & 0x0f0f0f0f;
    sum[0] = ss_dot_high(weight[1], earlier, ss_dot_low(weight[0], earlier, sum[0]));
    sum[1] = ss_dot_high(weight[1], later, ss_dot_low(weight[0], later, sum[1]));
}

/* Eight entries of four rows. */
static __device__ __forceinline__ void add_word(uint32_t sum[8], const uint32_t row[ROWS_OF_LANE],
                                                const uint32_t weight[2])
{
    const uint32_t low_01 = ss_pick_bytes(row[0], row[1], 0x5140), high_01 = ss_pick_bytes(row[0], row[1], 0x7362);
    const uint32_t low_23 = ss_pick_bytes(row[2], row[3], 0x5140), high_23 = ss_pick_bytes(row[2], row[3], 0x7362);
    add_byte(sum + 0, ss_pick_bytes(low_01, low_23, 0x5410), weight);
    add_byte(sum + 2, ss_pick_bytes(low_01, low_23, 0x7632), weight);
    add_byte(sum + 4, ss_pick_bytes(high_01, high_23, 0x5410), weight);
    add_byte(sum + 6, ss_pick_bytes(high_01, high_23, 0x7632), weight);
}

static __device__ __forceinline__ void add_pieces(lane_sums &sum, const uint2 piece[ROWS_OF_LANE],
                                                  const uint32_t weight[ROWS_OF_LANE])
{
    const uint32_t halves[2] = {weight[0] | weight[1] << 16, weight[2] | weight[3] << 16};
    const uint32_t x[] = {piece[0].x, piece[1].x, piece[2].x, piece[3].x};
    const uint32_t y[] = {piece[0].y, piece[1].y, piece[2].y, piece[3].y};
    add_word(sum, x, halves);
    add_word(sum + 8, y, halves);
}

/* Adds the `count` rows, at most ROWS_AT_ONCE, that have waited longest. */
static __device__ __forceinline__ void add_rows(lane_sums &sum, const ss_sketch_model &model, const waiting_row *queue,
                                                uint32_t oldest, uint32_t count, uint32_t strip)
{
    const uint2 *const pieces = reinterpret_cast<const uint2 *>(model.row);
    const uint32_t lane = threadIdx.x % 32, place = strip * STRIP_LANES + lane % STRIP_LANES;
    uint2 piece[ROWS_OF_LANE] = {};
    uint32_t weight[ROWS_OF_LANE], left = 0;
#pragma unroll
    for (uint32_t i = 0; i < ROWS_OF_LANE; i++) {
        const uint32_t number = i * (32 / STRIP_LANES) + lane / STRIP_LANES;
        const bool there = number < count && place < model.row_pieces;
        const waiting_row next = there ? queue[(oldest + number) % QUEUE] : waiting_row{0, 0};
        weight[i] = next.weight;
        left |= weight[i];
        if (there) piece[i] = pieces[(size_t)next.row * model.row_pieces + place];
    }
    /* Few weights take more than 16 bits; those are added in parts. */
    while (left != 0) {
        uint32_t part[ROWS_OF_LANE];
        left = 0;
#pragma unroll
        for (uint32_t i = 0; i < ROWS_OF_LANE; i++) {
            part[i] = min(weight[i], 0xffffu);
            weight[i] -= part[i];
            left |= weight[i];
        }
        add_pieces(sum, piece, part);
    }
}

/* Where in its strip the sum of entry e of piece p stands: the same entry of pieces side by side in banks side by
 * side. */
static __device__ __forceinline__ uint32_t place_of_sum(uint32_t p, uint32_t e)
{
    return STRIP_LANES * e + p;
}

static __device__ __forceinline__ void add_sums(block_memory &memory, const lane_sums &sum, uint32_t strip)
{
#pragma unroll
    for (uint32_t e = 0; e < SS_SKETCH_PIECE_ENTRIES; e++)
        atomicAdd(&memory.gather.sum[strip][place_of_sum(threadIdx.x % STRIP_LANES, e)], sum[e]);
}

/* The weight of the row of a slot in a channel; 0: it is not in it. */
static __device__ __forceinline__ uint32_t weight_of_slot(const block_memory &memory, const ss_sketch_model &model,
                                                          uint32_t slot, uint32_t channel)
{
    const uint32_t count = count_in_channel(memory.count[slot], channel);
    if (count == 0) return 0;
    return (root_weight(count) * model.scale[memory.row[slot]] + 128) >> 8;
}

/* Adds one strip of the rows of a channel in this warp's part of the table to the block's sums, their weights made
 * smaller by `shift`; the lane's share of the sum of these weights. */
static __device__ __forceinline__ uint32_t gather_strip(block_memory &memory, const ss_sketch_model &model,
                                                        uint32_t slots, uint32_t channel, uint32_t shift,
                                                        uint32_t strip)
{
    const uint32_t lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    const uint32_t end = (warp + 1) * (slots / SKETCH_WARPS);
    waiting_row *const queue = memory.gather.queue[warp];
    lane_sums sum = {};
    uint32_t oldest = 0, waiting = 0, total = 0;
    __syncwarp(); /* all lanes have read what the strip before left in the queue */
    for (uint32_t slot = end - slots / SKETCH_WARPS + lane; slot < end; slot += 32) {
        const uint32_t weight = weight_of_slot(memory, model, slot, channel) >> shift;
        total += weight;
        const uint32_t lanes = __ballot_sync(WHOLE_WARP, weight != 0);
        const uint32_t before = __popc(lanes & ((1u << lane) - 1));
        if (weight != 0) queue[(oldest + waiting + before) % QUEUE] = {memory.row[slot], weight};
        waiting += __popc(lanes);
        __syncwarp();
        const uint32_t enough = slot + 32 < end ? ROWS_AT_ONCE : 1;
        while (waiting >= enough) {
            const uint32_t count = min(waiting, ROWS_AT_ONCE);
            add_rows(sum, model, queue, oldest, count, strip);
            oldest += count;
            waiting -= count;
        }
    }
    add_sums(memory, sum, strip);
    return total;
}

#endif
