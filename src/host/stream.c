#include "stream.h"
#include "status.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#define INPUT_SIZE        ((size_t)128 * 1024)
#define POLL_MILLISECONDS 100
#define MAGIC_SIZE        4 /* the longest magic number; a pipe may hand out less at a time */

typedef enum compression { PLAIN, GZIP, ZSTD } compression;

static const char *const compression_name[] = {"", "gzip", "zstd"};
static const char ends_too_early[] = "it ends too early";

struct ss_stream {
    char *path;
    const ss_job *job;
    int file; /* -1: bytes in memory */
    unsigned char *input;
    const unsigned char *next; /* input not yet looked at */
    size_t left;
    bool ended; /* no input after what is left */
    compression compression;
    bool inside;        /* in the middle of a gzip member or a zstd frame */
    const char *damage; /* what is wrong with the compressed data; told when all output before it is out */
    z_stream gzip;
    ZSTD_DStream *zstd;
};

/* Waits until there is something to read, asking now and then whether the job has been cancelled: a pipe may keep silent
 * for long. */
static ss_status wait_for_input(const ss_stream *stream)
{
    struct pollfd input = {.fd = stream->file, .events = POLLIN};
    int ready = 0;
    while (ready == 0 || (ready < 0 && errno == EINTR)) {
        SS_TRY(ss_check_cancelled(stream->job));
        ready = poll(&input, 1, POLL_MILLISECONDS);
    }
    return SS_OK;
}

/* Makes sure that some input is left, unless it has ended. */
static ss_status refill(ss_stream *stream)
{
    size_t filled = stream->left;
    if (filled > 0 || stream->ended) return SS_OK;
    while (filled < MAGIC_SIZE) {
        SS_TRY(wait_for_input(stream));
        ssize_t count = read(stream->file, stream->input + filled, INPUT_SIZE - filled);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return ss_fail(SS_ERROR_IO, "%s: can't be read: %s", stream->path, strerror(errno));
        if (count == 0) {
            stream->ended = true;
            break;
        }
        filled += (size_t)count;
    }
    stream->next = stream->input;
    stream->left = filled;
    return SS_OK;
}

static compression tell_compression(const unsigned char *bytes, size_t length)
{
    if (length >= 3 && bytes[0] == 0x1f && bytes[1] == 0x8b && bytes[2] == 8) return GZIP;
    if (length < MAGIC_SIZE) return PLAIN;
    if (memcmp(bytes, "\x28\xb5\x2f\xfd", 4) == 0) return ZSTD;
    /* A skippable frame; some parallel compressors begin with one. */
    if ((bytes[0] & 0xf0) == 0x50 && memcmp(bytes + 1, "\x2a\x4d\x18", 3) == 0) return ZSTD;
    return PLAIN;
}

static ss_status start(ss_stream *stream)
{
    SS_TRY(refill(stream));
    stream->compression = tell_compression(stream->next, stream->left);
    if (stream->compression == GZIP) {
        int status = inflateInit2(&stream->gzip, 16 + MAX_WBITS);
        if (status == Z_MEM_ERROR) return ss_fail_memory(sizeof stream->gzip);
        if (status != Z_OK) return ss_fail(SS_ERROR_INTERNAL, "zlib can't be started: error %d", status);
    } else if (stream->compression == ZSTD) {
        stream->zstd = ZSTD_createDStream();
        if (stream->zstd == NULL) return ss_fail_memory(ZSTD_DStreamInSize());
    }
    return SS_OK;
}

static ss_status new_stream(ss_stream **out, const char *path)
{
    ss_stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL) return ss_fail_memory(sizeof *stream);
    stream->file = -1;
    ss_status status = ss_copy_text(&stream->path, path, strlen(path));
    if (status != SS_OK) {
        free(stream);
        return status;
    }
    *out = stream;
    return SS_OK;
}

static ss_status finish_open(ss_stream **out, ss_stream *stream)
{
    ss_status status = start(stream);
    if (status != SS_OK) {
        ss_stream_free(stream);
        return status;
    }
    *out = stream;
    return SS_OK;
}

ss_status ss_stream_open(ss_stream **out, const char *path, const ss_job *job)
{
    *out = NULL;
    ss_stream *stream;
    SS_TRY(new_stream(&stream, path));
    stream->job = job;
    stream->input = malloc(INPUT_SIZE);
    if (stream->input == NULL) {
        ss_stream_free(stream);
        return ss_fail_memory(INPUT_SIZE);
    }
    stream->file = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (stream->file < 0) {
        ss_status status = ss_fail(SS_ERROR_IO, "%s: can't be opened: %s", path, strerror(errno));
        ss_stream_free(stream);
        return status;
    }
    return finish_open(out, stream);
}

ss_status ss_stream_open_memory(ss_stream **out, const char *name, const void *bytes, size_t length)
{
    *out = NULL;
    ss_stream *stream;
    SS_TRY(new_stream(&stream, name));
    stream->next = bytes;
    stream->left = length;
    stream->ended = true;
    return finish_open(out, stream);
}

void ss_stream_free(ss_stream *stream)
{
    if (stream == NULL) return;
    if (stream->file > STDIN_FILENO) close(stream->file);
    if (stream->compression == GZIP) inflateEnd(&stream->gzip);
    ZSTD_freeDStream(stream->zstd);
    free(stream->input);
    free(stream->path);
    free(stream);
}

static void advance(ss_stream *stream, size_t count)
{
    if (count == 0) return;
    stream->next += count;
    stream->left -= count;
}

static ss_status read_plain(ss_stream *stream, void *bytes, size_t size, size_t *got)
{
    SS_TRY(refill(stream));
    *got = stream->left < size ? stream->left : size;
    if (*got > 0) memcpy(bytes, stream->next, *got);
    advance(stream, *got);
    return SS_OK;
}

/* Between two members: true if another one begins. Some writers pad with zeros. */
static ss_status enter_gzip_member(ss_stream *stream, bool *entered)
{
    *entered = false;
    for (;;) {
        SS_TRY(refill(stream));
        if (stream->left == 0) return SS_OK;
        if (*stream->next != 0) break;
        advance(stream, 1);
    }
    if (*stream->next != 0x1f) {
        stream->damage = "something else follows it";
        return SS_OK;
    }
    inflateReset(&stream->gzip);
    *entered = stream->inside = true;
    return SS_OK;
}

static ss_status read_gzip(ss_stream *stream, void *bytes, size_t size, size_t *got)
{
    z_stream *gzip = &stream->gzip;
    while (*got == 0 && stream->damage == NULL) {
        bool entered = true;
        if (!stream->inside) SS_TRY(enter_gzip_member(stream, &entered));
        if (!entered) return SS_OK;
        SS_TRY(refill(stream));
        uInt given = stream->left < INPUT_SIZE ? (uInt)stream->left : (uInt)INPUT_SIZE;
        uInt room = size < INPUT_SIZE ? (uInt)size : (uInt)INPUT_SIZE;
        gzip->next_in = stream->next;
        gzip->avail_in = given;
        gzip->next_out = bytes;
        gzip->avail_out = room;
        int status = inflate(gzip, Z_NO_FLUSH);
        advance(stream, given - gzip->avail_in);
        *got = room - gzip->avail_out;
        if (status == Z_STREAM_END)
            stream->inside = false;
        else if (status == Z_MEM_ERROR)
            return ss_fail_memory(size);
        else if (status != Z_OK && status != Z_BUF_ERROR)
            stream->damage = gzip->msg != NULL ? gzip->msg : "it is of an unknown kind";
        else if (*got == 0 && stream->left == 0 && stream->ended)
            stream->damage = ends_too_early;
    }
    return SS_OK;
}

static ss_status read_zstd(ss_stream *stream, void *bytes, size_t size, size_t *got)
{
    while (*got == 0 && stream->damage == NULL) {
        SS_TRY(refill(stream));
        if (stream->left == 0 && !stream->inside) return SS_OK;
        ZSTD_inBuffer input = {stream->next, stream->left, 0};
        ZSTD_outBuffer output = {bytes, size, 0};
        size_t status = ZSTD_decompressStream(stream->zstd, &output, &input);
        advance(stream, input.pos);
        *got = output.pos;
        stream->inside = status != 0;
        if (ZSTD_isError(status)) {
            if (ZSTD_getErrorCode(status) == ZSTD_error_memory_allocation) return ss_fail_memory(size);
            stream->damage = ZSTD_getErrorName(status);
        } else if (*got == 0 && stream->inside && stream->left == 0 && stream->ended) {
            stream->damage = ends_too_early;
        }
    }
    return SS_OK;
}

ss_status ss_stream_read(ss_stream *stream, void *bytes, size_t size, size_t *got)
{
    static ss_status (*const read_as[])(ss_stream *, void *, size_t, size_t *) = {read_plain, read_gzip, read_zstd};
    *got = 0;
    SS_TRY(read_as[stream->compression](stream, bytes, size, got));
    if (*got > 0 || stream->damage == NULL) return SS_OK;
    return ss_fail(SS_ERROR_INPUT,
                   "%s: the %s data is damaged: %s; what came before is kept, fetch the file again for the rest",
                   stream->path, compression_name[stream->compression], stream->damage);
}
