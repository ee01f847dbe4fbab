#include "whole_io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "status.h"

ssize_t ss_read_at(int descriptor, void *bytes, size_t size, uint64_t offset)
{
    size_t done = 0;
    while (done < size) {
        ssize_t got = pread(descriptor, (char *)bytes + done, size - done, (off_t)(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -1;
        if (got == 0) break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

int ss_write_at(int descriptor, const void *bytes, size_t size, uint64_t offset)
{
    size_t done = 0;
    while (done < size) {
        ssize_t put = pwrite(descriptor, (const char *)bytes + done, size - done, (off_t)(offset + done));
        if (put < 0 && errno == EINTR) continue;
        if (put == 0) errno = ENOSPC; /* no other reason to write nothing */
        if (put <= 0) return -1;
        done += (size_t)put;
    }
    return 0;
}

int ss_set_size(int descriptor, uint64_t size)
{
    int result;
    do {
        result = ftruncate(descriptor, (off_t)size);
    } while (result != 0 && errno == EINTR);
    return result;
}

void ss_sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = NULL;
    size_t length = slash == NULL ? 1 : slash == path ? 1 : (size_t)(slash - path);
    if (ss_copy_text(&folder, slash == NULL ? "." : path, length) != SS_OK) return;
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        fsync(descriptor);
        close(descriptor);
    }
    free(folder);
}
