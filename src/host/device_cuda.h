/* CUDA devices: which there are, which of them to use, and what is said when that does not work. No CUDA header is
 * needed to include this. */
#ifndef SS_DEVICE_CUDA_H
#define SS_DEVICE_CUDA_H

#include "samestory.h"

#define SS_CUDA_DEVICES 16 /* the most that are used together */

typedef struct ss_cuda_device {
    int number;
    char name[256];
    int major, minor; /* compute capability */
    size_t memory;    /* bytes */
    int processors;   /* multiprocessors */
} ss_cuda_device;

/* How many devices there are; SS_ERROR_DEVICE, with what to do about it, if there is none or no driver for it. */
ss_status ss_cuda_count(int *count);

/* SS_ERROR_DEVICE if there is no such device or kernels do not run on it. */
ss_status ss_cuda_describe(ss_cuda_device *device, int number);

/* Which devices matchers use from now on: their numbers with commas between, such as "0" or "0,1"; one that is named
 * twice gets two shares of the work. NULL: all that kernels run on. Nothing is changed where that is refused. */
ss_status ss_cuda_use(const char *list);

/* Those devices: [SS_CUDA_DEVICES] numbers. */
ss_status ss_cuda_in_use(int *number, int *count);

/* Whether that would succeed. */
bool ss_cuda_available(void);

/* Keeps the message for a cudaError_t. */
ss_status ss_cuda_fail(int error, int device, const char *doing);

/* What matching on devices has taken, summed since the last reset. */
typedef struct ss_cuda_profile {
    uint64_t pieces;      /* parts of the product that were brought to a device */
    uint64_t scans;       /* launches of the scan */
    uint64_t repeated;    /* of them those whose hits did not fit */
    uint64_t merges;      /* launches of the merge */
    uint64_t spans, hits; /* that scans went through, and found */
    uint64_t bytes_to_device, bytes_from_device;
    /* Summed over lanes, which work side by side. */
    double load_seconds;  /* host: staging and copying rows */
    double scan_seconds;  /* device */
    double merge_seconds; /* device */
    double fetch_seconds; /* host: copying lists and hits back, and taking them in */
} ss_cuda_profile;

void ss_cuda_profile_reset(void);
void ss_cuda_profile_get(ss_cuda_profile *out);
void ss_cuda_profile_add(const ss_cuda_profile *more);

#endif
