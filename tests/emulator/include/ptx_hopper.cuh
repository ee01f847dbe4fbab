/* The instructions of src/kernels/ptx_hopper.cuh on the emulator, after the PTX manual. What a device does at its leisure
 * happens here at a moment drawn by chance between the instruction and the wait for it, and not in order. */
#ifndef SS_PTX_HOPPER_CUH
#define SS_PTX_HOPPER_CUH

#include <cuda.h>
#include <ptx.cuh>

#include <map>
#include <utility>

namespace emulator
{
inline bool by_chance()
{
    static uint32_t state = 1;
    state = state * 1664525u + 1013904223u;
    return state >> 31 != 0;
}

/* In turn one warp after the other is slow for a while: what the others do meanwhile must not matter. */
inline void linger()
{
    static uint32_t calls;
    bool slow = (uint32_t)self().warp == calls++ / 4096 % 12;
    for (int round = 0; slow && round < 20; round++)
        yield();
}
} // namespace emulator

/* -------------------------------------------------------------- barriers */

namespace emulator
{
/* What lies in the eight bytes of a barrier. */
struct counting_barrier {
    uint16_t arrivals, missing, phase;
    int16_t pieces; /* of 16 bytes that have not landed */
};
static_assert(sizeof(counting_barrier) == sizeof(uint64_t), "");

inline counting_barrier read_barrier(const uint64_t *where)
{
    require(ss_shared_address(where) + sizeof *where <= launch_now().shared, "a barrier that is not in shared memory");
    require((uintptr_t)where % 8 == 0, "a barrier that is not aligned to 8");
    counting_barrier barrier;
    std::memcpy(&barrier, where, sizeof barrier);
    require(barrier.arrivals > 0, "a barrier that was not initialised");
    return barrier;
}

inline void write_barrier(uint64_t *where, counting_barrier barrier)
{
    if (barrier.missing == 0 && barrier.pieces == 0) {
        barrier.missing = barrier.arrivals;
        barrier.phase ^= 1;
    }
    std::memcpy(where, &barrier, sizeof barrier);
}

inline void arrive(uint64_t *where, uint32_t bytes)
{
    counting_barrier barrier = read_barrier(where);
    require(barrier.missing > 0, "more threads arrive at a barrier than it was told of");
    require(bytes % 16 == 0, "a copy that does not take sixteens of bytes");
    barrier.pieces = (int16_t)(barrier.pieces + (int)(bytes / 16));
    barrier.missing--;
    write_barrier(where, barrier);
}

inline void land_boxes();
} // namespace emulator

static inline void ss_barrier_init(uint64_t *barrier, uint32_t arrivals)
{
    emulator::counting_barrier fresh = {(uint16_t)arrivals, (uint16_t)arrivals, 0, 0};
    std::memcpy(barrier, &fresh, sizeof fresh);
}

static inline void ss_barrier_init_fence()
{
}

static inline void ss_barrier_arrive(uint64_t *barrier)
{
    emulator::arrive(barrier, 0);
}

static inline void ss_barrier_arrive_expecting(uint64_t *barrier, uint32_t bytes)
{
    emulator::arrive(barrier, bytes);
}

static inline void ss_barrier_wait(uint64_t *barrier, uint32_t parity)
{
    for (;;) {
        emulator::land_boxes();
        if (emulator::read_barrier(barrier).phase != parity) break;
        emulator::yield();
    }
    emulator::linger();
}

namespace emulator
{
struct numbered_barrier {
    int arrived, phase;
};

/* Of a block, by its shared memory, and a number. Returns the phase to wait for. */
inline numbered_barrier *arrive_at(int number, int threads, int *next_phase)
{
    static std::map<std::pair<unsigned char *, int>, numbered_barrier> barriers;
    numbered_barrier *barrier = &barriers[{self().shared, number}];
    *next_phase = barrier->phase + 1;
    if (++barrier->arrived == threads) *barrier = {0, *next_phase};
    return barrier;
}
} // namespace emulator

static inline void ss_numbered_barrier_wait(int number, int threads)
{
    int phase;
    const emulator::numbered_barrier *barrier = emulator::arrive_at(number, threads, &phase);
    while (barrier->phase < phase)
        emulator::yield();
}

static inline void ss_numbered_barrier_arrive(int number, int threads)
{
    int phase;
    emulator::arrive_at(number, threads, &phase);
}

/* ---------------------------------------------------------------- copies */

namespace emulator
{
struct box_load {
    unsigned char *shared_memory; /* of the block */
    size_t offset;                /* in it */
    tensor_map map;
    uint32_t column, row;
    uint64_t *barrier;
};

inline std::vector<box_load> &loads_under_way()
{
    static std::vector<box_load> loads;
    return loads;
}

/* The hardware swizzles addresses: in shared memory, bits 4-6 by bits 7-9, or less of them. */
inline size_t swizzled(size_t address, size_t bits)
{
    return address ^ ((address >> 7 & bits) << 4);
}

inline void land(const box_load &load)
{
    const tensor_map &map = load.map;
    for (uint32_t row = 0; row < map.box[1]; row++) {
        for (uint32_t byte = 0; byte < map.box[0]; byte++) {
            size_t from = (load.row + row) * map.stride + load.column + byte;
            bool inside = load.row + row < map.extent[1] && load.column + byte < map.extent[0];
            load.shared_memory[swizzled(load.offset + row * map.box[0] + byte, map.swizzle_bits)] =
                inside ? map.address[from] : 0;
        }
    }
    counting_barrier barrier = read_barrier(load.barrier);
    barrier.pieces = (int16_t)(barrier.pieces - (int)(map.box[0] * map.box[1] / 16));
    write_barrier(load.barrier, barrier);
}

inline void land_boxes()
{
    auto &loads = loads_under_way();
    for (size_t i = 0; i < loads.size();) {
        if (by_chance() || loads[i].shared_memory != self().shared) {
            i++;
            continue;
        }
        land(loads[i]);
        loads.erase(loads.begin() + (std::ptrdiff_t)i);
    }
}
} // namespace emulator

/* What was there is spoiled at once: who still reads it, or reads too early, gets a wrong result. */
static inline void ss_box_load(void *shared, const CUtensorMap *map, uint32_t column, uint32_t row, uint64_t *barrier)
{
    emulator::tensor_map decoded = emulator::decode(map);
    size_t offset = ss_shared_address(shared), size = (size_t)decoded.box[0] * decoded.box[1];
    emulator::require(offset % 1024 == 0, "a box that is not aligned to 1024 bytes");
    emulator::require(offset + size <= emulator::launch_now().shared, "a box reaches beyond shared memory");
    std::memset(shared, 0x55, size);
    emulator::loads_under_way().push_back({emulator::self().shared, offset, decoded, column, row, barrier});
}

/* -------------------------------------------------------------- products */

namespace emulator
{
/* What a matrix descriptor says, of an operand whose bytes along k are contiguous. */
struct operand {
    size_t start, leading, stride;
    size_t row_bytes; /* of rows side by side; 16 where nothing is swizzled */
    size_t swizzle_bits;
};

inline operand decode(uint64_t descriptor)
{
    static const size_t row_bytes[4] = {16, 128, 64, 32}, swizzle_bits[4] = {0, 7, 3, 1};
    require((descriptor >> 49 & 7) == 0, "a matrix descriptor with a base offset");
    size_t mode = descriptor >> 62;
    return {(descriptor & 0x3fff) << 4, (descriptor >> 16 & 0x3fff) << 4, (descriptor >> 32 & 0x3fff) << 4,
            row_bytes[mode], swizzle_bits[mode]};
}

inline const int8_t *piece_of(const operand &o, const unsigned char *shared_memory, uint32_t row, uint32_t piece)
{
    size_t along = o.swizzle_bits == 0 ? piece * o.leading : piece * 16;
    size_t address = swizzled(o.start + row % 8 * o.row_bytes + row / 8 * o.stride + along, o.swizzle_bits);
    require(address + 16 <= launch_now().shared, "a matrix descriptor points beyond shared memory");
    return (const int8_t *)shared_memory + address;
}

/* A thread's part of a product. */
struct product {
    int32_t *d;
    uint64_t a, b;
    bool accumulate;
};

/* Groups of products of a thread that are not finished, the last one not yet committed. */
struct products {
    std::deque<std::deque<product>> groups = std::deque<std::deque<product>>(1);
    bool fenced = false;
};

inline products &products_of_self()
{
    thread &t = self();
    if (t.of_ptx == nullptr) t.of_ptx = std::make_shared<products>();
    return *static_cast<products *>(t.of_ptx.get());
}

inline int32_t dot(const operand &a, uint32_t row, const operand &b, uint32_t column)
{
    int32_t sum = 0;
    for (uint32_t piece = 0; piece < 2; piece++) {
        const int8_t *x = piece_of(a, self().shared, row, piece), *y = piece_of(b, self().shared, column, piece);
        for (int i = 0; i < 16; i++)
            sum += x[i] * y[i];
    }
    return sum;
}

inline void compute(const product &p)
{
    operand a = decode(p.a), b = decode(p.b);
    uint32_t row = 16 * ((uint32_t)self().warp % 4) + (uint32_t)self().lane / 4;
    for (uint32_t i = 0; i < 64; i++) {
        uint32_t column = i / 4 * 8 + 2 * ((uint32_t)self().lane % 4) + i % 2;
        int32_t before = p.accumulate ? p.d[i] : 0;
        p.d[i] = before + dot(a, row + i / 2 % 2 * 8, b, column);
    }
}

/* In order, from the oldest on. */
inline void compute_groups(products *all, size_t count)
{
    for (size_t g = 0; g < count; g++) {
        for (const product &p : all->groups[g])
            compute(p);
        all->groups[g].clear();
    }
}
} // namespace emulator

/* The warp comes together here and at the wait, as it does at every one of these instructions. */
static inline void ss_wgmma_fence()
{
    __syncwarp();
    emulator::products_of_self().fenced = true;
}

static inline void ss_wgmma_m64n128k32(int32_t (&d)[64], uint64_t a, uint64_t b, int accumulate)
{
    emulator::products &all = emulator::products_of_self();
    emulator::require(all.fenced, "wgmma without a fence after the last wait");
    all.groups.back().push_back({d, a, b, accumulate != 0});
    if (emulator::by_chance()) emulator::compute_groups(&all, all.groups.size());
}

static inline void ss_wgmma_commit()
{
    emulator::products_of_self().groups.emplace_back();
}

template <size_t latest> static inline void ss_wgmma_wait()
{
    __syncwarp();
    emulator::products &all = emulator::products_of_self();
    all.fenced = false;
    while (all.groups.size() > latest + 1) {
        emulator::compute_groups(&all, 1);
        all.groups.pop_front();
    }
}

template <size_t count> static inline void ss_wgmma_pin(int32_t (&)[count])
{
}

template <int registers> static inline void ss_registers_decrease()
{
}

template <int registers> static inline void ss_registers_increase()
{
}

#endif
