#include "container.h"
#include "buffer.h"
#include "encoding.h"
#include "status.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK ((size_t)64 * 1024)

struct ss_container {
    struct archive *archive;
    ss_stream *stream;
    char *path;
    uint64_t offset;  /* in the stream, of what is read next */
    ss_status failed; /* what the stream failed with, when libarchive asked for more */
    bool ended;
    locale_t utf8;  /* libarchive gives no name that the locale can't write; 0: there is no such locale */
    ss_buffer name; /* of the member, "path:name" */
    char block[BLOCK];
};

bool ss_container_tell(const char *bytes, size_t length)
{
    static const struct {
        size_t offset;
        const char *magic;
    } known[] = {
        {257, "ustar"},
        {0, "PK\003\004"},
        {0, "PK\005\006"},
        {0, "PK00PK\003\004"},
        {0, "\xfd"
            "7zXZ"},
        {4, "1AY&SY"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t size = strlen(known[i].magic);
        if (length >= known[i].offset + size && memcmp(bytes + known[i].offset, known[i].magic, size) == 0) return true;
    }
    return false;
}

/* ---- what libarchive calls */

static la_ssize_t read_block(struct archive *archive, void *user, const void **block)
{
    (void)archive;
    ss_container *container = user;
    size_t got = 0;
    container->failed = ss_stream_read(container->stream, container->block, BLOCK, &got);
    container->offset += got;
    *block = container->block;
    return container->failed == SS_OK ? (la_ssize_t)got : ARCHIVE_FATAL;
}

static la_int64_t seek(struct archive *archive, void *user, la_int64_t offset, int whence)
{
    (void)archive;
    ss_container *container = user;
    uint64_t size = ss_stream_size(container->stream);
    uint64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? container->offset : size;
    if (offset < 0 && (uint64_t)-offset > from) return ARCHIVE_FATAL;
    uint64_t to = from + (uint64_t)offset;
    if (to > size) to = size;
    container->failed = ss_stream_seek(container->stream, to);
    container->offset = to;
    return container->failed == SS_OK ? (la_int64_t)to : ARCHIVE_FATAL;
}

/* ---- opening and closing */

/* Turns libarchive's failure into ours. */
static ss_status fail(const ss_container *container, const char *name)
{
    if (container->failed != SS_OK) return container->failed;
    if (archive_errno(container->archive) == ENOMEM) return ss_fail_memory(BLOCK);
    const char *what = archive_error_string(container->archive);
    return ss_fail(SS_ERROR_INPUT,
                   "%s: it can't be unpacked: %s; what came before is kept, fetch it again for the rest", name,
                   what != NULL ? what : "it is damaged");
}

static ss_status start(ss_container *container)
{
    struct archive *archive = container->archive = archive_read_new();
    if (archive == NULL) return ss_fail_memory(sizeof *container);
    archive_read_support_filter_xz(archive);
    archive_read_support_filter_bzip2(archive);
    archive_read_support_format_tar(archive);
    archive_read_support_format_zip(archive);
    archive_read_support_format_raw(archive);
    archive_read_set_read_callback(archive, read_block);
    /* A zip's list of contents is at its end, and alone tells which of them are links. */
    if (ss_stream_size(container->stream) != UINT64_MAX) archive_read_set_seek_callback(archive, seek);
    archive_read_set_callback_data(archive, container);
    return archive_read_open1(archive) >= ARCHIVE_WARN ? SS_OK : fail(container, container->path);
}

ss_status ss_container_open(ss_container **out, ss_stream *stream, const char *path)
{
    *out = NULL;
    ss_container *container = calloc(1, sizeof *container);
    if (container == NULL) {
        ss_stream_free(stream);
        return ss_fail_memory(sizeof *container);
    }
    container->stream = stream;
    container->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    ss_status status = ss_copy_text(&container->path, path, strlen(path));
    if (status == SS_OK) status = start(container);
    if (status != SS_OK) {
        ss_container_free(container);
        return status;
    }
    *out = container;
    return SS_OK;
}

void ss_container_free(ss_container *container)
{
    if (container == NULL) return;
    archive_read_free(container->archive);
    ss_stream_free(container->stream);
    if (container->utf8 != (locale_t)0) freelocale(container->utf8);
    ss_buffer_free(&container->name);
    free(container->path);
    free(container);
}

/* ---- members */

static ss_status pull(void *user, void *bytes, size_t size, size_t *got)
{
    ss_container *container = user;
    la_ssize_t count;
    *got = 0;
    do {
        count = archive_read_data(container->archive, bytes, size);
    } while (count == ARCHIVE_RETRY);
    if (count >= 0) {
        *got = (size_t)count;
        return SS_OK;
    }
    if (count == ARCHIVE_FATAL) container->ended = true;
    return fail(container, container->name.data);
}

/* A member that is hidden, or lies in a hidden folder. */
static bool is_hidden(const char *name)
{
    for (const char *part = name; part != NULL; part = strchr(part, '/')) {
        part += strspn(part, "/");
        size_t length = strcspn(part, "/");
        if (*part == '.' && length > 1 && !(length == 2 && part[1] == '.')) return true;
    }
    return false;
}

/* Whether it is no archive to libarchive, but a file that may be compressed. */
static bool is_raw(struct archive *archive)
{
    return archive_format(archive) == ARCHIVE_FORMAT_RAW;
}

/* "path:name"; names may be in any encoding, and be no text at all. A compressed file has its own name. */
static ss_status set_name(ss_container *container, const char *name)
{
    container->name.length = 0;
    if (is_raw(container->archive))
        return ss_buffer_append(&container->name, container->path, strlen(container->path) + 1);
    ss_buffer mended = {0};
    ss_damage damage;
    ss_status status = ss_utf8_repair(&mended, &damage, name, strlen(name));
    if (status == SS_OK) status = ss_buffer_append(&container->name, container->path, strlen(container->path));
    if (status == SS_OK) status = ss_buffer_append(&container->name, ":", 1);
    if (status == SS_OK) status = ss_buffer_append(&container->name, mended.data, mended.length);
    if (status == SS_OK) status = ss_buffer_append(&container->name, "", 1);
    ss_buffer_free(&mended);
    return status;
}

/* Whether a member of a zip is compressed in a way whose decoder takes as much memory as the member asks for, up to 4 GB. */
static bool is_greedy(struct archive *archive)
{
    static const char *const methods[] = {"(lzma)", "(xz)", "(ppmd"};
    const char *name = archive_format_name(archive);
    for (size_t i = 0; name != NULL && i < sizeof methods / sizeof *methods; i++)
        if (strstr(name, methods[i]) != NULL) return true;
    return false;
}

/* Why a member is not read; NULL: it is. */
static const char *find_fault(struct archive *archive, struct archive_entry *entry)
{
    if (archive_entry_hardlink(entry) != NULL || archive_entry_filetype(entry) == AE_IFLNK)
        return "a link, which is not followed; add what it names to the archive";
    if (archive_entry_filetype(entry) != AE_IFREG && archive_entry_filetype(entry) != 0) return "no plain file";
    if (archive_entry_is_encrypted(entry)) return "encrypted; unpack the archive with its password first";
    if (is_greedy(archive)) return "compressed with LZMA, xz or PPMd inside a zip, which is not read; use deflate";
    return NULL;
}

/* The next member's header and name; archive_read_next_header()'s status. */
static int read_header(ss_container *container, struct archive_entry **entry, const char **path)
{
    locale_t before = container->utf8 != (locale_t)0 ? uselocale(container->utf8) : (locale_t)0;
    int got = archive_read_next_header(container->archive, entry);
    *path = got >= ARCHIVE_WARN && got != ARCHIVE_EOF ? archive_entry_pathname(*entry) : NULL;
    if (*path == NULL) *path = "?";
    if (before != (locale_t)0) uselocale(before);
    return got;
}

ss_status ss_container_next(ss_container *container, const char **name, ss_stream **member)
{
    *name = NULL;
    *member = NULL;
    while (!container->ended) {
        struct archive_entry *entry;
        const char *path;
        int got = read_header(container, &entry, &path);
        if (got == ARCHIVE_RETRY) continue;
        container->ended = got == ARCHIVE_EOF || got == ARCHIVE_FATAL;
        if (got == ARCHIVE_EOF) return SS_OK;
        if (got < ARCHIVE_WARN) return fail(container, container->path);
        if (is_raw(container->archive) && archive_filter_count(container->archive) < 2) {
            container->ended = true;
            return ss_fail(SS_ERROR_INPUT, "%s: it begins as an archive and is none; fetch it again", container->path);
        }
        if (archive_entry_filetype(entry) == AE_IFDIR || is_hidden(path)) continue;
        SS_TRY(set_name(container, path));
        *name = container->name.data;
        const char *fault = find_fault(container->archive, entry);
        if (fault != NULL) return ss_fail(SS_ERROR_INPUT, "%s: %s", *name, fault);
        return ss_stream_open_member(member, *name, container->stream, pull, container);
    }
    return SS_OK;
}
