#include "record_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "sizes.h"
#include "status.h"
#include "whole_io.h"

#define AT_ONCE     ((size_t)1 << 20) /* bytes read or written, about */
#define FRAME_MAGIC 0x524a5353u       /* "SSJR" where the lowest byte comes first: another order of bytes is not ours */
#define KIND_COMMIT UINT32_MAX

static const char FILE_MAGIC[16] = "samestory resume"; /* without its NUL */

typedef struct frame {
    uint32_t magic;
    uint32_t checksum; /* CRC-32 of the rest of the frame and the record */
    uint32_t kind;
    uint32_t length; /* of the record behind it */
} frame;

struct ss_record_log {
    char *path;
    int file;
    uint64_t at;        /* where the next record is read */
    uint64_t committed; /* bytes of the file up to the last commit */
    uint64_t written;   /* bytes of the file */
    frame next;         /* the one at `at`; kind SS_RECORD_LOG_END: none */
    ss_buffer window;   /* what was read of the file last */
    uint64_t window_at;
    ss_buffer pending; /* appended, not written yet */
};

static ss_status fail_io(const ss_record_log *log, const char *doing)
{
    return ss_fail(SS_ERROR_IO, "can't %s '%s': %s", doing, log->path, strerror(errno));
}

/* ---------------------------------------------------------------- reading */

/* Moves the window, of `size` bytes at least, to `offset`. */
static ss_status read_window(ss_record_log *log, uint64_t offset, size_t size)
{
    ss_buffer *window = &log->window;
    window->length = 0;
    log->window_at = offset;
    SS_TRY(ss_buffer_reserve(window, size > AT_ONCE ? size : AT_ONCE));
    ssize_t got = ss_read_at(log->file, window->data, window->capacity, offset);
    if (got < 0) return fail_io(log, "read");
    window->length = (size_t)got;
    return SS_OK;
}

/* `size` bytes at `offset`, valid until the next call; NULL where the file ends before. */
static ss_status read_at(ss_record_log *log, uint64_t offset, size_t size, const char **bytes)
{
    const ss_buffer *window = &log->window;
    uint64_t begin = offset - log->window_at;
    if (window->data == NULL || offset < log->window_at || begin + size > window->length) {
        SS_TRY(read_window(log, offset, size));
        begin = 0;
    }
    *bytes = size <= window->length - begin ? window->data + begin : NULL;
    return SS_OK;
}

static uint32_t checksum_of(const frame *head, const void *bytes)
{
    uLong sum = crc32(0, (const Bytef *)&head->kind, sizeof head->kind + sizeof head->length);
    return (uint32_t)(head->length > 0 ? crc32(sum, bytes, head->length) : sum);
}

/* The frame at `offset` and its record, valid until the next call; NULL where they are torn or damaged. */
static ss_status read_record(ss_record_log *log, uint64_t offset, frame *head, const char **record)
{
    const char *bytes;
    *record = NULL;
    SS_TRY(read_at(log, offset, sizeof *head, &bytes));
    if (bytes == NULL) return SS_OK;
    memcpy(head, bytes, sizeof *head);
    if (head->magic != FRAME_MAGIC || head->length > SS_RECORD_LOG_LONGEST) return SS_OK;
    SS_TRY(read_at(log, offset + sizeof *head, head->length, &bytes));
    if (bytes != NULL && checksum_of(head, bytes) == head->checksum) *record = bytes;
    return SS_OK;
}

/* Where the last commit ends. */
static ss_status find_committed(ss_record_log *log)
{
    for (uint64_t at = sizeof FILE_MAGIC;;) {
        frame head;
        const char *record;
        SS_TRY(read_record(log, at, &head, &record));
        if (record == NULL) return SS_OK;
        at += sizeof head + head.length;
        if (head.kind == KIND_COMMIT) log->committed = at;
    }
}

static ss_status fail_changed(const ss_record_log *log)
{
    return ss_fail(SS_ERROR_IO, "'%s' changed while it was read", log->path);
}

/* Looks at the frame of the next record; commits are no records. */
static ss_status look_ahead(ss_record_log *log)
{
    log->next = (frame){0};
    for (frame head; log->at < log->committed; log->at += sizeof head) {
        const char *bytes;
        SS_TRY(read_at(log, log->at, sizeof head, &bytes));
        if (bytes == NULL) return fail_changed(log);
        memcpy(&head, bytes, sizeof head);
        if (head.kind == KIND_COMMIT) continue;
        log->next = head;
        return SS_OK;
    }
    ss_buffer_free(&log->window);
    return SS_OK;
}

uint32_t ss_record_log_next_kind(const ss_record_log *log)
{
    return log->next.kind;
}

ss_status ss_record_log_read(ss_record_log *log, ss_buffer *record)
{
    frame head;
    const char *bytes;
    SS_TRY(read_record(log, log->at, &head, &bytes));
    if (bytes == NULL) return fail_changed(log);
    record->length = 0;
    SS_TRY(ss_buffer_append(record, bytes, head.length));
    log->at += sizeof head + head.length;
    return look_ahead(log);
}

/* ---------------------------------------------------------------- writing */

static ss_status write_pending(ss_record_log *log)
{
    if (ss_write_at(log->file, log->pending.data, log->pending.length, log->written) != 0) return fail_io(log, "write");
    log->written += log->pending.length;
    log->pending.length = 0;
    return SS_OK;
}

ss_status ss_record_log_append(ss_record_log *log, uint32_t kind, const void *bytes, size_t length)
{
    if (length > SS_RECORD_LOG_LONGEST) return ss_fail(SS_ERROR_INTERNAL, "a record of %zu bytes in a log", length);
    frame head = {.magic = FRAME_MAGIC, .kind = kind, .length = (uint32_t)length};
    head.checksum = checksum_of(&head, bytes);
    SS_TRY(ss_buffer_append(&log->pending, (const char *)&head, sizeof head));
    SS_TRY(ss_buffer_append(&log->pending, bytes, length));
    return log->pending.length >= AT_ONCE ? write_pending(log) : SS_OK;
}

ss_status ss_record_log_commit(ss_record_log *log)
{
    SS_TRY(ss_record_log_append(log, KIND_COMMIT, NULL, 0));
    SS_TRY(write_pending(log));
    if (fdatasync(log->file) != 0) return fail_io(log, "write");
    log->committed = log->at = log->written;
    return SS_OK;
}

void ss_record_log_give_up(ss_record_log *log)
{
    ss_buffer_free(&log->pending);
    if (ss_set_size(log->file, log->committed) == 0) log->written = log->committed;
}

/* ------------------------------------------------------- opening, closing */

/* A log with its file open and locked; *out is NULL without `create` where there is no file. */
static ss_status open_locked(ss_record_log **out, const char *path, bool create)
{
    ss_record_log *log = calloc(1, sizeof *log);
    if (log == NULL) return ss_fail_memory(sizeof *log);
    log->file = -1;
    ss_status status = ss_copy_text(&log->path, path, strlen(path));
    if (status == SS_OK) log->file = open(path, O_RDWR | O_CLOEXEC | (create ? O_CREAT : 0), 0666);
    if (status == SS_OK && log->file < 0 && !create && errno == ENOENT) {
        ss_record_log_free(log);
        return SS_OK;
    }
    if (status == SS_OK && log->file < 0) status = fail_io(log, "open");
    /* Some network file systems know no locks: then nobody looks. */
    if (status == SS_OK && flock(log->file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        status = ss_fail(SS_ERROR_IO, "'%s' is in use: another job writes the same results", path);
    if (status != SS_OK) {
        ss_record_log_free(log);
        return status;
    }
    *out = log;
    return SS_OK;
}

/* Is this the beginning of a log, or of one that was cut off there? */
static ss_status check_beginning(ss_record_log *log)
{
    struct stat known;
    if (fstat(log->file, &known) != 0) return fail_io(log, "read");
    log->written = (uint64_t)known.st_size;
    const char *bytes;
    size_t there = ss_smaller(log->written, sizeof FILE_MAGIC);
    SS_TRY(read_at(log, 0, there, &bytes));
    if (there == 0 || (bytes != NULL && memcmp(bytes, FILE_MAGIC, there) == 0)) return SS_OK;
    return ss_fail(SS_ERROR_INPUT, "'%s' is no log of a job of samestory; remove it or choose another output",
                   log->path);
}

bool ss_record_log_is(const char *path)
{
    char magic[sizeof FILE_MAGIC];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    ssize_t got = ss_read_at(file, magic, sizeof magic, 0);
    close(file);
    return got >= 0 && memcmp(magic, FILE_MAGIC, (size_t)got) == 0;
}

ss_status ss_record_log_create(ss_record_log **out, const char *path)
{
    *out = NULL;
    ss_record_log *log = NULL;
    SS_TRY(open_locked(&log, path, true));
    ss_status status = check_beginning(log);
    if (status == SS_OK && ss_set_size(log->file, 0) != 0) status = fail_io(log, "write");
    log->written = 0;
    ss_buffer_free(&log->window);
    if (status == SS_OK) status = ss_buffer_append(&log->pending, FILE_MAGIC, sizeof FILE_MAGIC);
    if (status != SS_OK) {
        ss_record_log_free(log);
        return status;
    }
    ss_sync_folder(path);
    *out = log;
    return SS_OK;
}

static ss_status find_end(ss_record_log *log, uint64_t *lost)
{
    SS_TRY(check_beginning(log));
    if (log->written >= sizeof FILE_MAGIC) SS_TRY(find_committed(log));
    *lost = log->written - log->committed;
    if (*lost > 0 && ss_set_size(log->file, log->committed) != 0) return fail_io(log, "write");
    log->written = log->committed;
    log->at = sizeof FILE_MAGIC;
    return look_ahead(log);
}

ss_status ss_record_log_open(ss_record_log **out, const char *path, uint64_t *lost)
{
    *out = NULL;
    *lost = 0;
    ss_record_log *log = NULL;
    SS_TRY(open_locked(&log, path, false));
    if (log == NULL) return SS_OK;
    ss_status status = find_end(log, lost);
    if (status != SS_OK || log->committed == 0) {
        ss_record_log_free(log);
        return status;
    }
    *out = log;
    return SS_OK;
}

void ss_record_log_free(ss_record_log *log)
{
    if (log == NULL) return;
    if (log->file >= 0) close(log->file);
    ss_buffer_free(&log->pending);
    ss_buffer_free(&log->window);
    free(log->path);
    free(log);
}
