/* Files for tests: a folder of their own, and bytes plain, compressed or in another encoding. Include after cmocka.h. */
#ifndef SS_TESTS_TEMP_FILES_H
#define SS_TESTS_TEMP_FILES_H

#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unicode/ucnv.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

typedef struct blob {
    char *bytes;
    size_t length;
} blob;

static inline blob blob_of(const char *text)
{
    blob out = {strdup(text), strlen(text)};
    assert_non_null(out.bytes);
    return out;
}

/* One gzip member. */
static inline blob gzip_of(const char *bytes, size_t length)
{
    z_stream gzip = {0};
    assert_int_equal(deflateInit2(&gzip, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t room = deflateBound(&gzip, (uLong)length) + 64;
    blob out = {malloc(room), 0};
    assert_non_null(out.bytes);
    char *copy = malloc(length + 1);
    assert_non_null(copy);
    if (length > 0) memcpy(copy, bytes, length);
    gzip.next_in = (Bytef *)copy;
    gzip.avail_in = (uInt)length;
    gzip.next_out = (Bytef *)out.bytes;
    gzip.avail_out = (uInt)room;
    assert_int_equal(deflate(&gzip, Z_FINISH), Z_STREAM_END);
    out.length = room - gzip.avail_out;
    deflateEnd(&gzip);
    free(copy);
    return out;
}

/* One zstd frame. */
static inline blob zstd_of(const char *bytes, size_t length)
{
    size_t room = ZSTD_compressBound(length);
    blob out = {malloc(room), 0};
    assert_non_null(out.bytes);
    out.length = ZSTD_compress(out.bytes, room, bytes, length, 3);
    assert_false(ZSTD_isError(out.length));
    return out;
}

/* UTF-8 `text` in another encoding, without a byte order mark where the name leaves a choice. */
static inline blob encoded(const char *text, const char *encoding)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t length = (int32_t)strlen(text), room = 4 * length + 16;
    blob out = {malloc((size_t)room), 0};
    assert_non_null(out.bytes);
    out.length = (size_t)ucnv_convert(encoding, "UTF-8", out.bytes, room, text, length, &status);
    assert_true(U_SUCCESS(status));
    return out;
}

/* The second after the first; both are freed. */
static inline blob joined(blob first, blob second)
{
    blob out = {malloc(first.length + second.length + 1), first.length + second.length};
    assert_non_null(out.bytes);
    if (first.length > 0) memcpy(out.bytes, first.bytes, first.length);
    if (second.length > 0) memcpy(out.bytes + first.length, second.bytes, second.length);
    free(first.bytes);
    free(second.bytes);
    return out;
}

/* Makes a folder under the system's one for temporary files and goes there. */
static inline char *enter_temp_folder(void)
{
    const char *base = getenv("TMPDIR");
    char *folder = malloc(4096);
    assert_non_null(folder);
    snprintf(folder, 4096, "%s/samestory-test-XXXXXX", base != NULL && *base != '\0' ? base : "/tmp");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    return folder;
}

/* Removes the folder with all that is in it. */
static inline void leave_temp_folder(char *folder)
{
    assert_int_equal(chdir("/"), 0);
    char *roots[] = {folder, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    assert_non_null(tree);
    for (FTSENT *entry; (entry = fts_read(tree)) != NULL;)
        if (entry->fts_info != FTS_D) remove(entry->fts_path);
    fts_close(tree);
    free(folder);
}

static inline void write_bytes(const char *path, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static inline void write_text(const char *path, const char *text)
{
    write_bytes(path, text, strlen(text));
}

/* Frees `content`. */
static inline void write_blob(const char *path, blob content)
{
    write_bytes(path, content.bytes, content.length);
    free(content.bytes);
}

/* A whole file. */
static inline blob blob_of_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    blob out = {NULL, (size_t)ftell(file)};
    rewind(file);
    out.bytes = malloc(out.length + 1);
    assert_non_null(out.bytes);
    assert_int_equal(fread(out.bytes, 1, out.length, file), out.length);
    fclose(file);
    return out;
}

#endif
