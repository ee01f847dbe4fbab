/* Bytes as a file with a name, for code that opens files. */
#ifndef SS_TESTS_FUZZ_BYTES_FILE_H
#define SS_TESTS_FUZZ_BYTES_FILE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* One file, filled anew at every call; its name stays the same. */
static inline const char *file_of(const uint8_t *data, size_t size)
{
    static int descriptor = -1;
    static char path[32];
    if (descriptor < 0) {
        descriptor = memfd_create("input", MFD_CLOEXEC);
        snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    }
    if (descriptor < 0 || ftruncate(descriptor, 0) != 0 || pwrite(descriptor, data, size, 0) != (ssize_t)size) abort();
    return path;
}

#endif
