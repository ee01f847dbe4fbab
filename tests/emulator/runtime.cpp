#include <cuda_runtime.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <mutex>
#include <sys/mman.h>
#include <vector>

#include "emulator.h"
#include "runtime.h"

#define PAGE 4096u

emulator_machine emulator_settings;

struct CUstream_st {
    std::deque<std::function<void()>> work;
};

struct CUevent_st {
    cudaStream_t stream = nullptr;
    unsigned long recorded = 0, reached = 0;
    std::chrono::steady_clock::time_point when;
};

struct allocation {
    void *base;
    size_t mapped, bytes;
    int device; /* -1: pinned host memory */
};

/* One lock for everything: lanes of a job live in threads of their own. */
static std::recursive_mutex lock_of_all;
static std::map<const void *, allocation> allocations;
static CUstream_st default_stream;
static size_t streams_and_events;
static bool lost;
static thread_local int current_device;
static thread_local cudaError_t last_error;

#define LOCK std::lock_guard<std::recursive_mutex> guard(lock_of_all)

namespace emulator
{
cudaError_t remember(cudaError_t error)
{
    if (error != cudaSuccess) last_error = error;
    return error;
}

size_t shared_memory_limit()
{
    int version = 10 * emulator_settings.major + emulator_settings.minor;
    return version >= 90 && version < 120 ? 227 * 1024 : version == 80 ? 163 * 1024 : 99 * 1024;
}
} // namespace emulator

using emulator::remember;

/* The state of the device as every call finds it. */
static cudaError_t device_state()
{
    const emulator_machine *m = &emulator_settings;
    if (m->device_count < 0 || m->driver_version < CUDART_VERSION) return cudaErrorInsufficientDriver;
    if (m->device_count == 0) return cudaErrorNoDevice;
    if (emulator_settings.calls_to_loss == 0) lost = true;
    if (emulator_settings.calls_to_loss >= 0) emulator_settings.calls_to_loss--;
    return lost ? cudaErrorLaunchFailure : cudaSuccess;
}

#define TRY_DEVICE                                                                                                     \
    LOCK;                                                                                                              \
    if (cudaError_t state = device_state()) return remember(state)

void emulator_reset(void)
{
    LOCK;
    emulator_settings = {2, 13000, 8, 6, 64u << 20, -1, false};
    lost = false;
    last_error = cudaSuccess;
    current_device = 0;
}

size_t emulator_leaks(void)
{
    LOCK;
    size_t bytes = streams_and_events;
    for (const auto &entry : allocations)
        bytes += entry.second.bytes;
    return bytes;
}

unsigned long emulator_launches(void)
{
    return emulator::launch_count();
}

/* ------------------------------------------------------------- devices */

cudaError_t cudaGetDeviceCount(int *count)
{
    TRY_DEVICE;
    *count = emulator_settings.device_count;
    return cudaSuccess;
}

cudaError_t cudaSetDevice(int device)
{
    TRY_DEVICE;
    if (device < 0 || device >= emulator_settings.device_count) return remember(cudaErrorInvalidDevice);
    current_device = device;
    return cudaSuccess;
}

cudaError_t cudaGetDevice(int *device)
{
    *device = current_device;
    return cudaSuccess;
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp *properties, int device)
{
    TRY_DEVICE;
    if (device < 0 || device >= emulator_settings.device_count) return remember(cudaErrorInvalidDevice);
    *properties = cudaDeviceProp();
    snprintf(properties->name, sizeof properties->name, "Emulated device %d", device);
    properties->totalGlobalMem = emulator_settings.memory;
    properties->sharedMemPerBlockOptin = emulator::shared_memory_limit();
    properties->major = emulator_settings.major;
    properties->minor = emulator_settings.minor;
    properties->multiProcessorCount = 2;
    return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attribute, int device)
{
    cudaDeviceProp properties;
    cudaError_t error = cudaGetDeviceProperties(&properties, device);
    if (error != cudaSuccess) return error;
    switch (attribute) {
    case cudaDevAttrMultiProcessorCount:
        *value = properties.multiProcessorCount;
        return cudaSuccess;
    case cudaDevAttrComputeCapabilityMajor:
        *value = properties.major;
        return cudaSuccess;
    case cudaDevAttrComputeCapabilityMinor:
        *value = properties.minor;
        return cudaSuccess;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin:
        *value = (int)properties.sharedMemPerBlockOptin;
        return cudaSuccess;
    }
    return remember(cudaErrorInvalidValue);
}

cudaError_t cudaDriverGetVersion(int *version)
{
    *version = emulator_settings.device_count < 0 ? 0 : emulator_settings.driver_version;
    return cudaSuccess;
}

cudaError_t cudaRuntimeGetVersion(int *version)
{
    *version = CUDART_VERSION;
    return cudaSuccess;
}

/* -------------------------------------------------------------- memory */

static size_t used_by(int device)
{
    size_t bytes = 0;
    for (const auto &entry : allocations)
        if (entry.second.device == device) bytes += entry.second.bytes;
    return bytes;
}

/* Ends (but for alignment) where a page begins that nobody may touch. */
static cudaError_t allocate(void **pointer, size_t bytes, int device)
{
    *pointer = nullptr;
    if (bytes == 0) return cudaSuccess;
    size_t aligned = (bytes + 255) / 256 * 256, mapped = (aligned + PAGE - 1) / PAGE * PAGE + PAGE;
    void *base = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) return remember(cudaErrorMemoryAllocation);
    unsigned char *end = static_cast<unsigned char *>(base) + mapped - PAGE;
    mprotect(end, PAGE, PROT_NONE);
    *pointer = end - aligned;
    memset(*pointer, 0xCD, bytes);
    allocations[*pointer] = {base, mapped, bytes, device};
    return cudaSuccess;
}

static void release(void *pointer)
{
    auto found = allocations.find(pointer);
    emulator::require(found != allocations.end(), "memory is freed that was not allocated");
    munmap(found->second.base, found->second.mapped);
    allocations.erase(found);
}

static bool is_pageable(const void *pointer)
{
    auto after = allocations.upper_bound(pointer);
    if (after == allocations.begin()) return true;
    --after;
    return (const char *)pointer >= (const char *)after->first + after->second.bytes;
}

cudaError_t cudaMemGetInfo(size_t *free_bytes, size_t *total_bytes)
{
    TRY_DEVICE;
    size_t free = emulator_settings.memory - used_by(current_device);
    *free_bytes = emulator_settings.refuse_memory ? 2 * free : free;
    *total_bytes = emulator_settings.memory;
    return cudaSuccess;
}

cudaError_t cudaMalloc(void **pointer, size_t bytes)
{
    TRY_DEVICE;
    *pointer = nullptr;
    if (used_by(current_device) + bytes > emulator_settings.memory) return remember(cudaErrorMemoryAllocation);
    return allocate(pointer, bytes, current_device);
}

static void run_everything();

cudaError_t cudaFree(void *pointer)
{
    LOCK;
    if (pointer == nullptr) return cudaSuccess;
    if (!lost) run_everything();
    release(pointer);
    return remember(device_state());
}

cudaError_t cudaHostAlloc(void **pointer, size_t bytes, unsigned)
{
    TRY_DEVICE;
    return allocate(pointer, bytes, -1);
}

cudaError_t cudaFreeHost(void *pointer)
{
    return cudaFree(pointer);
}

/* ------------------------------------------------------------- streams */

static void run_next(cudaStream_t stream)
{
    std::function<void()> next = std::move(stream->work.front());
    stream->work.pop_front();
    if (!lost) next();
}

static void run_all(cudaStream_t stream)
{
    while (!stream->work.empty())
        run_next(stream);
}

static std::vector<cudaStream_t> &all_streams()
{
    static std::vector<cudaStream_t> streams(1, &default_stream);
    return streams;
}

static void run_everything()
{
    for (cudaStream_t stream : all_streams())
        run_all(stream);
}

static void enqueue(cudaStream_t stream, std::function<void()> work)
{
    (stream == nullptr ? &default_stream : stream)->work.push_back(std::move(work));
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned)
{
    TRY_DEVICE;
    *stream = new CUstream_st;
    all_streams().push_back(*stream);
    streams_and_events++;
    return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream)
{
    LOCK;
    run_all(stream);
    for (size_t i = 0; i < all_streams().size(); i++)
        if (all_streams()[i] == stream) all_streams().erase(all_streams().begin() + (long)i);
    delete stream;
    streams_and_events--;
    return remember(device_state());
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream)
{
    TRY_DEVICE;
    run_all(stream == nullptr ? &default_stream : stream);
    return cudaSuccess;
}

cudaError_t cudaDeviceSynchronize(void)
{
    TRY_DEVICE;
    run_everything();
    return cudaSuccess;
}

static void run_until(cudaEvent_t event, unsigned long record)
{
    while (event->reached < record && !event->stream->work.empty())
        run_next(event->stream);
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned)
{
    TRY_DEVICE;
    unsigned long record = event->recorded;
    enqueue(stream, [event, record] { run_until(event, record); });
    return cudaSuccess;
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned)
{
    TRY_DEVICE;
    *event = new CUevent_st;
    streams_and_events++;
    return cudaSuccess;
}

cudaError_t cudaEventDestroy(cudaEvent_t event)
{
    LOCK;
    if (event->stream != nullptr) run_until(event, event->recorded);
    delete event;
    streams_and_events--;
    return remember(device_state());
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream)
{
    TRY_DEVICE;
    event->stream = stream == nullptr ? &default_stream : stream;
    event->recorded++;
    enqueue(stream, [event] {
        event->reached++;
        event->when = std::chrono::steady_clock::now();
    });
    return cudaSuccess;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event)
{
    TRY_DEVICE;
    if (event->stream != nullptr) run_until(event, event->recorded);
    return cudaSuccess;
}

cudaError_t cudaEventElapsedTime(float *milliseconds, cudaEvent_t begin, cudaEvent_t end)
{
    TRY_DEVICE;
    if (begin->reached == 0 || end->reached == 0) return remember(cudaErrorInvalidValue);
    *milliseconds = std::chrono::duration<float, std::milli>(end->when - begin->when).count();
    return cudaSuccess;
}

/* -------------------------------------------------------------- copies */

static void copy_rows(void *to, size_t to_pitch, const void *from, size_t from_pitch, size_t width, size_t height)
{
    for (size_t row = 0; row < height; row++)
        memcpy((char *)to + row * to_pitch, (const char *)from + row * from_pitch, width);
}

/* To and from memory that is not pinned, the copy is over when the call returns, or at least what it reads is read. */
cudaError_t cudaMemcpy2DAsync(void *to, size_t to_pitch, const void *from, size_t from_pitch, size_t width,
                              size_t height, cudaMemcpyKind kind, cudaStream_t stream)
{
    TRY_DEVICE;
    emulator::require(kind != cudaMemcpyHostToDevice || !is_pageable(to), "a copy to the device that ends on the host");
    emulator::require(kind != cudaMemcpyDeviceToHost || !is_pageable(from), "a copy from the device read on the host");
    bool at_once = is_pageable(to) || is_pageable(from);
    enqueue(stream, [=] { copy_rows(to, to_pitch, from, from_pitch, width, height); });
    if (at_once) run_all(stream == nullptr ? &default_stream : stream);
    return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream)
{
    return cudaMemcpy2DAsync(to, bytes, from, bytes, bytes, 1, kind, stream);
}

cudaError_t cudaMemcpy(void *to, const void *from, size_t bytes, cudaMemcpyKind kind)
{
    cudaError_t error = cudaMemcpyAsync(to, from, bytes, kind, nullptr);
    return error == cudaSuccess ? cudaDeviceSynchronize() : error;
}

cudaError_t cudaMemsetAsync(void *pointer, int value, size_t bytes, cudaStream_t stream)
{
    TRY_DEVICE;
    emulator::require(bytes == 0 || !is_pageable(pointer), "host memory is set as if it were the device's");
    enqueue(stream, [=] { memset(pointer, value, bytes); });
    return cudaSuccess;
}

/* ------------------------------------------------------------ launches */

void emulator::enqueue_launch(const launch_shape &shape, cudaStream_t stream, std::function<void()> kernel)
{
    LOCK;
    cudaError_t error = device_state();
    if (error == cudaSuccess) error = check_shape(shape);
    if (error != cudaSuccess) {
        remember(error);
        return;
    }
    enqueue(stream, [shape, kernel] { run_launch(shape, kernel); });
}

/* -------------------------------------------------------------- errors */

cudaError_t cudaGetLastError(void)
{
    cudaError_t error = last_error;
    if (!lost) last_error = cudaSuccess;
    return error;
}

cudaError_t cudaPeekAtLastError(void)
{
    return last_error;
}

const char *cudaGetErrorName(cudaError_t error)
{
    return error == cudaSuccess ? "cudaSuccess" : "cudaErrorEmulated";
}

const char *cudaGetErrorString(cudaError_t error)
{
    switch (error) {
    case cudaSuccess:
        return "no error";
    case cudaErrorMemoryAllocation:
        return "out of memory";
    case cudaErrorInsufficientDriver:
        return "CUDA driver version is insufficient for CUDA runtime version";
    case cudaErrorNoDevice:
        return "no CUDA-capable device is detected";
    case cudaErrorInvalidDevice:
        return "invalid device ordinal";
    case cudaErrorLaunchFailure:
        return "unspecified launch failure";
    case cudaErrorInvalidConfiguration:
        return "invalid configuration argument";
    default:
        return "emulated error";
    }
}
