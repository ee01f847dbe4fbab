#include "journal.h"

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

struct ss_journal {
    char *path;
    int file;
    uint64_t at;        /* where the next record is read */
    uint64_t committed; /* bytes of the file up to the last commit */
    uint64_t written;   /* bytes of the file */
    frame next;         /* the one at `at`; kind SS_JOURNAL_END: none */
    ss_buffer window;   /* what was read of the file last */
    uint64_t window_at;
    ss_buffer pending; /* appended, not written yet */
};

static ss_status fail_io(const ss_journal *journal, const char *doing)
{
    return ss_fail(SS_ERROR_IO, "can't %s '%s': %s", doing, journal->path, strerror(errno));
}

/* ---------------------------------------------------------------- reading */

/* Moves the window, of `size` bytes at least, to `offset`. */
static ss_status read_window(ss_journal *journal, uint64_t offset, size_t size)
{
    ss_buffer *window = &journal->window;
    window->length = 0;
    journal->window_at = offset;
    SS_TRY(ss_buffer_reserve(window, size > AT_ONCE ? size : AT_ONCE));
    while (window->length < window->capacity) {
        ssize_t part = pread(journal->file, window->data + window->length, window->capacity - window->length,
                             (off_t)(offset + window->length));
        if (part < 0 && errno == EINTR) continue;
        if (part < 0) return fail_io(journal, "read");
        if (part == 0) break;
        window->length += (size_t)part;
    }
    return SS_OK;
}

/* `size` bytes at `offset`, valid until the next call; NULL where the file ends before. */
static ss_status read_at(ss_journal *journal, uint64_t offset, size_t size, const char **bytes)
{
    const ss_buffer *window = &journal->window;
    uint64_t begin = offset - journal->window_at;
    if (offset < journal->window_at || begin + size > window->length) {
        SS_TRY(read_window(journal, offset, size));
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
static ss_status read_record(ss_journal *journal, uint64_t offset, frame *head, const char **record)
{
    const char *bytes;
    *record = NULL;
    SS_TRY(read_at(journal, offset, sizeof *head, &bytes));
    if (bytes == NULL) return SS_OK;
    memcpy(head, bytes, sizeof *head);
    if (head->magic != FRAME_MAGIC || head->length > SS_JOURNAL_LONGEST) return SS_OK;
    SS_TRY(read_at(journal, offset + sizeof *head, head->length, &bytes));
    if (bytes != NULL && checksum_of(head, bytes) == head->checksum) *record = bytes;
    return SS_OK;
}

/* Where the last commit ends. */
static ss_status find_committed(ss_journal *journal)
{
    for (uint64_t at = sizeof FILE_MAGIC;;) {
        frame head;
        const char *record;
        SS_TRY(read_record(journal, at, &head, &record));
        if (record == NULL) return SS_OK;
        at += sizeof head + head.length;
        if (head.kind == KIND_COMMIT) journal->committed = at;
    }
}

static ss_status fail_changed(const ss_journal *journal)
{
    return ss_fail(SS_ERROR_IO, "'%s' changed while it was read", journal->path);
}

/* Looks at the frame of the next record; commits are no records. */
static ss_status look_ahead(ss_journal *journal)
{
    journal->next = (frame){0};
    for (frame head; journal->at < journal->committed; journal->at += sizeof head) {
        const char *bytes;
        SS_TRY(read_at(journal, journal->at, sizeof head, &bytes));
        if (bytes == NULL) return fail_changed(journal);
        memcpy(&head, bytes, sizeof head);
        if (head.kind == KIND_COMMIT) continue;
        journal->next = head;
        return SS_OK;
    }
    ss_buffer_free(&journal->window);
    return SS_OK;
}

uint32_t ss_journal_next_kind(const ss_journal *journal)
{
    return journal->next.kind;
}

ss_status ss_journal_read(ss_journal *journal, ss_buffer *record)
{
    frame head;
    const char *bytes;
    SS_TRY(read_record(journal, journal->at, &head, &bytes));
    if (bytes == NULL) return fail_changed(journal);
    record->length = 0;
    SS_TRY(ss_buffer_append(record, bytes, head.length));
    journal->at += sizeof head + head.length;
    return look_ahead(journal);
}

/* ---------------------------------------------------------------- writing */

static ss_status write_pending(ss_journal *journal)
{
    const char *bytes = journal->pending.data;
    for (size_t left = journal->pending.length; left > 0;) {
        ssize_t part = pwrite(journal->file, bytes, left, (off_t)journal->written);
        if (part < 0 && errno == EINTR) continue;
        if (part < 0) return fail_io(journal, "write");
        bytes += part;
        left -= (size_t)part;
        journal->written += (uint64_t)part;
    }
    journal->pending.length = 0;
    return SS_OK;
}

ss_status ss_journal_append(ss_journal *journal, uint32_t kind, const void *bytes, size_t length)
{
    if (length > SS_JOURNAL_LONGEST) return ss_fail(SS_ERROR_INTERNAL, "a record of %zu bytes in a journal", length);
    frame head = {.magic = FRAME_MAGIC, .kind = kind, .length = (uint32_t)length};
    head.checksum = checksum_of(&head, bytes);
    SS_TRY(ss_buffer_append(&journal->pending, (const char *)&head, sizeof head));
    SS_TRY(ss_buffer_append(&journal->pending, bytes, length));
    return journal->pending.length >= AT_ONCE ? write_pending(journal) : SS_OK;
}

ss_status ss_journal_commit(ss_journal *journal)
{
    SS_TRY(ss_journal_append(journal, KIND_COMMIT, NULL, 0));
    SS_TRY(write_pending(journal));
    if (fdatasync(journal->file) != 0) return fail_io(journal, "write");
    journal->committed = journal->at = journal->written;
    return SS_OK;
}

void ss_journal_give_up(ss_journal *journal)
{
    ss_buffer_free(&journal->pending);
    if (ftruncate(journal->file, (off_t)journal->committed) == 0) journal->written = journal->committed;
}

/* ------------------------------------------------------- opening, closing */

/* The name in its folder survives a loss of power. */
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder;
    size_t length = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    if (ss_copy_text(&folder, length > 0 ? path : ".", length > 0 ? length : 1) != SS_OK) return;
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        (void)fsync(descriptor); /* not every file system can */
        close(descriptor);
    }
    free(folder);
}

/* A journal with its file open and locked; *out is NULL without `create` where there is no file. */
static ss_status open_locked(ss_journal **out, const char *path, bool create)
{
    ss_journal *journal = calloc(1, sizeof *journal);
    if (journal == NULL) return ss_fail_memory(sizeof *journal);
    journal->file = -1;
    ss_status status = ss_copy_text(&journal->path, path, strlen(path));
    if (status == SS_OK) journal->file = open(path, O_RDWR | O_CLOEXEC | (create ? O_CREAT : 0), 0666);
    if (status == SS_OK && journal->file < 0 && !create && errno == ENOENT) {
        ss_journal_free(journal);
        return SS_OK;
    }
    if (status == SS_OK && journal->file < 0) status = fail_io(journal, "open");
    /* Some network file systems know no locks: then nobody looks. */
    if (status == SS_OK && flock(journal->file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        status = ss_fail(SS_ERROR_IO, "'%s' is in use: another job writes the same results", path);
    if (status != SS_OK) {
        ss_journal_free(journal);
        return status;
    }
    *out = journal;
    return SS_OK;
}

ss_status ss_journal_create(ss_journal **out, const char *path)
{
    *out = NULL;
    ss_journal *journal = NULL;
    SS_TRY(open_locked(&journal, path, true));
    ss_status status = ftruncate(journal->file, 0) == 0 ? SS_OK : fail_io(journal, "write");
    if (status == SS_OK) status = ss_buffer_append(&journal->pending, FILE_MAGIC, sizeof FILE_MAGIC);
    if (status != SS_OK) {
        ss_journal_free(journal);
        return status;
    }
    sync_folder(path);
    *out = journal;
    return SS_OK;
}

static ss_status find_beginning(ss_journal *journal, uint64_t *lost)
{
    struct stat known;
    if (fstat(journal->file, &known) != 0) return fail_io(journal, "read");
    journal->written = (uint64_t)known.st_size;
    const char *bytes;
    size_t there = ss_smaller(journal->written, sizeof FILE_MAGIC);
    SS_TRY(read_at(journal, 0, there, &bytes));
    if (there > 0 && (bytes == NULL || memcmp(bytes, FILE_MAGIC, there) != 0))
        return ss_fail(SS_ERROR_INPUT, "'%s' is no journal of samestory; remove it or choose another output",
                       journal->path);
    if (there == sizeof FILE_MAGIC) SS_TRY(find_committed(journal));
    *lost = journal->written - journal->committed;
    if (*lost > 0 && ftruncate(journal->file, (off_t)journal->committed) != 0) return fail_io(journal, "write");
    journal->written = journal->committed;
    journal->at = sizeof FILE_MAGIC;
    return look_ahead(journal);
}

ss_status ss_journal_open(ss_journal **out, const char *path, uint64_t *lost)
{
    *out = NULL;
    *lost = 0;
    ss_journal *journal = NULL;
    SS_TRY(open_locked(&journal, path, false));
    if (journal == NULL) return SS_OK;
    ss_status status = find_beginning(journal, lost);
    if (status != SS_OK || journal->committed == 0) {
        ss_journal_free(journal);
        return status;
    }
    *out = journal;
    return SS_OK;
}

void ss_journal_free(ss_journal *journal)
{
    if (journal == NULL) return;
    if (journal->file >= 0) close(journal->file);
    ss_buffer_free(&journal->pending);
    ss_buffer_free(&journal->window);
    free(journal->path);
    free(journal);
}
