/* The instructions of src/kernels/ptx.cuh on the emulator, lane by lane after the fragment layouts of the PTX manual. */
#ifndef SS_PTX_CUH
#define SS_PTX_CUH

#include <cuda_runtime.h>

#include <deque>
#include <vector>

#define SS_LAUNCH(kernel, grid, block, shared, stream, ...)                                                            \
    emulator::launch((kernel), dim3(), (grid), (block), (shared), (stream), __VA_ARGS__)

#define SS_DYNAMIC_SHARED(name) unsigned char *name = emulator::self().shared

static inline uint32_t ss_shared_address(const void *pointer)
{
    return (uint32_t)((const unsigned char *)pointer - emulator::self().shared);
}

static inline uint32_t ss_opaque(uint32_t value)
{
    return value;
}

/* ------------------------------------------------------- copies on their way */

namespace emulator
{
struct copy {
    void *to;
    const void *from;
};

/* Groups of copies of a thread that it has not waited for yet, the last one not yet committed. */
struct copies {
    std::deque<std::vector<copy>> groups = std::deque<std::vector<copy>>(1);
};

inline copies &copies_of_self()
{
    thread &t = self();
    if (t.of_ptx == nullptr) t.of_ptx = std::make_shared<copies>();
    return *static_cast<copies *>(t.of_ptx.get());
}

/* The memory at a shared address, of which 16 bytes are used. */
inline unsigned char *shared_piece(uint32_t address)
{
    require((size_t)address + 16 <= launch_now().shared, "an access beyond the shared memory of the block");
    require(address % 16 == 0, "an access to shared memory that is not aligned to 16");
    return self().shared + address;
}
} // namespace emulator

/* The bytes arrive as late as they may, and spoil what was there at once: who reads too early, or writes while others
 * still read, gets a wrong result. */
static inline void ss_copy_async(uint32_t shared, const void *global)
{
    unsigned char *to = emulator::shared_piece(shared);
    emulator::require((uintptr_t)global % 16 == 0, "cp.async of an address not aligned to 16");
    std::memset(to, 0x55, 16);
    emulator::copies_of_self().groups.back().push_back({to, global});
}

static inline void ss_copy_commit()
{
    emulator::copies_of_self().groups.emplace_back();
}

template <int pending> static inline void ss_copy_wait()
{
    auto &groups = emulator::copies_of_self().groups;
    while (groups.size() > (size_t)pending + 1) {
        for (const emulator::copy &c : groups.front())
            std::memcpy(c.to, c.from, 16);
        groups.pop_front();
    }
}

/* ------------------------------------------------------------------ matrices */

static inline void ss_load_matrices(uint32_t matrix[4], uint32_t shared_row)
{
    struct share {
        const unsigned char *row;
        uint32_t matrix[4];
    };
    share mine = {emulator::shared_piece(shared_row), {0, 0, 0, 0}};
    mine = emulator::meet_warp(0xffffffffu, mine, [](share *const *lane, unsigned) {
        for (int m = 0; m < 4; m++) {
            unsigned banks = 0;
            for (int r = 0; r < 8; r++)
                banks |= 1u << ((uintptr_t)lane[8 * m + r]->row / 16 % 8);
            emulator::require(banks == 0xff, "ldmatrix with a bank conflict");
            for (int l = 0; l < 32; l++)
                std::memcpy(&lane[l]->matrix[m], lane[8 * m + l / 4]->row + 4 * (l % 4), 4);
        }
    });
    std::memcpy(matrix, mine.matrix, sizeof mine.matrix);
}

static inline void ss_multiply_add(int32_t sum[4], const uint32_t a[4], uint32_t b0, uint32_t b1)
{
    struct fragment {
        uint32_t a[4], b[2];
        int32_t sum[4];
    };
    fragment mine = {{a[0], a[1], a[2], a[3]}, {b0, b1}, {sum[0], sum[1], sum[2], sum[3]}};
    mine = emulator::meet_warp(0xffffffffu, mine, [](fragment *const *lane, unsigned) {
        int8_t rows[16][32], columns[8][32];
        for (int l = 0; l < 32; l++) {
            int group = l / 4, bytes = 4 * (l % 4);
            for (int i = 0; i < 4; i++)
                std::memcpy(&rows[group + 8 * (i % 2)][bytes + 16 * (i / 2)], &lane[l]->a[i], 4);
            for (int i = 0; i < 2; i++)
                std::memcpy(&columns[group][bytes + 16 * i], &lane[l]->b[i], 4);
        }
        for (int l = 0; l < 32; l++) {
            for (int i = 0; i < 4; i++) {
                const int8_t *row = rows[l / 4 + 8 * (i / 2)], *column = columns[2 * (l % 4) + i % 2];
                int32_t dot = 0;
                for (int k = 0; k < 32; k++)
                    dot += row[k] * column[k];
                lane[l]->sum[i] += dot;
            }
        }
    });
    std::memcpy(sum, mine.sum, sizeof mine.sum);
}

#endif
