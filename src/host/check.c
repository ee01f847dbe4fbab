#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "model.h"
#include "seal.h"
#include "status.h"
#include "store_archive.h"
#include "whole_io.h"

/* Looks at the seal before HDF5 sees the rest. */
static ss_status check_seal(const char *path, const char *name, bool *sealed)
{
    bool intact = false;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return ss_fail(SS_ERROR_IO, "can't read '%s': %s", path, strerror(errno));
    ss_status status = ss_seal_check(descriptor, name, sealed, &intact);
    if (status == SS_ERROR_IO) status = ss_fail(SS_ERROR_IO, "can't read '%s': %s", path, strerror(errno));
    close(descriptor);
    SS_TRY(status);
    if (!*sealed || intact) return SS_OK;
    return ss_fail(SS_ERROR_INPUT,
                   "'%s' is damaged, or was changed after samestory wrote it: its bytes do not fit their checksum",
                   path);
}

/* HDF5 begins where the seal would be only in files without one. */
static bool begins_with_hdf5(const char *path)
{
    char first[4] = "";
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    ssize_t length = ss_read_at(descriptor, first, sizeof first, 0);
    close(descriptor);
    return length > 0 && memcmp(first, "\x89HDF", sizeof first) == 0;
}

static ss_status check_archive(char what[SS_CHECK_SIZE], const char *path, const ss_job *job)
{
    ss_archive *archive;
    SS_TRY(ss_archive_open(&archive, path, false));
    ss_status status = ss_archive_check(archive, job);
    size_t articles = ss_archive_count(archive), batches = ss_archive_batch_count(archive);
    snprintf(what, SS_CHECK_SIZE, "archive of %zu article%s in %zu batch%s", articles, ss_plural(articles, "s"),
             batches, ss_plural(batches, "es"));
    ss_archive_close(archive);
    return status;
}

static ss_status check_model(char what[SS_CHECK_SIZE], const char *path)
{
    ss_model *model;
    SS_TRY(ss_model_load(&model, path));
    snprintf(what, SS_CHECK_SIZE, "model of %u rows", model->row_count);
    ss_model_free(model);
    return SS_OK;
}

static ss_status check_result(char what[SS_CHECK_SIZE], const char *path)
{
    bool sealed;
    ss_result *result;
    SS_TRY(check_seal(path, SS_RESULT_NAME, &sealed));
    SS_TRY(ss_result_read(&result, path));
    if (!sealed && !begins_with_hdf5(path)) {
        ss_result_free(result);
        return ss_fail(SS_ERROR_INPUT, "'%s' is damaged: its first bytes are not those of a samestory file", path);
    }
    size_t articles = result->articles.count, links = result->link_count, events = result->event_count;
    snprintf(what, SS_CHECK_SIZE, "results of %zu article%s, %zu link%s, %zu event%s%s", articles,
             ss_plural(articles, "s"), links, ss_plural(links, "s"), events, ss_plural(events, "s"),
             sealed ? "" : "; they have no checksum");
    ss_result_free(result);
    return SS_OK;
}

ss_status ss_check_file(char what[SS_CHECK_SIZE], const char *path, const ss_job *job)
{
    bool sealed = false;
    if (ss_archive_is(path)) return check_archive(what, path, job);
    SS_TRY(check_seal(path, SS_MODEL_NAME, &sealed));
    return sealed ? check_model(what, path) : check_result(what, path);
}
