/* Whole reads and writes at a place of an open file: interrupted and short ones go on. */
#ifndef SS_IO_H
#define SS_IO_H

#include <stddef.h>
#include <stdint.h>

/* Both return 0 or an errno. What lies past the end of the file reads as zeros. */
int ss_io_read(int descriptor, void *bytes, size_t size, uint64_t offset);
int ss_io_write(int descriptor, const void *bytes, size_t size, uint64_t offset);

/* Takes the entry of a file that was made, renamed or removed to the disk. Some file systems can't be asked to: that is
 * no failure. */
void ss_io_sync_folder(const char *path);

#endif
