/* A HDF5 file driver that works on an open file, through a journal if there is one, and remembers the first write that failed.
 *
 * HDF5 (1.10 at least) can't close a file whose last data could not be written: ids and caches stay half torn down, and
 * the process crashes when it exits. So this driver tells HDF5 that all went well, and the error waits here for the
 * writer, who looks for it after every step. */
#ifndef SS_HDF5_SINK_H
#define SS_HDF5_SINK_H

#include <hdf5.h>

#include "journal.h"

typedef struct ss_hdf5_sink {
    int descriptor;      /* open for reading and writing; stays the caller's */
    ss_journal *journal; /* through which it is read and written; NULL: without one */
    uint64_t size;       /* of the file when HDF5 opens it */
    int error;           /* errno of the first read or write that failed; 0: none */
    uint64_t waiting;    /* bytes written that the system has not been told to bring to the disk */
} ss_hdf5_sink;

/* Makes a file access list write through `sink`, which must outlive the file. Negative on failure, as HDF5 does. */
herr_t ss_hdf5_set_sink(hid_t access_list, ss_hdf5_sink *sink);

#endif
