#include "device_cuda.h"

#include <cuda_runtime_api.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "status.h"

#define OLDEST_MAJOR 8

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int used[SS_CUDA_DEVICES];
static int used_count; /* 0: all */
static ss_cuda_profile profile;

/* -------------------------------------------------------------- messages */

static ss_status fail_driver(void)
{
    int driver = 0, runtime = 0;
    if (cudaDriverGetVersion(&driver) != cudaSuccess) driver = 0;
    cudaRuntimeGetVersion(&runtime);
    if (driver == 0)
        return ss_fail(SS_ERROR_DEVICE, "there is no NVIDIA driver on this machine: install one, or use --device cpu");
    return ss_fail(SS_ERROR_DEVICE,
                   "the NVIDIA driver is for CUDA %d.%d at most, and this build needs %d.%d: update the driver, or use "
                   "--device cpu",
                   driver / 1000, driver % 1000 / 10, runtime / 1000, runtime % 1000 / 10);
}

static ss_status fail_no_device(void)
{
    const char *visible = getenv("CUDA_VISIBLE_DEVICES");
    if (visible != NULL)
        return ss_fail(
            SS_ERROR_DEVICE,
            "CUDA sees no device: CUDA_VISIBLE_DEVICES is \"%s\", which hides what there may be; unset it, or "
            "use --device cpu",
            visible);
    return ss_fail(SS_ERROR_DEVICE, "CUDA sees no device on this machine: use --device cpu");
}

ss_status ss_cuda_fail(int error, int device, const char *doing)
{
    cudaError_t code = (cudaError_t)error;
    (void)cudaGetLastError(); /* else this thread's next launch would be taken for the one that failed */
    if (code == cudaErrorInsufficientDriver) return fail_driver();
    if (code == cudaErrorNoDevice) return fail_no_device();
    if (code == cudaErrorMemoryAllocation)
        return ss_fail(SS_ERROR_MEMORY,
                       "CUDA device %d has no memory left for %s: close what else uses it, or use "
                       "--device cpu",
                       device, doing);
    return ss_fail(SS_ERROR_DEVICE, "CUDA device %d failed in %s: %s (%s); nvidia-smi may tell more", device, doing,
                   cudaGetErrorString(code), cudaGetErrorName(code));
}

/* --------------------------------------------------------------- devices */

ss_status ss_cuda_count(int *count)
{
    *count = 0; /* not touched by the call where there is no driver */
    cudaError_t error = cudaGetDeviceCount(count);
    if (error == cudaSuccess && *count > 0) return SS_OK;
    (void)cudaGetLastError();
    *count = 0;
    return error == cudaSuccess ? fail_no_device() : ss_cuda_fail((int)error, 0, "counting devices");
}

ss_status ss_cuda_describe(ss_cuda_device *device, int number)
{
    int count;
    SS_TRY(ss_cuda_count(&count));
    if (number < 0 || number >= count)
        return ss_fail(SS_ERROR_DEVICE, "there is no CUDA device %d: there are %d, counted from 0", number, count);
    struct cudaDeviceProp properties;
    cudaError_t error = cudaGetDeviceProperties(&properties, number);
    if (error != cudaSuccess) return ss_cuda_fail((int)error, number, "asking for its properties");
    *device = (ss_cuda_device){.number = number,
                               .major = properties.major,
                               .minor = properties.minor,
                               .memory = properties.totalGlobalMem,
                               .processors = properties.multiProcessorCount};
    snprintf(device->name, sizeof device->name, "%s", properties.name);
    if (device->major < OLDEST_MAJOR)
        return ss_fail(SS_ERROR_DEVICE,
                       "CUDA device %d (%s) has compute capability %d.%d: kernels need %d.0 or later; use --device cpu",
                       number, device->name, device->major, device->minor, OLDEST_MAJOR);
    return SS_OK;
}

static ss_status parse_list(int *number, int *count, const char *list)
{
    *count = 0;
    for (const char *at = list;; at++) {
        char *end;
        long value = *at >= '0' && *at <= '9' ? strtol(at, &end, 10) : -1;
        if (value < 0 || value > 9999 || (*end != ',' && *end != '\0'))
            return ss_fail(SS_ERROR_ARGUMENT, "'%s' is no list of CUDA devices: write numbers as in 0 or 0,1", list);
        if (*count == SS_CUDA_DEVICES)
            return ss_fail(SS_ERROR_ARGUMENT, "more than %d CUDA devices in '%s'", SS_CUDA_DEVICES, list);
        number[(*count)++] = (int)value;
        at = end;
        if (*at == '\0') return SS_OK;
    }
}

ss_status ss_cuda_use(const char *list)
{
    int number[SS_CUDA_DEVICES], count = 0;
    if (list != NULL) {
        SS_TRY(parse_list(number, &count, list));
        ss_cuda_device device;
        for (int i = 0; i < count; i++)
            SS_TRY(ss_cuda_describe(&device, number[i]));
    }
    pthread_mutex_lock(&lock);
    memcpy(used, number, (size_t)count * sizeof *used);
    used_count = count;
    pthread_mutex_unlock(&lock);
    return SS_OK;
}

/* All that kernels run on; the message of the last failure stands if there is none. */
static ss_status all_devices(int *number, int *count)
{
    int there;
    SS_TRY(ss_cuda_count(&there));
    ss_status status = SS_OK;
    for (int i = 0; i < there && *count < SS_CUDA_DEVICES; i++) {
        ss_cuda_device device;
        ss_status found = ss_cuda_describe(&device, i);
        if (found == SS_OK) number[(*count)++] = i;
        if (found != SS_OK) status = found;
    }
    return *count > 0 ? SS_OK : status;
}

ss_status ss_cuda_in_use(int *number, int *count)
{
    pthread_mutex_lock(&lock);
    *count = used_count;
    memcpy(number, used, sizeof used);
    pthread_mutex_unlock(&lock);
    if (*count == 0) return all_devices(number, count);
    ss_cuda_device device;
    for (int i = 0; i < *count; i++)
        SS_TRY(ss_cuda_describe(&device, number[i]));
    return SS_OK;
}

bool ss_cuda_available(void)
{
    /* A question that nobody has asked to be answered with yes is no failure. */
    char message[1024];
    snprintf(message, sizeof message, "%s", ss_last_error());
    int number[SS_CUDA_DEVICES], count;
    bool available = ss_cuda_in_use(number, &count) == SS_OK;
    if (!available) ss_keep_message("%s", message);
    return available;
}

/* --------------------------------------------------------------- profile */

void ss_cuda_profile_reset(void)
{
    pthread_mutex_lock(&lock);
    profile = (ss_cuda_profile){0};
    pthread_mutex_unlock(&lock);
}

void ss_cuda_profile_get(ss_cuda_profile *out)
{
    pthread_mutex_lock(&lock);
    *out = profile;
    pthread_mutex_unlock(&lock);
}

void ss_cuda_profile_add(const ss_cuda_profile *more)
{
    pthread_mutex_lock(&lock);
    profile.pieces += more->pieces;
    profile.scans += more->scans;
    profile.repeated += more->repeated;
    profile.merges += more->merges;
    profile.spans += more->spans;
    profile.hits += more->hits;
    profile.bytes_to_device += more->bytes_to_device;
    profile.bytes_from_device += more->bytes_from_device;
    profile.load_seconds += more->load_seconds;
    profile.scan_seconds += more->scan_seconds;
    profile.merge_seconds += more->merge_seconds;
    profile.fetch_seconds += more->fetch_seconds;
    pthread_mutex_unlock(&lock);
}
