#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "digest.h"
#include "sizes.h"
#include "status.h"
#include "whole_io.h"

#define PAGE ((size_t)4096)

/* A page of the journal as it lies there. */
typedef struct page {
    uint64_t number;
    uint8_t bytes[PAGE];
} page;

static const char magic[16] = "samestory redo 1";

/* The journal's first bytes; pages and the checksum of all before it follow. */
typedef struct head {
    char magic[sizeof magic];
    char mark[SS_JOURNAL_MARK];
    uint64_t size; /* of the file after the commit */
    uint64_t pages;
} head;

struct ss_journal {
    char *journal_path;
    int descriptor;
    char mark[SS_JOURNAL_MARK];
    uint64_t size;
    uint64_t kept_pages; /* pages below this one are held back */
    page **slot;         /* open addressing by number; NULL: free */
    size_t slot_count;   /* a power of two */
    size_t used;
};

/* ----------------------------------------------------------- the file's path */

static char *journal_path_of(const char *path)
{
    char *name;
    return asprintf(&name, "%s.journal", path) < 0 ? NULL : name;
}

/* Both return 0 or an errno. What lies past the end of the file reads as zeros. */
static int read_filled(int descriptor, void *bytes, size_t size, uint64_t offset)
{
    ssize_t got = ss_read_at(descriptor, bytes, size, offset);
    if (got < 0) return errno;
    memset((char *)bytes + got, 0, size - (size_t)got);
    return 0;
}

static int write_whole(int descriptor, const void *bytes, size_t size, uint64_t offset)
{
    return ss_write_at(descriptor, bytes, size, offset) == 0 ? 0 : errno;
}

/* -------------------------------------------------------------------- pages */

static page **find_slot(page **slot, size_t slot_count, uint64_t number)
{
    size_t at = (size_t)(number * 0x9e3779b97f4a7c15u >> 32) & (slot_count - 1);
    while (slot[at] != NULL && slot[at]->number != number)
        at = (at + 1) & (slot_count - 1);
    return &slot[at];
}

static bool double_slots(ss_journal *journal)
{
    size_t count = journal->slot_count == 0 ? 256 : 2 * journal->slot_count;
    page **slot = calloc(count, sizeof(page *));
    if (slot == NULL) return false;
    for (size_t i = 0; i < journal->slot_count; i++)
        if (journal->slot[i] != NULL) *find_slot(slot, count, journal->slot[i]->number) = journal->slot[i];
    free(journal->slot);
    journal->slot = slot;
    journal->slot_count = count;
    return true;
}

static page *held(const ss_journal *journal, uint64_t number)
{
    return journal->slot_count == 0 ? NULL : *find_slot(journal->slot, journal->slot_count, number);
}

/* The page held back, taken from the file where it is not held yet. */
static int hold(ss_journal *journal, uint64_t number, page **out)
{
    *out = held(journal, number);
    if (*out != NULL) return 0;
    if (2 * journal->used >= journal->slot_count && !double_slots(journal)) return ENOMEM;
    page *new_page = malloc(sizeof *new_page);
    if (new_page == NULL) return ENOMEM;
    new_page->number = number;
    int error = read_filled(journal->descriptor, new_page->bytes, PAGE, number * PAGE);
    if (error != 0) {
        free(new_page);
        return error;
    }
    *find_slot(journal->slot, journal->slot_count, number) = *out = new_page;
    journal->used++;
    return 0;
}

static void forget_pages(ss_journal *journal)
{
    for (size_t i = 0; i < journal->slot_count; i++)
        free(journal->slot[i]);
    free(journal->slot);
    journal->slot = NULL;
    journal->slot_count = journal->used = 0;
}

/* ------------------------------------------------------ the file as it will be */

/* The first page is held back even of an empty file: it is what makes the rest a file of ours. */
static void keep_what_is_there(ss_journal *journal)
{
    journal->kept_pages = ss_larger(1, (journal->size + PAGE - 1) / PAGE);
}

ss_status ss_journal_new(ss_journal **out, const char *path, int descriptor, uint64_t size,
                         const char mark[SS_JOURNAL_MARK])
{
    *out = NULL;
    ss_journal *journal = calloc(1, sizeof *journal);
    if (journal == NULL) return ss_fail_memory(sizeof *journal);
    journal->journal_path = journal_path_of(path);
    if (journal->journal_path == NULL) {
        free(journal);
        return ss_fail_memory(strlen(path) + 16);
    }
    journal->descriptor = descriptor;
    journal->size = size;
    memcpy(journal->mark, mark, sizeof journal->mark);
    keep_what_is_there(journal);
    *out = journal;
    return SS_OK;
}

void ss_journal_free(ss_journal *journal)
{
    if (journal == NULL) return;
    forget_pages(journal);
    free(journal->journal_path);
    free(journal);
}

int ss_journal_read(ss_journal *journal, void *bytes, size_t size, uint64_t offset)
{
    int error = read_filled(journal->descriptor, bytes, size, offset);
    for (size_t done = 0; done < size && error == 0 && (offset + done) / PAGE < journal->kept_pages;) {
        size_t inside = (size_t)((offset + done) % PAGE), count = ss_smaller(PAGE - inside, size - done);
        const page *kept = held(journal, (offset + done) / PAGE);
        if (kept != NULL) memcpy((char *)bytes + done, kept->bytes + inside, count);
        done += count;
    }
    return error;
}

int ss_journal_write(ss_journal *journal, const void *bytes, size_t size, uint64_t offset)
{
    size_t done = 0;
    if (offset + size > journal->size) journal->size = offset + size;
    while (done < size && (offset + done) / PAGE < journal->kept_pages) {
        size_t inside = (size_t)((offset + done) % PAGE), count = ss_smaller(PAGE - inside, size - done);
        page *kept;
        int error = hold(journal, (offset + done) / PAGE, &kept);
        if (error != 0) return error;
        memcpy(kept->bytes + inside, (const char *)bytes + done, count);
        done += count;
    }
    return write_whole(journal->descriptor, (const char *)bytes + done, size - done, offset + done);
}

void ss_journal_resize(ss_journal *journal, uint64_t size)
{
    journal->size = size;
}

uint64_t ss_journal_size(const ss_journal *journal)
{
    return journal->size;
}

/* ------------------------------------------------------------------- commit */

/* Gathers what lies side by side in a file: few large writes instead of one a page. */
typedef struct gatherer {
    int descriptor, error;
    uint64_t offset; /* of the first byte gathered */
    size_t length;
    uint8_t bytes[16 * PAGE];
} gatherer;

static void flush(gatherer *g)
{
    if (g->error == 0) g->error = write_whole(g->descriptor, g->bytes, g->length, g->offset);
    g->offset += g->length;
    g->length = 0;
}

static void put(gatherer *g, const void *bytes, size_t size, uint64_t offset)
{
    if (offset != g->offset + g->length || size > sizeof g->bytes - g->length) flush(g);
    if (g->length == 0) g->offset = offset;
    memcpy(g->bytes + g->length, bytes, size);
    g->length += size;
}

static int by_number(const void *left, const void *right)
{
    uint64_t a = (*(page *const *)left)->number, b = (*(page *const *)right)->number;
    return (a > b) - (a < b);
}

/* The pages held back, in the order of the file, in place of the table that finds them. */
static void sort_pages(ss_journal *journal)
{
    size_t kept = 0;
    for (size_t i = 0; i < journal->slot_count; i++)
        if (journal->slot[i] != NULL) journal->slot[kept++] = journal->slot[i];
    for (size_t i = kept; i < journal->slot_count; i++)
        journal->slot[i] = NULL;
    if (kept > 0) qsort(journal->slot, kept, sizeof *journal->slot, by_number);
}

static int write_pages(const ss_journal *journal, gatherer *g)
{
    char checksum[SS_DIGEST_LENGTH + 1];
    head h = {.size = journal->size, .pages = journal->used};
    memcpy(h.magic, magic, sizeof h.magic);
    memcpy(h.mark, journal->mark, sizeof h.mark);
    ss_digest *digest;
    if (ss_digest_new(&digest) != SS_OK) return ENOMEM;
    ss_digest_bytes(digest, &h, sizeof h);
    put(g, &h, sizeof h, 0);
    for (size_t i = 0; i < journal->used; i++) {
        ss_digest_bytes(digest, journal->slot[i], sizeof(page));
        put(g, journal->slot[i], sizeof(page), sizeof h + i * sizeof(page));
    }
    ss_status status = ss_digest_finish(digest, checksum);
    ss_digest_free(digest);
    if (status != SS_OK) return ENOMEM;
    put(g, checksum, SS_DIGEST_LENGTH, sizeof h + journal->used * sizeof(page));
    flush(g);
    return g->error;
}

/* Brings them to their places. */
static int apply_pages(const ss_journal *journal)
{
    gatherer g = {.descriptor = journal->descriptor};
    for (size_t i = 0; i < journal->used; i++)
        put(&g, journal->slot[i]->bytes, PAGE, journal->slot[i]->number * PAGE);
    flush(&g);
    return g.error;
}

/* Emptied first: should the machine stop before the folder is on the disk, the journal that comes back is none. */
static int remove_journal(const char *journal_path)
{
    int descriptor = open(journal_path, O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC);
    int error = descriptor < 0 ? errno : fsync(descriptor) != 0 ? errno : 0;
    if (descriptor >= 0) close(descriptor);
    if (error == 0 && unlink(journal_path) != 0) error = errno;
    if (error == 0) ss_sync_folder(journal_path);
    return error;
}

static int write_journal(const ss_journal *journal)
{
    int descriptor = open(journal->journal_path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (descriptor < 0) return errno;
    gatherer g = {.descriptor = descriptor};
    int error = write_pages(journal, &g);
    if (error == 0 && fsync(descriptor) != 0) error = errno;
    if (close(descriptor) != 0 && error == 0) error = errno;
    if (error == 0)
        ss_sync_folder(journal->journal_path);
    else
        remove_journal(journal->journal_path);
    return error;
}

static int finish_file(int descriptor, uint64_t size)
{
    return ss_set_size(descriptor, size) != 0 || fsync(descriptor) != 0 ? errno : 0;
}

int ss_journal_commit(ss_journal *journal)
{
    int error = fsync(journal->descriptor) != 0 ? errno : 0;
    sort_pages(journal);
    if (error == 0) error = write_journal(journal);
    if (error == 0) error = apply_pages(journal);
    if (error == 0) error = finish_file(journal->descriptor, journal->size);
    if (error == 0) error = remove_journal(journal->journal_path);
    forget_pages(journal);
    keep_what_is_there(journal);
    return error;
}

/* ----------------------------------------------------------------- recovery */

/* An empty file that a first commit was to make has no mark yet. */
static int is_for(const head *h, int descriptor, bool *ours)
{
    uint8_t first[PAGE], nothing[PAGE] = {0};
    int error = read_filled(descriptor, first, sizeof first, 0);
    *ours = error == 0 &&
            (memmem(first, sizeof first, h->mark, sizeof h->mark) != NULL || memcmp(first, nothing, sizeof first) == 0);
    return error;
}

static int find_beside(ss_journal_beside *out, const char *journal_path, int descriptor)
{
    static const head lost = {0};
    struct stat known;
    *out = SS_JOURNAL_NONE;
    if (lstat(journal_path, &known) != 0) return errno == ENOENT ? 0 : errno;
    *out = SS_JOURNAL_FOREIGN;
    if (!S_ISREG(known.st_mode)) return 0;
    int journal = open(journal_path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (journal < 0) return errno;
    head h;
    bool own = false;
    int error = read_filled(journal, &h, sizeof h, 0);
    close(journal);
    if (error == 0 && memcmp(h.magic, magic, sizeof magic) == 0) error = is_for(&h, descriptor, &own);
    if (error == 0 && (own || memcmp(&h, &lost, sizeof h) == 0)) *out = SS_JOURNAL_OWN;
    return error;
}

int ss_journal_find(ss_journal_beside *out, const char *path, int descriptor)
{
    char *journal_path = journal_path_of(path);
    if (journal_path == NULL) return ENOMEM;
    int error = find_beside(out, journal_path, descriptor);
    free(journal_path);
    return error;
}

int ss_journal_discard(const char *path)
{
    char *journal_path = journal_path_of(path);
    int error = journal_path == NULL ? ENOMEM : remove_journal(journal_path);
    free(journal_path);
    return error;
}

/* Whether the journal is whole, and its head. */
static int check_journal(int descriptor, head *h, bool *whole)
{
    char expected[SS_DIGEST_LENGTH], found[SS_DIGEST_LENGTH + 1];
    struct stat known;
    *whole = false;
    if (fstat(descriptor, &known) != 0) return errno;
    int error = read_filled(descriptor, h, sizeof *h, 0);
    uint64_t rest = (uint64_t)known.st_size - sizeof *h - sizeof expected;
    if (error != 0 || memcmp(h->magic, magic, sizeof magic) != 0 ||
        (uint64_t)known.st_size < sizeof *h + sizeof expected || rest % sizeof(page) != 0 ||
        rest / sizeof(page) != h->pages)
        return error;
    ss_digest *digest;
    if (ss_digest_new(&digest) != SS_OK) return ENOMEM;
    ss_digest_bytes(digest, h, sizeof *h);
    for (uint64_t i = 0; i < h->pages && error == 0; i++) {
        page p;
        error = read_filled(descriptor, &p, sizeof p, sizeof *h + i * sizeof p);
        ss_digest_bytes(digest, &p, sizeof p);
    }
    if (error == 0) error = read_filled(descriptor, expected, sizeof expected, sizeof *h + h->pages * sizeof(page));
    if (ss_digest_finish(digest, found) != SS_OK && error == 0) error = ENOMEM;
    ss_digest_free(digest);
    *whole = error == 0 && memcmp(expected, found, sizeof expected) == 0;
    return error;
}

static int bring_to_file(int journal, const head *h, int descriptor)
{
    int error = 0;
    for (uint64_t i = 0; i < h->pages && error == 0; i++) {
        page p;
        error = read_filled(journal, &p, sizeof p, sizeof *h + i * sizeof p);
        if (error == 0) error = write_whole(descriptor, p.bytes, PAGE, p.number * PAGE);
    }
    return error == 0 ? finish_file(descriptor, h->size) : error;
}

static int recover_from(const char *journal_path, int descriptor)
{
    int journal = open(journal_path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (journal < 0) return errno == ENOENT ? 0 : errno;
    head h;
    bool whole;
    int error = check_journal(journal, &h, &whole);
    if (error == 0 && whole) error = bring_to_file(journal, &h, descriptor);
    close(journal);
    return error == 0 ? remove_journal(journal_path) : error;
}

int ss_journal_recover(const char *path, int descriptor)
{
    char *journal_path = journal_path_of(path);
    if (journal_path == NULL) return ENOMEM;
    int error = recover_from(journal_path, descriptor);
    free(journal_path);
    return error;
}
