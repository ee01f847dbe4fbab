#include <cuda_runtime.h>

#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <sys/mman.h>
#include <ucontext.h>
#include <vector>

#include "runtime.h"

namespace emulator
{

#define STACK_BYTES      (128 * 1024)
#define PATIENCE         20000 /* rounds in which nothing moves before threads are said to wait for ever */
#define MOST_THREADS     1024
#define BLOCK_MEMORY     (227 * 1024)
#define SHARED_ALIGNMENT 1024

struct meeting {
    unsigned mask, arrived;
    warp_operation operation;
    void *argument[32];
    bool over;
};

struct warp_state {
    std::vector<std::shared_ptr<meeting>> open;
};

struct barrier {
    unsigned arrived = 0, living = 0;
    unsigned long turn = 0;
    int votes = 0, result = 0;
};

struct block_state {
    barrier gate;
    std::vector<warp_state> warps;
    unsigned char *shared;
};

struct fiber {
    thread state;
    block_state *block;
    ucontext_t start;
    jmp_buf place;
    bool place_known, done;
};

static const launch_shape *shape_now;
static const std::function<void()> *kernel_now;
static std::vector<block_state> blocks;
static barrier cluster_gate;
static std::deque<fiber> fibers; /* they never move, and live on from block to block */
static fiber *running;
static jmp_buf scheduler;
static unsigned long moves; /* whatever lets a thread go on */
static unsigned long launches;

void require(bool holds, const char *message)
{
    if (holds) return;
    if (running != nullptr) {
        const thread &t = running->state;
        fprintf(stderr, "emulator: block %u %u, thread %u: %s\n", t.block_index.x, t.block_index.y, t.thread_index.x,
                message);
    } else {
        fprintf(stderr, "emulator: %s\n", message);
    }
    abort();
}

thread &self()
{
    return running->state;
}

const launch_shape &launch_now()
{
    return *shape_now;
}

unsigned char *shared_of_block(unsigned rank)
{
    return blocks[rank].shared;
}

unsigned long launch_count()
{
    return launches;
}

/* -------------------------------------------------------------- fibers */

void yield()
{
    fiber *mine = running;
    if (_setjmp(mine->place) == 0) _longjmp(scheduler, 1);
}

static void open_if_all_came(barrier *gate)
{
    if (gate->arrived == 0 || gate->arrived < gate->living) return;
    gate->arrived = 0;
    gate->result = gate->votes;
    gate->votes = 0;
    gate->turn++;
    moves++;
}

static int meet(barrier *gate, int predicate)
{
    unsigned long turn = gate->turn;
    gate->arrived++;
    gate->votes |= predicate != 0;
    open_if_all_came(gate);
    while (gate->turn == turn)
        yield();
    return gate->result;
}

void meet_block()
{
    meet(&running->block->gate, 0);
}

int meet_block_or(int predicate)
{
    return meet(&running->block->gate, predicate);
}

void meet_cluster()
{
    meet(&cluster_gate, 0);
}

static std::shared_ptr<meeting> join_meeting(warp_state *warp, unsigned mask, unsigned bit, warp_operation operation)
{
    for (const auto &m : warp->open) {
        if (m->mask != mask || (m->arrived & bit) != 0) continue;
        require(m->operation == operation, "lanes of one warp are at different operations");
        return m;
    }
    auto m = std::make_shared<meeting>();
    m->mask = mask;
    m->operation = operation;
    warp->open.push_back(m);
    return m;
}

void meet_warp_untyped(unsigned mask, void *argument, warp_operation operation, const void *context)
{
    const thread &t = running->state;
    unsigned bit = 1u << t.lane;
    require((mask & bit) != 0, "a lane calls an operation of a warp whose mask leaves it out");
    warp_state *warp = &running->block->warps[(size_t)t.warp];
    std::shared_ptr<meeting> m = join_meeting(warp, mask, bit, operation);
    m->arrived |= bit;
    m->argument[t.lane] = argument;
    if (m->arrived == mask) {
        operation(m->argument, mask, context);
        m->over = true;
        moves++;
        for (size_t i = 0; i < warp->open.size(); i++)
            if (warp->open[i] == m) warp->open.erase(warp->open.begin() + (long)i--);
    }
    while (!m->over)
        yield();
}

static void run_threads()
{
    for (;;) {
        (*kernel_now)();
        running->done = true;
        running->state.of_ptx.reset();
        moves++;
        running->block->gate.living--;
        cluster_gate.living--;
        open_if_all_came(&running->block->gate);
        open_if_all_came(&cluster_gate);
        yield();
    }
}

static void resume(fiber *f)
{
    running = f;
    if (_setjmp(scheduler) == 0) {
        if (f->place_known) _longjmp(f->place, 1);
        f->place_known = true;
        setcontext(&f->start);
    }
    running = nullptr;
}

/* -------------------------------------------------------------- blocks */

static void add_fiber()
{
    fibers.emplace_back();
    fiber *f = &fibers.back();
    void *stack = mmap(nullptr, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    require(stack != MAP_FAILED, "no memory for the stack of a thread");
    getcontext(&f->start);
    f->start.uc_stack.ss_sp = stack;
    f->start.uc_stack.ss_size = STACK_BYTES;
    f->start.uc_link = nullptr;
    f->place_known = false;
    makecontext(&f->start, run_threads, 0);
}

static void prepare_fiber(size_t index, unsigned rank, unsigned number, uint3 block_index)
{
    while (fibers.size() <= index)
        add_fiber();
    fiber *f = &fibers[index];
    const dim3 &size = shape_now->block;
    f->block = &blocks[rank];
    f->state.thread_index = {number % size.x, number / size.x % size.y, number / size.x / size.y};
    f->state.block_index = block_index;
    f->state.lane = (int)(number % 32);
    f->state.warp = (int)(number / 32);
    f->state.block_rank = rank;
    f->state.shared = f->block->shared;
    f->done = false;
}

/* Every other launch runs the threads from the last to the first: results must not depend on it. */
static void run_fibers(size_t count)
{
    unsigned long idle = 0;
    for (size_t living = count; living > 0;) {
        unsigned long before = moves;
        for (size_t i = 0; i < count; i++) {
            fiber *f = &fibers[launches % 2 == 0 ? i : count - 1 - i];
            if (f->done) continue;
            resume(f);
            if (f->done) living--;
        }
        idle = moves == before ? idle + 1 : 0;
        require(idle < PATIENCE, "threads wait for each other for ever");
    }
}

static unsigned char *shared_memory_of(unsigned rank)
{
    static unsigned char *memory[16];
    if (memory[rank] == nullptr) memory[rank] = (unsigned char *)aligned_alloc(SHARED_ALIGNMENT, BLOCK_MEMORY + 1024);
    require(memory[rank] != nullptr, "no memory for the shared memory of a block");
    memset(memory[rank], 0x77, shape_now->shared);
    return memory[rank];
}

static void run_cluster(uint3 first)
{
    unsigned ranks = shape_now->cluster.x, threads = shape_now->block.x * shape_now->block.y * shape_now->block.z;
    blocks.assign(ranks, block_state());
    cluster_gate = barrier();
    cluster_gate.living = ranks * threads;
    for (unsigned rank = 0; rank < ranks; rank++) {
        blocks[rank].gate.living = threads;
        blocks[rank].warps.resize((threads + 31) / 32);
        blocks[rank].shared = shared_memory_of(rank);
        for (unsigned i = 0; i < threads; i++)
            prepare_fiber(rank * threads + i, rank, i, {first.x + rank, first.y, first.z});
    }
    run_fibers((size_t)ranks * threads);
}

void run_launch(const launch_shape &shape, const std::function<void()> &kernel)
{
    shape_now = &shape;
    kernel_now = &kernel;
    launches++;
    for (unsigned z = 0; z < shape.grid.z; z++)
        for (unsigned y = 0; y < shape.grid.y; y++)
            for (unsigned x = 0; x < shape.grid.x; x += shape.cluster.x)
                run_cluster({x, y, z});
}

cudaError_t check_shape(const launch_shape &shape)
{
    size_t threads = (size_t)shape.block.x * shape.block.y * shape.block.z;
    bool sound = threads > 0 && threads <= MOST_THREADS && shape.shared <= BLOCK_MEMORY && shape.grid.x > 0 &&
                 shape.grid.y > 0 && shape.grid.z > 0 && shape.grid.y < 65536 && shape.grid.z < 65536 &&
                 shape.grid.x % shape.cluster.x == 0;
    return sound ? cudaSuccess : cudaErrorInvalidConfiguration;
}

static std::map<const void *, size_t> &shared_limits()
{
    static std::map<const void *, size_t> limits;
    return limits;
}

cudaError_t set_attribute(const void *kernel, cudaFuncAttribute attribute, int value)
{
    if (attribute != cudaFuncAttributeMaxDynamicSharedMemorySize) return cudaSuccess;
    if (value < 0 || (size_t)value > shared_memory_limit()) return remember(cudaErrorInvalidValue);
    shared_limits()[kernel] = (size_t)value;
    return cudaSuccess;
}

size_t raised_shared_limit(const void *kernel)
{
    return shared_limits()[kernel];
}

} // namespace emulator
