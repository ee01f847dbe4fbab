/* What the files that talk to HDF5 share. */
#ifndef SS_HDF5_FILE_H
#define SS_HDF5_FILE_H

#include "hdf5_columns.h"
#include "hdf5_sink.h"

struct ss_h5 {
    char *path;      /* as the caller named it */
    char *temporary; /* to be renamed to it; NULL when reading */
    const ss_h5_format *format;
    hid_t id;
    ss_hdf5_sink sink;
    bool borrowed;        /* the sink's descriptor is the caller's */
    ss_pool *pool;        /* compresses; NULL: the caller's thread does */
    ss_digest *digest;    /* takes all values that are moved; NULL: none */
    H5E_auto2_t reporter; /* of the host program, while HDF5 is kept quiet */
    void *reporter_data;
};

/* The failure of an HDF5 call, or of the disk, while `doing` ("writing %s", column). */
ss_status ss_h5_fail(const ss_h5 *file, const char *doing, ...) SS_PRINTF(2, 3);

/* SS_OK unless a write has been lost. */
ss_status ss_h5_check_disk(const ss_h5 *file);

#endif
