/* For tests that need a CUDA device. */
#ifndef SS_TESTS_CUDA_DEVICE_H
#define SS_TESTS_CUDA_DEVICE_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A machine without a device, or where it is hidden, is no fault of ours; one whose device does not work is. */
static inline bool has_cuda_device(void)
{
    const char *visible = getenv("CUDA_VISIBLE_DEVICES");
    if (visible != NULL && (*visible == '\0' || strcmp(visible, "-1") == 0)) return false;
    return access("/dev/nvidia0", F_OK) == 0 || access("/dev/dxg", F_OK) == 0;
}

#endif
