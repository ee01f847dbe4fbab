#include "hdf5_file.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output_path.h"
#include "seal.h"
#include "status.h"
#include "whole_io.h"

/* Held from ss_h5_create() or ss_h5_open() to ss_h5_close(). */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

/* --------------------------------------------------------------- failures */

static herr_t take_first(unsigned depth, const H5E_error2_t *error, void *cause)
{
    if (depth == 0) snprintf(cause, 128, "%s", error->desc);
    return 0;
}

static bool reads_only(const ss_h5 *file)
{
    return file->temporary == NULL && file->sink.journal == NULL;
}

ss_status ss_h5_fail(const ss_h5 *file, const char *doing, ...)
{
    SS_TRY(ss_h5_check_disk(file));
    char step[160];
    va_list arguments;
    va_start(arguments, doing);
    vsnprintf(step, sizeof step, doing, arguments);
    va_end(arguments);
    char cause[128] = "no reason given";
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_first, cause);
    if (reads_only(file)) return ss_h5_damaged(file, "%s failed (HDF5: %s)", step, cause);
    return ss_fail(SS_ERROR_IO, "can't write '%s': %s failed (HDF5: %s)", file->path, step, cause);
}

ss_status ss_h5_check_disk(const ss_h5 *file)
{
    if (file->sink.error == 0) return SS_OK;
    if (reads_only(file)) return ss_fail(SS_ERROR_IO, "can't read '%s': %s", file->path, strerror(file->sink.error));
    return ss_output_fail(file->path, file->sink.error);
}

ss_status ss_h5_damaged(const ss_h5 *file, const char *what, ...)
{
    char detail[512];
    va_list arguments;
    va_start(arguments, what);
    vsnprintf(detail, sizeof detail, what, arguments);
    va_end(arguments);
    return ss_fail(SS_ERROR_INPUT, "'%s' is damaged: %s; %s", file->path, detail, file->format->remedy);
}

/* ------------------------------------------------------- creating, opening */

static const ss_column format_name = {"format", SS_TEXT, 0, NULL, NULL};
static const ss_column format_version = {"format_version", SS_INT32, 0, NULL, NULL};
static const ss_column complete_mark = {"complete", SS_UINT8, 0, NULL, NULL};

static ss_status begin(ss_h5 **out, const char *path, const ss_h5_format *format)
{
    *out = NULL;
    ss_h5 *file = calloc(1, sizeof *file);
    if (file == NULL) return ss_fail_memory(sizeof *file);
    file->format = format;
    file->id = H5I_INVALID_HID;
    file->sink.descriptor = -1;
    ss_status status = ss_copy_text(&file->path, path, strlen(path));
    if (status != SS_OK) {
        free(file);
        return status;
    }
    pthread_mutex_lock(&one_at_a_time);
    H5Eget_auto2(H5E_DEFAULT, &file->reporter, &file->reporter_data);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    *out = file;
    return SS_OK;
}

void ss_h5_close(ss_h5 *file)
{
    if (file == NULL) return;
    if (file->id >= 0) H5Fclose(file->id);
    if (file->sink.descriptor >= 0 && !file->borrowed) close(file->sink.descriptor);
    if (file->temporary != NULL) unlink(file->temporary);
    H5Eset_auto2(H5E_DEFAULT, file->reporter, file->reporter_data);
    pthread_mutex_unlock(&one_at_a_time);
    free(file->temporary);
    free(file->path);
    free(file);
}

static ss_status create_hdf5(ss_h5 *file)
{
    const ss_h5_format *format = file->format;
    hid_t creation = H5Pcreate(H5P_FILE_CREATE), access = H5Pcreate(H5P_FILE_ACCESS);
    /* As old as each feature allows, and nothing that HDF5 1.10 (2016) can't read. */
    if (creation >= 0 && access >= 0 &&
        H5Pset_userblock(creation, format->sealed || format->growing ? SS_SEAL_SIZE : 0) >= 0 &&
        ss_hdf5_set_sink(access, &file->sink) >= 0 &&
        H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V110) >= 0)
        file->id = H5Fcreate(file->path, H5F_ACC_TRUNC, creation, access);
    if (creation >= 0) H5Pclose(creation);
    if (access >= 0) H5Pclose(access);
    if (file->id < 0) return ss_h5_fail(file, "creating the file");
    SS_TRY(ss_h5_write_attributes(file, "/", &format_name, 1, &format->name));
    return ss_h5_write_attributes(file, "/", &format_version, 1, &format->version);
}

static ss_status mark_complete(ss_h5 *file)
{
    const uint8_t complete = 1;
    return ss_h5_write_attributes(file, "/", &complete_mark, 1, &complete);
}

ss_status ss_h5_create(ss_h5 **out, const char *path, const ss_h5_format *format)
{
    ss_h5 *file;
    SS_TRY(begin(&file, path, format));
    ss_status status = ss_output_check(path, format->name);
    if (status == SS_OK) status = ss_output_create(path, &file->temporary, &file->sink.descriptor);
    if (status == SS_OK) status = create_hdf5(file);
    if (status != SS_OK) {
        ss_h5_close(file);
        file = NULL;
    }
    *out = file;
    return status;
}

static ss_status close_hdf5(ss_h5 *file)
{
    herr_t closed = H5Fclose(file->id);
    file->id = H5I_INVALID_HID;
    return closed < 0 ? ss_h5_fail(file, "closing the file") : ss_h5_check_disk(file);
}

static ss_status close_and_rename(ss_h5 *file)
{
    SS_TRY(close_hdf5(file));
    if (file->format->sealed) {
        ss_status sealed = ss_seal_write(file->sink.descriptor, file->format->name);
        if (sealed == SS_ERROR_IO)
            file->sink.error = errno;
        else if (sealed != SS_OK)
            return sealed;
    }
    if (file->sink.error == 0 && fsync(file->sink.descriptor) != 0) file->sink.error = errno;
    SS_TRY(ss_h5_check_disk(file));
    /* Network file systems may tell only now that the disk is full. */
    if (close(file->sink.descriptor) != 0) file->sink.error = errno;
    file->sink.descriptor = -1;
    if (file->sink.error == 0) file->sink.error = ss_output_rename(file->temporary, file->path);
    SS_TRY(ss_h5_check_disk(file));
    free(file->temporary);
    file->temporary = NULL;
    return SS_OK;
}

ss_status ss_h5_finish(ss_h5 *file)
{
    if (H5Fflush(file->id, H5F_SCOPE_GLOBAL) < 0) return ss_h5_fail(file, "flushing");
    SS_TRY(ss_h5_check_disk(file));
    if (file->temporary == NULL) return close_hdf5(file);
    SS_TRY(mark_complete(file));
    return close_and_rename(file);
}

static ss_status fail_read(const ss_h5 *file)
{
    return ss_fail(SS_ERROR_IO, "can't read '%s': %s", file->path, strerror(errno));
}

static ss_status fail_kind(const ss_h5 *file, const char *detail)
{
    return ss_fail(SS_ERROR_INPUT, "'%s' is not a %s file%s", file->path, file->format->name, detail);
}

static bool has_signature(const unsigned char *bytes)
{
    static const unsigned char signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    return memcmp(bytes, signature, sizeof signature) == 0;
}

/* Tells files of other kinds, and damaged ones where the seal is looked at, before HDF5 sees them. */
static ss_status check_bytes(const ss_h5 *file, int descriptor)
{
    unsigned char found[SS_SEAL_SIZE + 8] = {0};
    ssize_t length = ss_read_at(descriptor, found, sizeof found, 0);
    if (length < 0) return fail_read(file);
    if (length == 0) return fail_kind(file, ": it is empty");
    if (!file->format->checked)
        return has_signature(found) || has_signature(found + SS_SEAL_SIZE) ? SS_OK : fail_kind(file, "");
    bool sealed, intact;
    ss_status status = ss_seal_check(descriptor, file->format->name, &sealed, &intact);
    if (status == SS_ERROR_IO) return fail_read(file);
    SS_TRY(status);
    if (!sealed) return fail_kind(file, "");
    return intact ? SS_OK : ss_h5_damaged(file, "its checksum is wrong");
}

static ss_status open_hdf5(ss_h5 *file)
{
    int descriptor = open(file->path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return fail_read(file);
    ss_status status = check_bytes(file, descriptor);
    close(descriptor);
    SS_TRY(status);
    file->id = H5Fopen(file->path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file->id >= 0) return SS_OK;
    return ss_fail(SS_ERROR_INPUT, "'%s' is cut short or damaged; %s", file->path, file->format->remedy);
}

static ss_status check_format(ss_h5 *file)
{
    char *name = NULL;
    int version = 0;
    ss_status status = ss_h5_read_attributes(file, "/", &format_name, 1, &name);
    bool same = status == SS_OK && strcmp(name, file->format->name) == 0;
    free(name);
    if (!same) return fail_kind(file, ", though it is an HDF5 file");
    SS_TRY(ss_h5_read_attributes(file, "/", &format_version, 1, &version));
    if (version != file->format->version)
        return ss_fail(SS_ERROR_INPUT,
                       "'%s' has format version %d, and samestory %s reads version %d; take a file and a program that "
                       "belong together",
                       file->path, version, ss_version(), file->format->version);
    uint8_t complete = 0;
    if (ss_h5_read_attributes(file, "/", &complete_mark, 1, &complete) != SS_OK || complete != 1)
        return ss_fail(SS_ERROR_INPUT, "'%s' is cut short; %s", file->path, file->format->remedy);
    return SS_OK;
}

ss_status ss_h5_open(ss_h5 **out, const char *path, const ss_h5_format *format)
{
    ss_h5 *file;
    SS_TRY(begin(&file, path, format));
    ss_status status = open_hdf5(file);
    if (status == SS_OK) status = check_format(file);
    if (status != SS_OK) {
        ss_h5_close(file);
        file = NULL;
    }
    *out = file;
    return status;
}

/* Through the sink, so that HDF5 does not lock what the caller has locked. */
static ss_status open_attached(ss_h5 *file)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (access >= 0 && ss_hdf5_set_sink(access, &file->sink) >= 0 &&
        H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V110) >= 0)
        file->id = H5Fopen(file->path, file->sink.journal != NULL ? H5F_ACC_RDWR : H5F_ACC_RDONLY, access);
    if (access >= 0) H5Pclose(access);
    if (file->id < 0) return ss_h5_damaged(file, "HDF5 can't open it");
    return check_format(file);
}

ss_status ss_h5_attach(ss_h5 **out, const char *path, const ss_h5_format *format, const ss_h5_place *place)
{
    ss_h5 *file;
    SS_TRY(begin(&file, path, format));
    file->borrowed = true;
    file->sink = (ss_hdf5_sink){.descriptor = place->descriptor, .journal = place->journal, .size = place->size};
    ss_status status = place->size == 0 ? create_hdf5(file) : open_attached(file);
    if (status == SS_OK && place->size == 0) status = mark_complete(file);
    if (status != SS_OK) {
        ss_h5_close(file);
        file = NULL;
    }
    *out = file;
    return status;
}
