#include "stream.h"
#include "sizes.h"
#include "status.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#define INPUT_SIZE         ((size_t)128 * 1024)
#define POLL_MILLISECONDS  100
#define MAGIC_SIZE         4 /* the longest magic number; a pipe may hand out less at a time */
#define LONGEST_DICTIONARY ((size_t)16 << 20)
#define MOST_EXPANSION                                                                                                 \
    200 /* of a file as a whole; texts compress to a tenth, and the same text again and again to less */
#define FREE_EXPANSION ((uint64_t)64 << 20) /* bytes that even the smallest file may expand to */

/* How much a file has expanded to, together with all that lies in it: the bytes read from it, and those that came out of
 * each compression and each archive. */
typedef struct expansion {
    uint64_t read, made;
} expansion;

typedef enum compression { PLAIN, GZIP, ZSTD } compression;

static const char *const compression_name[] = {"", "gzip", "zstd"};
static const char gzip_magic[] = "\x1f\x8b\x08";
static const char zstd_magic[] = "\x28\xb5\x2f\xfd";
static const char dictionary_magic[] = "\x5d\x2a\x4d\x18";
static const char ends_too_early[] = "it ends too early";

struct ss_stream {
    char *path;
    const ss_job *job;
    int file;     /* -1: bytes in memory, or a member of an archive */
    ss_pull pull; /* NULL: no member */
    void *pull_context;
    uint64_t size;     /* of a regular file, and of bytes in memory; UINT64_MAX: not known */
    uint64_t position; /* bytes read so far, or sought */
    const unsigned char *memory;
    expansion own, *expansion; /* a member's is that of the file */
    unsigned char *input;
    const unsigned char *next; /* input not yet looked at */
    size_t left;
    bool ended; /* no input after what is left */
    compression compression;
    bool inside;        /* in the middle of a gzip member or a zstd frame */
    const char *damage; /* what is wrong with the compressed data; told when all output before it is out */
    z_stream gzip;
    ZSTD_DStream *zstd;
    unsigned char peeked[SS_STREAM_PEEK]; /* the first bytes, decompressed, of which `peeked_taken` were read since */
    size_t peeked_length, peeked_taken;
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

static ss_status read_file(ss_stream *stream, void *bytes, size_t size, size_t *got)
{
    ssize_t count;
    do {
        SS_TRY(wait_for_input(stream));
        count = read(stream->file, bytes, size);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return ss_fail(SS_ERROR_IO, "%s: can't be read: %s", stream->path, strerror(errno));
    *got = (size_t)count;
    stream->position += *got;
    /* What is read again after a seek makes a file no larger. */
    if (stream->position > stream->expansion->read) stream->expansion->read = stream->position;
    return SS_OK;
}

static ss_status read_member(ss_stream *stream, void *bytes, size_t size, size_t *got)
{
    SS_TRY(stream->pull(stream->pull_context, bytes, size, got));
    stream->expansion->made += *got;
    return SS_OK;
}

/* Makes sure that `least` bytes of input are left, at most MAGIC_SIZE, unless it has ended. */
static ss_status fill_input(ss_stream *stream, size_t least)
{
    size_t filled = stream->left;
    if (filled >= least || stream->ended) return SS_OK;
    if (filled > 0) memmove(stream->input, stream->next, filled);
    while (filled < MAGIC_SIZE) {
        size_t got;
        SS_TRY((stream->pull != NULL ? read_member : read_file)(stream, stream->input + filled, INPUT_SIZE - filled,
                                                                &got));
        if (got == 0) {
            stream->ended = true;
            break;
        }
        filled += got;
    }
    stream->next = stream->input;
    stream->left = filled;
    return SS_OK;
}

static ss_status refill(ss_stream *stream)
{
    return fill_input(stream, 1);
}

static compression tell_compression(const unsigned char *bytes, size_t length)
{
    if (length >= 3 && memcmp(bytes, gzip_magic, 3) == 0) return GZIP;
    if (length < MAGIC_SIZE) return PLAIN;
    if (memcmp(bytes, zstd_magic, MAGIC_SIZE) == 0) return ZSTD;
    /* A skippable frame; some parallel compressors begin with one. */
    if ((bytes[0] & 0xf0) == 0x50 && memcmp(bytes + 1, "\x2a\x4d\x18", 3) == 0) return ZSTD;
    return PLAIN;
}

static void advance(ss_stream *stream, size_t count)
{
    if (count == 0) return;
    stream->next += count;
    stream->left -= count;
}

/* `size` bytes of the input; less only at its end. */
static ss_status take_input(ss_stream *stream, char *bytes, size_t size, size_t *taken)
{
    *taken = 0;
    while (*taken < size) {
        SS_TRY(refill(stream));
        if (stream->left == 0) break;
        size_t count = ss_smaller(size - *taken, stream->left);
        memcpy(bytes + *taken, stream->next, count);
        advance(stream, count);
        *taken += count;
    }
    return SS_OK;
}

static ss_status fail_dictionary(const ss_stream *stream, size_t error)
{
    if (ZSTD_getErrorCode(error) == ZSTD_error_memory_allocation) return ss_fail_memory(LONGEST_DICTIONARY);
    return ss_fail(SS_ERROR_INPUT, "%s: the zstd dictionary that it begins with is damaged: %s", stream->path,
                   ZSTD_getErrorName(error));
}

static ss_status set_dictionary(ss_stream *stream, const char *bytes, size_t length)
{
    size_t status = ZSTD_DCtx_loadDictionary(stream->zstd, bytes, length);
    return ZSTD_isError(status) ? fail_dictionary(stream, status) : SS_OK;
}

/* A dictionary that is compressed itself. */
static ss_status set_packed_dictionary(ss_stream *stream, const char *bytes, size_t length)
{
    char *unpacked = malloc(LONGEST_DICTIONARY);
    if (unpacked == NULL) return ss_fail_memory(LONGEST_DICTIONARY);
    size_t size = ZSTD_decompress(unpacked, LONGEST_DICTIONARY, bytes, length);
    ss_status status = ZSTD_isError(size) ? fail_dictionary(stream, size) : set_dictionary(stream, unpacked, size);
    free(unpacked);
    return status;
}

/* Web archives in zstd may begin with the dictionary of all their frames, in a frame of its own
 * (iipc.github.io/warc-specifications/specifications/warc-zstd). */
static ss_status load_dictionary(ss_stream *stream)
{
    char head[8];
    size_t taken;
    SS_TRY(take_input(stream, head, sizeof head, &taken));
    size_t size = 0;
    for (size_t i = 0; i < 4; i++)
        size |= (size_t)(unsigned char)head[4 + i] << 8 * i;
    if (taken < sizeof head || size > LONGEST_DICTIONARY)
        return ss_fail(SS_ERROR_INPUT, "%s: the zstd dictionary that it begins with is cut short, or too long",
                       stream->path);
    char *bytes = malloc(size + 1);
    if (bytes == NULL) return ss_fail_memory(size + 1);
    ss_status status = take_input(stream, bytes, size, &taken);
    bool packed = taken >= MAGIC_SIZE && memcmp(bytes, zstd_magic, MAGIC_SIZE) == 0;
    if (status == SS_OK) status = (packed ? set_packed_dictionary : set_dictionary)(stream, bytes, taken);
    free(bytes);
    return status;
}

static ss_status start(ss_stream *stream)
{
    if (!stream->ended) {
        stream->input = malloc(INPUT_SIZE);
        if (stream->input == NULL) return ss_fail_memory(INPUT_SIZE);
    }
    SS_TRY(refill(stream));
    stream->compression = tell_compression(stream->next, stream->left);
    if (stream->compression == GZIP) {
        int status = inflateInit2(&stream->gzip, 16 + MAX_WBITS);
        if (status == Z_MEM_ERROR) return ss_fail_memory(sizeof stream->gzip);
        if (status != Z_OK) return ss_fail(SS_ERROR_INTERNAL, "zlib can't be started: error %d", status);
    } else if (stream->compression == ZSTD) {
        stream->zstd = ZSTD_createDStream();
        if (stream->zstd == NULL) return ss_fail_memory(ZSTD_DStreamInSize());
        if (memcmp(stream->next, dictionary_magic, MAGIC_SIZE) == 0) return load_dictionary(stream);
    }
    return SS_OK;
}

static ss_status new_stream(ss_stream **out, const char *path)
{
    ss_stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL) return ss_fail_memory(sizeof *stream);
    stream->file = -1;
    stream->size = UINT64_MAX;
    stream->expansion = &stream->own;
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
    stream->file = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (stream->file < 0) {
        ss_status status = ss_fail(SS_ERROR_IO, "%s: can't be opened: %s", path, strerror(errno));
        ss_stream_free(stream);
        return status;
    }
    struct stat what;
    if (stream->file != STDIN_FILENO && fstat(stream->file, &what) == 0 && S_ISREG(what.st_mode))
        stream->size = (uint64_t)what.st_size;
    return finish_open(out, stream);
}

ss_status ss_stream_open_member(ss_stream **out, const char *name, ss_stream *archive, ss_pull pull, void *context)
{
    *out = NULL;
    ss_stream *stream;
    SS_TRY(new_stream(&stream, name));
    stream->pull = pull;
    stream->pull_context = context;
    stream->expansion = archive->expansion;
    return finish_open(out, stream);
}

ss_status ss_stream_open_memory(ss_stream **out, const char *name, const void *bytes, size_t length)
{
    *out = NULL;
    ss_stream *stream;
    SS_TRY(new_stream(&stream, name));
    stream->memory = stream->next = bytes;
    stream->left = length;
    stream->size = stream->own.read = length;
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
            if (stream->left > 0) advance(stream, 1); /* how far it came is not told */
        } else if (*got == 0 && stream->inside && stream->left == 0 && stream->ended) {
            stream->damage = ends_too_early;
        }
    }
    return SS_OK;
}

static ss_status read_decompressed(ss_stream *stream, void *bytes, size_t size, size_t *got)
{
    static ss_status (*const read_as[])(ss_stream *, void *, size_t, size_t *) = {read_plain, read_gzip, read_zstd};
    if (stream->expansion->made > FREE_EXPANSION + MOST_EXPANSION * stream->expansion->read)
        return ss_fail(
            SS_ERROR_INPUT,
            "%s: it expands to more than %d times its size, as no text does: if that is right, decompress it "
            "first; what came before is kept",
            stream->path, MOST_EXPANSION);
    SS_TRY(read_as[stream->compression](stream, bytes, size, got));
    if (stream->compression != PLAIN) stream->expansion->made += *got;
    if (*got > 0 || stream->damage == NULL) return SS_OK;
    return ss_fail(SS_ERROR_INPUT,
                   "%s: the %s data is damaged: %s; what came before is kept, fetch the file again for the rest",
                   stream->path, compression_name[stream->compression], stream->damage);
}

/* Goes to where these bytes are in the input, or to its end; counts what is passed over. */
static ss_status find_magic(ss_stream *stream, const char *magic, size_t size, uint64_t *passed, bool *found)
{
    const unsigned char *at = NULL;
    *found = false;
    do {
        SS_TRY(fill_input(stream, size));
        if (stream->left < size) break;
        at = memmem(stream->next, stream->left, magic, size);
        size_t count = at != NULL ? (size_t)(at - stream->next) : stream->left - (size - 1);
        advance(stream, count);
        *passed += count;
    } while (at == NULL);
    *found = at != NULL;
    return SS_OK;
}

ss_status ss_stream_resume(ss_stream *stream, bool *resumed)
{
    uint64_t passed = 0;
    *resumed = false;
    if (stream->damage == NULL) return SS_OK;
    if (stream->compression == GZIP)
        SS_TRY(find_magic(stream, gzip_magic, sizeof gzip_magic - 1, &passed, resumed));
    else
        SS_TRY(find_magic(stream, zstd_magic, sizeof zstd_magic - 1, &passed, resumed));
    if (!*resumed) return SS_OK;
    ss_keep_message(
        "%s: the %s data is damaged: %s; what it held there is lost, and %llu bytes of the file are passed over",
        stream->path, compression_name[stream->compression], stream->damage, (unsigned long long)passed);
    stream->damage = NULL;
    stream->inside = false;
    if (stream->compression == ZSTD) ZSTD_DCtx_reset(stream->zstd, ZSTD_reset_session_only);
    return SS_OK;
}

ss_status ss_stream_read(ss_stream *stream, void *bytes, size_t size, size_t *got)
{
    *got = ss_smaller(size, stream->peeked_length - stream->peeked_taken);
    if (*got == 0) return read_decompressed(stream, bytes, size, got);
    memcpy(bytes, stream->peeked + stream->peeked_taken, *got);
    stream->peeked_taken += *got;
    return SS_OK;
}

ss_status ss_stream_peek(ss_stream *stream, const char **bytes, size_t *length)
{
    size_t filled = 0, got = 1;
    while (filled < SS_STREAM_PEEK && got > 0) {
        got = 0;
        ss_status status = read_decompressed(stream, stream->peeked + filled, SS_STREAM_PEEK - filled, &got);
        /* Damage behind some bytes shows again when those have been read. */
        if ((status == SS_ERROR_INPUT || status == SS_ERROR_IO) && filled > 0) break;
        SS_TRY(status);
        filled += got;
    }
    stream->peeked_length = filled;
    *bytes = (const char *)stream->peeked;
    *length = filled;
    return SS_OK;
}

uint64_t ss_stream_size(const ss_stream *stream)
{
    return stream->compression == PLAIN ? stream->size : UINT64_MAX;
}

ss_status ss_stream_seek(ss_stream *stream, uint64_t offset)
{
    if (offset > stream->size) offset = stream->size;
    stream->peeked_taken = stream->peeked_length;
    if (stream->memory != NULL) {
        stream->next = stream->memory + offset;
        stream->left = (size_t)(stream->size - offset);
        return SS_OK;
    }
    if (lseek(stream->file, (off_t)offset, SEEK_SET) < 0)
        return ss_fail(SS_ERROR_IO, "%s: can't be read at byte %llu: %s", stream->path, (unsigned long long)offset,
                       strerror(errno));
    stream->position = offset;
    stream->left = 0;
    stream->ended = false;
    return SS_OK;
}
