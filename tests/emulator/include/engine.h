/* Fibers that stand for the threads of a cluster of blocks, and their meetings. */
#ifndef EMULATOR_ENGINE_H
#define EMULATOR_ENGINE_H

namespace emulator
{

struct launch_shape {
    dim3 cluster, grid, block;
    size_t shared; /* bytes of dynamic shared memory of a block */
};

/* The running thread. */
struct thread {
    uint3 thread_index, block_index;
    int lane;                     /* 0 .. 31 */
    int warp;                     /* in the block */
    unsigned block_rank;          /* in the cluster */
    unsigned char *shared;        /* dynamic shared memory of its block */
    std::shared_ptr<void> of_ptx; /* what ptx.cuh keeps for it */
};

thread &self();
const launch_shape &launch_now();

/* Dynamic shared memory of a block of the running cluster. */
unsigned char *shared_of_block(unsigned rank);

/* Lets the other threads run: whoever waits in a loop for memory to change must call it. */
void yield();

/* Ends the program with that message unless it holds: a kernel did what a device would not bear. */
void require(bool holds, const char *message);

void meet_block();
int meet_block_or(int predicate);
void meet_cluster();

/* Waits until every lane of `mask` calls with an operation of the same address; the last one runs it for all. */
typedef void (*warp_operation)(void *const *arguments, unsigned members, const void *context);
void meet_warp_untyped(unsigned mask, void *argument, warp_operation operation, const void *context);

/* operation(T *const argument[32], members) changes the arguments of the lanes; each lane gets its own back. */
template <class T, class F> T meet_warp(unsigned mask, T argument, F operation)
{
    warp_operation run = [](void *const *arguments, unsigned members, const void *context) {
        T *lane[32];
        for (int i = 0; i < 32; i++)
            lane[i] = static_cast<T *>(arguments[i]);
        (*static_cast<const F *>(context))(lane, members);
    };
    meet_warp_untyped(mask, &argument, run, &operation);
    return argument;
}

void enqueue_launch(const launch_shape &shape, cudaStream_t stream, std::function<void()> kernel);
cudaError_t set_attribute(const void *kernel, cudaFuncAttribute attribute, int value);
size_t raised_shared_limit(const void *kernel);

} // namespace emulator

#endif
