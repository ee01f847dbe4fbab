#include "hdf5_sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "whole_io.h"

#if H5_VERSION_GE(1, 14, 0)
#include <H5FDdevelop.h>
#define DRIVER_IDENTITY .version = H5FD_CLASS_VERSION, .value = 479, /* 256 .. 511 are free for all */
#else
#define DRIVER_IDENTITY /* drivers have no number yet */
#endif

#define WRITEBACK_BYTES ((uint64_t)32 << 20)

typedef struct sink_file {
    H5FD_t base; /* HDF5's own part comes first */
    ss_hdf5_sink *sink;
    haddr_t end_of_space; /* given out by HDF5 */
    haddr_t end_of_file;  /* written, as far as HDF5 knows */
} sink_file;

static H5FD_t *open_sink(const char *name, unsigned flags, hid_t access_list, haddr_t max_address)
{
    (void)name, (void)flags, (void)max_address;
    ss_hdf5_sink *const *sink = H5Pget_driver_info(access_list);
    sink_file *file = sink == NULL ? NULL : calloc(1, sizeof *file);
    if (file == NULL) return NULL;
    file->sink = *sink;
    file->end_of_file = (*sink)->size;
    return &file->base;
}

static herr_t close_sink(H5FD_t *base)
{
    free(base);
    return 0;
}

static herr_t query_sink(const H5FD_t *base, unsigned long *flags)
{
    (void)base;
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    return 0;
}

static haddr_t get_end_of_space(const H5FD_t *base, H5FD_mem_t type)
{
    (void)type;
    return ((const sink_file *)base)->end_of_space;
}

static herr_t set_end_of_space(H5FD_t *base, H5FD_mem_t type, haddr_t address)
{
    (void)type;
    ((sink_file *)base)->end_of_space = address;
    return 0;
}

static haddr_t get_end_of_file(const H5FD_t *base, H5FD_mem_t type)
{
    (void)type;
    return ((const sink_file *)base)->end_of_file;
}

/* What was never written, or lost, reads as zeros. */
static herr_t read_sink(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, void *buffer)
{
    (void)type, (void)transfer;
    ss_hdf5_sink *sink = ((const sink_file *)base)->sink;
    int error = 0;
    size_t done = size;
    if (sink->journal != NULL) {
        error = ss_journal_read(sink->journal, buffer, size, address);
    } else {
        ssize_t got = ss_read_at(sink->descriptor, buffer, size, address);
        if (got < 0) error = errno;
        done = got > 0 ? (size_t)got : 0;
    }
    if (error != 0) done = 0;
    if (sink->error == 0) sink->error = error;
    memset((char *)buffer + done, 0, size - done);
    return 0;
}

/* The disk begins while the file is being made, so that less is left for fsync() to wait for. Not every file system can. */
static void start_writeback(ss_hdf5_sink *sink, size_t written)
{
    sink->waiting += written;
    if (sink->waiting < WRITEBACK_BYTES) return;
    sink->waiting = 0;
    if (sync_file_range(sink->descriptor, 0, 0, SYNC_FILE_RANGE_WRITE) == 0) return;
    if (errno == EIO || errno == ENOSPC || errno == EDQUOT) sink->error = errno;
}

static herr_t write_sink(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size,
                         const void *buffer)
{
    (void)type, (void)transfer;
    sink_file *file = (sink_file *)base;
    ss_hdf5_sink *sink = file->sink;
    if (address + size > file->end_of_file) file->end_of_file = address + size;
    if (sink->error != 0) return 0;
    if (sink->journal != NULL)
        sink->error = ss_journal_write(sink->journal, buffer, size, address);
    else if (ss_write_at(sink->descriptor, buffer, size, address) != 0)
        sink->error = errno;
    else
        start_writeback(sink, size);
    return 0;
}

static herr_t truncate_sink(H5FD_t *base, hid_t transfer, hbool_t closing)
{
    (void)transfer, (void)closing;
    sink_file *file = (sink_file *)base;
    if (file->end_of_file == file->end_of_space) return 0;
    ss_hdf5_sink *sink = file->sink;
    if (sink->journal != NULL)
        ss_journal_resize(sink->journal, file->end_of_space);
    else if (sink->error == 0 && ss_set_size(sink->descriptor, file->end_of_space) != 0)
        sink->error = errno;
    file->end_of_file = file->end_of_space;
    return 0;
}

static const H5FD_class_t sink_driver = {
    DRIVER_IDENTITY.name = "samestory",
    .maxaddr = (haddr_t)INT64_MAX,
    .fc_degree = H5F_CLOSE_STRONG,
    .fapl_size = sizeof(ss_hdf5_sink *),
    .open = open_sink,
    .close = close_sink,
    .query = query_sink,
    .get_eoa = get_end_of_space,
    .set_eoa = set_end_of_space,
    .get_eof = get_end_of_file,
    .read = read_sink,
    .write = write_sink,
    .truncate = truncate_sink,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

herr_t ss_hdf5_set_sink(hid_t access_list, ss_hdf5_sink *sink)
{
    hid_t driver = H5FDregister(&sink_driver);
    if (driver < 0) return -1;
    herr_t set = H5Pset_driver(access_list, driver, &sink);
    return H5FDunregister(driver) < 0 ? -1 : set; /* the list keeps it alive */
}
