/* Reading and writing at a place in a file, all of it, and its size: past signals and past calls that did half; and folders. */
#ifndef SS_WHOLE_IO_H
#define SS_WHOLE_IO_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Bytes read from `offset` on: `size`, or fewer where the file ends; -1 with errno. */
ssize_t ss_read_at(int descriptor, void *bytes, size_t size, uint64_t offset);

/* 0 when all bytes are written; -1 with errno. */
int ss_write_at(int descriptor, const void *bytes, size_t size, uint64_t offset);

/* Cuts or lengthens the file; 0, or -1 with errno. */
int ss_set_size(int descriptor, uint64_t size);

/* Takes the entry of a file that was made, renamed or removed to the disk. Some file systems can't be asked to: that is
 * no failure. */
void ss_sync_folder(const char *path);

#endif
