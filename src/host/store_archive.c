#include "store_archive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive_columns.h"
#include "match.h"
#include "seal.h"
#include "sizes.h"
#include "status.h"
#include "whole_io.h"

#define PART_ARTICLES 8192 /* read at a time */

/* ------------------------------------------------------------- the first bytes */

/* They say what the file is, which archive it is, and how long it is: what a program that was killed has written beyond
 * that belongs to no batch. HDF5 leaves these bytes to us. */
#define HEAD_FORMAT SS_ARCHIVE_NAME "\nid %16[0-9a-f]\nbytes %20llu\n"

static ss_status fail_file(const char *path, const char *doing, int error)
{
    return ss_fail(SS_ERROR_IO, "can't %s '%s': %s", doing, path, strerror(error));
}

static ss_status read_head(ss_archive *archive)
{
    char head[SS_SEAL_SIZE + 1] = "", mark[SS_JOURNAL_MARK + 1];
    unsigned long long size;
    if (ss_read_at(archive->descriptor, head, SS_SEAL_SIZE, 0) < 0) return fail_file(archive->path, "read", errno);
    if (sscanf(head, HEAD_FORMAT, mark, &size) != 2 || strlen(mark) != SS_JOURNAL_MARK)
        return ss_fail(SS_ERROR_INPUT, "'%s' is not a samestory archive", archive->path);
    memcpy(archive->mark, mark, sizeof archive->mark);
    archive->size = size;
    struct stat known;
    if (fstat(archive->descriptor, &known) != 0) return fail_file(archive->path, "read", errno);
    if ((uint64_t)known.st_size < size)
        return ss_fail(SS_ERROR_INPUT, "'%s' is cut short: it has %llu of %llu bytes; take a copy of it", archive->path,
                       (unsigned long long)known.st_size, size);
    return SS_OK;
}

static int write_head(ss_archive *archive)
{
    char head[SS_SEAL_SIZE] = "";
    archive->size = ss_journal_size(archive->journal);
    snprintf(head, sizeof head, SS_ARCHIVE_NAME "\nid %.*s\nbytes %020llu\n", SS_JOURNAL_MARK, archive->mark,
             (unsigned long long)archive->size);
    return ss_journal_write(archive->journal, head, sizeof head, 0);
}

static ss_status draw_mark(char mark[SS_JOURNAL_MARK])
{
    uint8_t random[SS_JOURNAL_MARK / 2];
    char hex[SS_JOURNAL_MARK + 1];
    if (getrandom(random, sizeof random, 0) != sizeof random)
        return ss_fail(SS_ERROR_IO, "the system gives no random numbers: %s", strerror(errno));
    for (size_t i = 0; i < sizeof random; i++)
        snprintf(hex + 2 * i, 3, "%02x", random[i]);
    memcpy(mark, hex, SS_JOURNAL_MARK);
    return SS_OK;
}

bool ss_archive_is(const char *path)
{
    char head[sizeof SS_ARCHIVE_NAME] = "";
    struct stat known;
    /* Not what waits for a writer: a pipe's bytes would be gone. */
    if (stat(path, &known) != 0 || !S_ISREG(known.st_mode)) return false;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    ssize_t length = ss_read_at(descriptor, head, sizeof head, 0);
    close(descriptor);
    return length > 0 && memcmp(head, SS_ARCHIVE_NAME, sizeof head - 1) == 0 && head[sizeof head - 1] == '\n';
}

/* --------------------------------------------------------- opening and closing */

static ss_status lock(const ss_archive *archive, int kind)
{
    if (flock(archive->descriptor, kind | LOCK_NB) == 0) return SS_OK;
    if (errno == EWOULDBLOCK)
        return ss_fail(SS_ERROR_IO, "'%s' is in use by another job; try again when that has ended", archive->path);
    /* Some network file systems have no locks. */
    return errno == ENOSYS || errno == ENOTSUP || errno == ENOLCK ? SS_OK : fail_file(archive->path, "lock", errno);
}

static ss_status open_locked(ss_archive *archive, bool writing)
{
    archive->descriptor = open(archive->path, (writing ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    if (archive->descriptor < 0) return fail_file(archive->path, writing ? "write" : "read", errno);
    return lock(archive, writing ? LOCK_EX : LOCK_SH);
}

static ss_status find_journal(ss_journal_beside *out, const ss_archive *archive)
{
    int error = ss_journal_find(out, archive->path, archive->descriptor);
    return error == 0 ? SS_OK : fail_file(archive->path, "look for the journal of", error);
}

static ss_status fail_foreign_journal(const char *path)
{
    return ss_fail(
        SS_ERROR_IO,
        "won't replace '%s.journal', which is not the journal of '%s' and in its place; move it elsewhere, or "
        "remove it if it belongs to an archive that is no more",
        path, path);
}

/* Recovery takes the right to write; a reader gives it back afterwards. */
static ss_status open_recovered(ss_archive *archive, bool writing)
{
    SS_TRY(open_locked(archive, writing));
    ss_journal_beside beside;
    SS_TRY(find_journal(&beside, archive));
    if (beside == SS_JOURNAL_FOREIGN && writing) return fail_foreign_journal(archive->path);
    if (beside != SS_JOURNAL_OWN) return SS_OK;
    if (!writing) {
        close(archive->descriptor);
        SS_TRY(open_locked(archive, true));
    }
    int error = ss_journal_recover(archive->path, archive->descriptor);
    if (error != 0) return fail_file(archive->path, "recover", error);
    return writing ? SS_OK : lock(archive, LOCK_SH);
}

static ss_status new_archive(ss_archive **out, const char *path)
{
    *out = NULL;
    ss_archive *archive = calloc(1, sizeof *archive);
    if (archive == NULL) return ss_fail_memory(sizeof *archive);
    archive->descriptor = -1;
    ss_status status = ss_copy_text(&archive->path, path, strlen(path));
    if (status == SS_OK) status = ss_copy_text(&archive->model_checksum, "", 0);
    if (status == SS_OK) status = ss_copy_text(&archive->inputs, "", 0);
    if (status != SS_OK) {
        ss_archive_close(archive);
        return status;
    }
    *out = archive;
    return SS_OK;
}

void ss_batch_clear(ss_batch *batch)
{
    free(batch->command);
    free(batch->version);
    free(batch->checksum);
    *batch = (ss_batch){0};
}

void ss_archive_close(ss_archive *archive)
{
    if (archive == NULL) return;
    ss_journal_free(archive->journal);
    if (archive->descriptor >= 0) close(archive->descriptor);
    for (size_t i = 0; i < archive->batch_count; i++)
        ss_batch_clear(&archive->batch[i]);
    free(archive->batch);
    free(archive->path);
    free(archive->model_checksum);
    free(archive->inputs);
    free(archive);
}

/* A program that was killed may have left bytes beyond the last commit. */
static ss_status begin_writing(ss_archive *archive)
{
    if (archive->size > 0 && ss_set_size(archive->descriptor, archive->size) != 0)
        return fail_file(archive->path, "write", errno);
    return ss_journal_new(&archive->journal, archive->path, archive->descriptor, archive->size, archive->mark);
}

static ss_status open_archive(ss_archive *archive, bool writing)
{
    SS_TRY(open_recovered(archive, writing));
    SS_TRY(read_head(archive));
    if (writing) SS_TRY(begin_writing(archive));
    ss_h5 *file;
    SS_TRY(ss_archive_attach(&file, archive));
    ss_status status = ss_archive_columns_begin(file, archive);
    ss_h5_close(file);
    return status;
}

ss_status ss_archive_open(ss_archive **out, const char *path, bool writing)
{
    *out = NULL;
    ss_archive *archive;
    SS_TRY(new_archive(&archive, path));
    ss_status status = open_archive(archive, writing);
    if (status != SS_OK) {
        ss_archive_close(archive);
        return status;
    }
    *out = archive;
    return SS_OK;
}

/* ------------------------------------------------------------------- writing */

static ss_status commit(ss_archive *archive)
{
    int error = write_head(archive);
    if (error == 0) error = ss_journal_commit(archive->journal);
    return error == 0 ? SS_OK : fail_file(archive->path, "write", error);
}

/* The file is locked before it is emptied: it may be another job's. */
static ss_status create_archive(ss_archive *archive, const ss_model *model, const char *inputs)
{
    archive->descriptor = open(archive->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (archive->descriptor < 0) return fail_file(archive->path, "write", errno);
    SS_TRY(lock(archive, LOCK_EX));
    ss_journal_beside beside;
    SS_TRY(find_journal(&beside, archive));
    if (beside == SS_JOURNAL_FOREIGN) return fail_foreign_journal(archive->path);
    /* First: over an empty file it would bring parts of the old archive back. */
    int error = beside == SS_JOURNAL_OWN ? ss_journal_discard(archive->path) : 0;
    if (error != 0) return fail_file(archive->path, "write", error);
    if (ss_set_size(archive->descriptor, 0) != 0) return fail_file(archive->path, "write", errno);
    archive->dimension = ss_model_dimension(model);
    SS_TRY(ss_set_text(&archive->model_checksum, ss_model_checksum(model)));
    SS_TRY(ss_set_text(&archive->inputs, inputs));
    SS_TRY(draw_mark(archive->mark));
    SS_TRY(begin_writing(archive));
    ss_h5 *file;
    SS_TRY(ss_archive_attach(&file, archive));
    ss_status status = ss_archive_columns_create(file, archive, model);
    if (status == SS_OK) status = ss_h5_finish(file);
    ss_h5_close(file);
    return status == SS_OK ? commit(archive) : status;
}

ss_status ss_archive_create(ss_archive **out, const char *path, const ss_model *model, const char *inputs)
{
    *out = NULL;
    ss_archive *archive;
    SS_TRY(new_archive(&archive, path));
    ss_status status = create_archive(archive, model, inputs);
    if (status != SS_OK) {
        ss_archive_close(archive);
        return status;
    }
    *out = archive;
    return SS_OK;
}

ss_status ss_archive_append(ss_archive *archive, const ss_result *articles, const ss_batch *about, ss_pool *pool)
{
    SS_TRY(ss_archive_grow_batches(archive));
    ss_batch *batch = &archive->batch[archive->batch_count];
    SS_TRY(ss_batch_describe(batch, archive, articles, about));
    ss_h5 *file = NULL;
    ss_status status = ss_archive_attach(&file, archive);
    if (status == SS_OK) {
        ss_h5_set_pool(file, pool);
        status = ss_archive_columns_append(file, archive, articles, batch);
    }
    if (status == SS_OK) status = ss_h5_finish(file);
    ss_h5_close(file);
    if (status == SS_OK) status = commit(archive);
    if (status == SS_OK)
        archive->batch_count++;
    else
        ss_batch_clear(batch);
    return status;
}

/* ------------------------------------------------------------------- reading */

size_t ss_archive_count(const ss_archive *archive)
{
    return archive->batch_count == 0 ? 0 : (size_t)archive->batch[archive->batch_count - 1].end;
}

size_t ss_archive_batch_count(const ss_archive *archive)
{
    return archive->batch_count;
}

const ss_batch *ss_archive_batch(const ss_archive *archive, size_t index)
{
    return index < archive->batch_count ? &archive->batch[index] : NULL;
}

int ss_archive_dimension(const ss_archive *archive)
{
    return archive->dimension;
}

const char *ss_archive_model_checksum(const ss_archive *archive)
{
    return archive->model_checksum;
}

const char *ss_archive_inputs(const ss_archive *archive)
{
    return archive->inputs;
}

ss_status ss_archive_check_model(const ss_archive *archive, const ss_model *model)
{
    if (strcmp(archive->model_checksum, ss_model_checksum(model)) == 0) return SS_OK;
    return ss_fail(
        SS_ERROR_INPUT,
        "'%s' was sketched with another model (checksum %.12s..., this one has %.12s...); name that model with "
        "--model, or sketch the articles anew",
        archive->path, archive->model_checksum, ss_model_checksum(model));
}

/* Reads rows begin .. end - 1 into a part of their own. */
static ss_status hand_over_part(ss_h5 *file, size_t begin, size_t end,
                                ss_status (*take)(void *context, ss_result *part, size_t begin), void *context)
{
    ss_result *part;
    SS_TRY(ss_result_new(&part));
    ss_status status = ss_store_articles_read(file, begin, end - begin, part);
    for (size_t i = 0; i < part->articles.count && status == SS_OK; i++) {
        const char *fault = ss_store_article_fault(&part->articles.item[i]);
        if (fault != NULL) status = ss_h5_damaged(file, "/articles, row %zu: %s", begin + i, fault);
    }
    if (status == SS_OK) status = take(context, part, begin);
    ss_result_free(part);
    return status;
}

bool ss_batch_reaches(const ss_batch *batch, int32_t from_day)
{
    return from_day == INT32_MIN || (batch->last_day != SS_NO_DAY && batch->last_day >= from_day);
}

ss_status ss_archive_each_part(ss_archive *archive, int32_t from_day,
                               ss_status (*take)(void *context, ss_result *part, size_t begin), void *context)
{
    ss_h5 *file;
    SS_TRY(ss_archive_attach(&file, archive));
    ss_status status = SS_OK;
    size_t begin = 0;
    for (size_t b = 0; b < archive->batch_count && status == SS_OK; b++) {
        const ss_batch *batch = &archive->batch[b];
        bool wanted = ss_batch_reaches(batch, from_day);
        for (size_t end; wanted && begin < batch->end && status == SS_OK; begin = end) {
            end = ss_smaller(begin + PART_ARTICLES, (size_t)batch->end);
            status = hand_over_part(file, begin, end, take, context);
        }
        begin = (size_t)batch->end;
    }
    ss_h5_close(file);
    return status;
}
