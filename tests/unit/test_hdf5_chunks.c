/* Columns that are compressed here and not by HDF5: HDF5 reads what was written, from chunks that are what its own filters
 * make, and the bytes are the same with any number of threads. And that large files begin to reach the disk early. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>

#include "hdf5_chunks.h"
#include "status.h"
#include "temp_files.h"

#define CHUNK_BYTES  ((size_t)256 * 1024)
#define MOST_THREADS 5

static const ss_h5_format plain = {.name = "chunks", .version = 1, .remedy = "write it again", .sealed = true};
static const ss_h5_format growing = {.name = "chunks", .version = 1, .remedy = "write it again", .growing = true};
static const ss_column bytes_column = {"bytes", SS_UINT8, 0, NULL, NULL};
static const ss_column shorts_column = {"shorts", SS_INT16, 0, NULL, NULL};
static const ss_column floats_column = {"floats", SS_FLOAT32, 0, NULL, NULL};
static const ss_column longs_column = {"longs", SS_INT64, 0, NULL, NULL};
static const ss_column *const columns[] = {&bytes_column, &shorts_column, &floats_column, &longs_column};
static const size_t sizes[] = {1, 2, 4, 8};
#define COLUMNS (sizeof columns / sizeof *columns)

/* Something to compress, other bytes in each place. */
static uint8_t *values_of(size_t size)
{
    uint8_t *values = malloc(size + 1);
    assert_non_null(values);
    for (size_t i = 0; i < size; i++)
        values[i] = (uint8_t)(i % 4 == 0 ? i / 64 : i % 4 == 1 ? i / 16384 : i * i >> 7);
    return values;
}

/* The pool of `threads` threads; 0: none. */
static ss_pool *new_pool(int threads)
{
    ss_pool *pool = NULL;
    if (threads > 0) assert_int_equal(ss_pool_new(&pool, threads), SS_OK);
    return pool;
}

static void write_column(const char *path, const ss_column *column, size_t size, size_t count, int threads)
{
    uint8_t *values = values_of(count * size);
    ss_pool *pool = new_pool(threads);
    ss_h5 *file;
    assert_int_equal(ss_h5_create(&file, path, &plain), SS_OK);
    ss_h5_set_pool(file, pool);
    assert_int_equal(ss_h5_write_column(file, column, values, size, count), SS_OK);
    assert_int_equal(ss_h5_finish(file), SS_OK);
    ss_h5_close(file);
    ss_pool_free(pool);
    free(values);
}

static void assert_same_file(const char *path, const char *other)
{
    blob x = blob_of_file(path), y = blob_of_file(other);
    assert_int_equal(x.length, y.length);
    assert_memory_equal(x.bytes, y.bytes, x.length);
    free(x.bytes);
    free(y.bytes);
}

/* What zlib makes of a chunk as it lies in the file. */
static uint8_t *unpacked_chunk(hid_t dataset, hsize_t row, size_t size)
{
    const hsize_t place[2] = {row, 0};
    hsize_t stored;
    uint32_t filters_left_out = 1;
    assert_true(H5Dget_chunk_storage_size(dataset, place, &stored) >= 0);
    uint8_t *packed = malloc((size_t)stored), *out = malloc(size);
    assert_non_null(packed);
    assert_non_null(out);
    assert_true(H5Dread_chunk(dataset, H5P_DEFAULT, place, &filters_left_out, packed) >= 0);
    assert_int_equal(filters_left_out, 0);
    uLongf length = (uLongf)size;
    assert_int_equal(uncompress(out, &length, packed, (uLong)stored), Z_OK);
    assert_int_equal(length, size);
    free(packed);
    return out;
}

/* A dataset of the same shape, filters and values that HDF5 alone writes. */
static hid_t written_by_hdf5(hid_t file, hid_t dataset, const void *values)
{
    hid_t list = H5Dget_create_plist(dataset), type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    hid_t twin = H5Dcreate2(file, "twin", type, space, H5P_DEFAULT, list, H5P_DEFAULT);
    assert_true(twin >= 0 && H5Dwrite(twin, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Sclose(space);
    H5Tclose(type);
    H5Pclose(list);
    return twin;
}

/* The chunks of a column or matrix are those that HDF5 would have made. */
static void check_chunks(const char *path, const ss_column *column, size_t row_bytes, size_t width, size_t rows)
{
    uint8_t *values = values_of(rows * row_bytes), *found = malloc(rows * row_bytes + 1);
    assert_non_null(found);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), dataset = H5Dopen2(file, column->name, H5P_DEFAULT);
    assert_true(dataset >= 0);
    hid_t type = H5Dget_type(dataset);
    assert_true(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, found) >= 0);
    assert_memory_equal(found, values, rows * row_bytes);
    size_t chunk_rows = ss_h5_chunk_rows(dataset, width);
    assert_int_equal(chunk_rows, rows < CHUNK_BYTES / row_bytes ? rows : CHUNK_BYTES / row_bytes);
    hid_t twin = written_by_hdf5(file, dataset, values);
    assert_true(H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0);
    for (size_t row = 0; row < rows; row += chunk_rows) {
        uint8_t *ours = unpacked_chunk(dataset, row, chunk_rows * row_bytes);
        uint8_t *theirs = unpacked_chunk(twin, row, chunk_rows * row_bytes);
        assert_memory_equal(ours, theirs, chunk_rows * row_bytes);
        free(ours);
        free(theirs);
    }
    H5Dclose(twin);
    H5Tclose(type);
    H5Dclose(dataset);
    H5Fclose(file);
    free(found);
    free(values);
}

static void test_columns(void **state)
{
    (void)state;
    for (size_t c = 0; c < COLUMNS; c++) {
        const size_t chunk = CHUNK_BYTES / sizes[c];
        const size_t counts[] = {4096 / sizes[c], chunk - 1, chunk, chunk + 1, 3 * chunk, 11 * chunk + chunk / 3};
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
            write_column("none.h5", columns[c], sizes[c], counts[i], 0);
            for (int threads = 1; threads <= MOST_THREADS; threads += 2) {
                write_column("threads.h5", columns[c], sizes[c], counts[i], threads);
                assert_same_file("none.h5", "threads.h5");
            }
            check_chunks("none.h5", columns[c], sizes[c], 0, counts[i]);
        }
    }
}

/* Without chunks, or without a value. */
static void test_small_columns(void **state)
{
    (void)state;
    for (size_t count = 0; count <= 2; count++) {
        write_column("none.h5", &longs_column, 8, count, 0);
        write_column("threads.h5", &longs_column, 8, count, 3);
        assert_same_file("none.h5", "threads.h5");
        uint8_t *values = values_of(8 * count), found[16];
        ss_h5 *file;
        assert_int_equal(ss_h5_open(&file, "none.h5", &plain), SS_OK);
        assert_int_equal(ss_h5_read_column(file, &longs_column, found, 8, count), SS_OK);
        assert_memory_equal(found, values, 8 * count);
        ss_h5_close(file);
        free(values);
    }
}

static void write_matrix(const char *path, size_t rows, size_t width, int threads)
{
    static const char *const labels[2] = {"row", "entry"};
    uint8_t *values = values_of(rows * width * 2);
    ss_pool *pool = new_pool(threads);
    ss_h5 *file;
    assert_int_equal(ss_h5_create(&file, path, &plain), SS_OK);
    ss_h5_set_pool(file, pool);
    assert_int_equal(ss_h5_write_matrix(file, &shorts_column, values, rows, width, labels, true), SS_OK);
    assert_int_equal(ss_h5_finish(file), SS_OK);
    ss_h5_close(file);
    ss_pool_free(pool);
    free(values);
}

/* The widest row is a chunk of its own. */
static void test_matrices(void **state)
{
    (void)state;
    const size_t widths[] = {1, 3, 250, CHUNK_BYTES / 2 + 1};
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        const size_t row_bytes = 2 * widths[w], chunk = row_bytes < CHUNK_BYTES ? CHUNK_BYTES / row_bytes : 1;
        const size_t rows[] = {4096 / row_bytes + 1, chunk, chunk + 1, 4 * chunk - 1};
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            write_matrix("none.h5", rows[i], widths[w], 0);
            write_matrix("threads.h5", rows[i], widths[w], 2);
            assert_same_file("none.h5", "threads.h5");
            if (row_bytes < CHUNK_BYTES) check_chunks("none.h5", &shorts_column, row_bytes, widths[w], rows[i]);
        }
    }
}

/* ------------------------------------------------------------ growing files */

typedef struct archive {
    int descriptor;
    uint64_t size;
    size_t count; /* values in it */
    char digest[SS_DIGEST_LENGTH + 1];
} archive;

static const char mark[] = "chunks of a test"; /* 16 bytes, in the first page */

static void begin_archive(archive *a, const char *path)
{
    *a = (archive){.descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
    assert_true(a->descriptor >= 0);
}

static void append(archive *a, const char *path, const uint8_t *values, size_t count, int threads)
{
    ss_pool *pool = new_pool(threads);
    ss_h5_place place = {.descriptor = a->descriptor, .size = a->size};
    assert_int_equal(ss_journal_new(&place.journal, path, a->descriptor, a->size, mark), SS_OK);
    ss_h5 *file;
    ss_digest *digest;
    assert_int_equal(ss_digest_new(&digest), SS_OK);
    assert_int_equal(ss_h5_attach(&file, path, &growing, &place), SS_OK);
    ss_h5_set_pool(file, pool);
    ss_h5_set_digest(file, digest);
    assert_int_equal(ss_h5_write_column(file, &shorts_column, values + 2 * a->count, 2, count), SS_OK);
    assert_int_equal(ss_digest_finish(digest, a->digest), SS_OK);
    ss_h5_set_digest(file, NULL);
    assert_int_equal(ss_h5_finish(file), SS_OK);
    ss_h5_close(file);
    assert_int_equal(ss_journal_write(place.journal, mark, SS_JOURNAL_MARK, 0), 0);
    a->size = ss_journal_size(place.journal);
    assert_int_equal(ss_journal_commit(place.journal), 0);
    ss_journal_free(place.journal);
    ss_digest_free(digest);
    ss_pool_free(pool);
    a->count += count;
}

static void check_archive(const archive *a, const char *path, const uint8_t *values)
{
    const ss_h5_place place = {.descriptor = a->descriptor, .size = a->size};
    uint8_t *found = malloc(2 * a->count + 1);
    assert_non_null(found);
    ss_h5 *file;
    assert_int_equal(ss_h5_attach(&file, path, &growing, &place), SS_OK);
    assert_int_equal(ss_h5_read_column_at(file, &shorts_column, found, 2, 0, a->count), SS_OK);
    assert_memory_equal(found, values, 2 * a->count);
    ss_h5_close(file);
    free(found);
}

/* Rows are added wherever the ones before have ended. */
static void test_growing(void **state)
{
    (void)state;
    const size_t chunk = CHUNK_BYTES / 2;
    const size_t counts[] = {0, 1, chunk - 2, 1, 0, chunk, 5, 2 * chunk, chunk - 5, 7 * chunk + 9};
    uint8_t *values = values_of(2 * 16 * chunk);
    archive none, threads;
    begin_archive(&none, "none.h5");
    begin_archive(&threads, "threads.h5");
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        append(&none, "none.h5", values, counts[i], 0);
        append(&threads, "threads.h5", values, counts[i], 3);
        assert_string_equal(none.digest, threads.digest);
        check_archive(&threads, "threads.h5", values);
    }
    assert_int_equal(none.size, threads.size);
    close(none.descriptor);
    close(threads.descriptor);
    assert_same_file("none.h5", "threads.h5");
    free(values);
}

/* ------------------------------------------------------- what is left to HDF5 */

static size_t rows_of_chunk(hid_t file, const hsize_t size[2], int rank, hid_t list, size_t width)
{
    hid_t space = H5Screate_simple(rank, size, NULL);
    hid_t dataset = H5Dcreate2(file, "other", H5T_STD_I16LE, space, H5P_DEFAULT, list, H5P_DEFAULT);
    assert_true(dataset >= 0);
    size_t rows = ss_h5_chunk_rows(dataset, width);
    H5Dclose(dataset);
    H5Sclose(space);
    assert_true(H5Ldelete(file, "other", H5P_DEFAULT) >= 0);
    return rows;
}

/* A file that another program has packed otherwise. */
static void test_other_datasets(void **state)
{
    (void)state;
    hid_t file = H5Fcreate("other.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), list = H5Pcreate(H5P_DATASET_CREATE);
    const hsize_t size[2] = {100, 6}, chunk[2] = {20, 3}, whole[2] = {20, 6};
    assert_int_equal(rows_of_chunk(file, size, 1, list, 0), 0);
    assert_true(H5Pset_chunk(list, 1, chunk) >= 0);
    assert_int_equal(rows_of_chunk(file, size, 1, list, 0), 0);
    assert_true(H5Pset_shuffle(list) >= 0);
    assert_int_equal(rows_of_chunk(file, size, 1, list, 0), 0);
    assert_true(H5Pset_deflate(list, 1) >= 0);
    assert_int_equal(rows_of_chunk(file, size, 1, list, 0), 20);
    assert_int_equal(rows_of_chunk(file, size, 1, list, 6), 0);
    assert_true(H5Pset_chunk(list, 2, chunk) >= 0);
    assert_int_equal(rows_of_chunk(file, size, 2, list, 6), 0);
    assert_true(H5Pset_chunk(list, 2, whole) >= 0);
    assert_int_equal(rows_of_chunk(file, size, 2, list, 6), 20);
    assert_int_equal(rows_of_chunk(file, size, 2, list, 0), 0);
    assert_true(H5Pset_fletcher32(list) >= 0);
    assert_int_equal(rows_of_chunk(file, size, 2, list, 6), 0);
    H5Pclose(list);
    list = H5Pcreate(H5P_DATASET_CREATE);
    assert_true(H5Pset_chunk(list, 1, chunk) >= 0 && H5Pset_deflate(list, 1) >= 0 && H5Pset_shuffle(list) >= 0);
    assert_int_equal(rows_of_chunk(file, size, 1, list, 0), 0);
    H5Pclose(list);
    H5Fclose(file);
}

/* -------------------------------------------------------------------- failures */

typedef struct giver {
    size_t fail_from;
    atomic_size_t asked;
} giver;

static ss_status give(void *context, void *values, size_t begin, size_t count)
{
    giver *g = context;
    atomic_fetch_add(&g->asked, 1);
    memset(values, 7, count);
    return begin + count <= g->fail_from ? SS_OK : ss_fail(SS_ERROR_INPUT, "value %zu", g->fail_from);
}

static void test_failing_piece(void **state)
{
    (void)state;
    for (int threads = 0; threads <= MOST_THREADS; threads++) {
        ss_pool *pool = new_pool(threads);
        for (size_t chunks = 0; chunks <= 20; chunks++) {
            giver g = {.fail_from = chunks * CHUNK_BYTES};
            ss_h5 *file;
            assert_int_equal(ss_h5_create(&file, "failing.h5", &plain), SS_OK);
            ss_h5_set_pool(file, pool);
            ss_status status = ss_h5_write_pieces(file, &bytes_column, 20 * CHUNK_BYTES, give, &g);
            ss_h5_close(file);
            assert_int_equal(status, chunks < 20 ? SS_ERROR_INPUT : SS_OK);
            char expected[64];
            snprintf(expected, sizeof expected, "value %zu", g.fail_from);
            if (status != SS_OK) assert_string_equal(ss_last_error(), expected);
            assert_true(atomic_load(&g.asked) >= (chunks < 20 ? chunks + 1 : 20) && atomic_load(&g.asked) <= 20);
            assert_int_not_equal(access("failing.h5", F_OK), 0);
        }
        ss_pool_free(pool);
    }
}

/* ------------------------------------------------- bringing to the disk early */

#define LARGE ((size_t)40 << 20)

static int writeback_error, writebacks;

int __real_sync_file_range(int descriptor, off64_t offset, off64_t bytes, unsigned flags);
int __wrap_sync_file_range(int descriptor, off64_t offset, off64_t bytes, unsigned flags);

int __wrap_sync_file_range(int descriptor, off64_t offset, off64_t bytes, unsigned flags)
{
    writebacks++;
    errno = writeback_error;
    return writeback_error != 0 ? -1 : __real_sync_file_range(descriptor, offset, bytes, flags);
}

/* Bytes that no compressor makes less of. */
static ss_status give_noise(void *context, void *values, size_t begin, size_t count)
{
    (void)context;
    uint64_t state = begin + 1;
    for (size_t i = 0; i < count; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        ((uint8_t *)values)[i] = (uint8_t)(state >> 56);
    }
    return SS_OK;
}

static ss_status write_noise(int error)
{
    writeback_error = error;
    writebacks = 0;
    ss_h5 *file;
    assert_int_equal(ss_h5_create(&file, "noise.h5", &plain), SS_OK);
    ss_status status = ss_h5_write_pieces(file, &bytes_column, LARGE, give_noise, NULL);
    if (status == SS_OK) status = ss_h5_finish(file);
    ss_h5_close(file);
    assert_true(writebacks > 0);
    return status;
}

static void test_writeback(void **state)
{
    (void)state;
    assert_int_equal(write_noise(EIO), SS_ERROR_IO);
    assert_int_not_equal(access("noise.h5", F_OK), 0);
    assert_int_equal(write_noise(ENOSPC), SS_ERROR_IO);
    assert_non_null(strstr(ss_last_error(), "make room"));
    assert_int_equal(write_noise(ENOSYS), SS_OK); /* a file system that has no such thing */
    assert_int_equal(write_noise(0), SS_OK);
}

static char *folder;

static int make_folder(void **state)
{
    (void)state;
    folder = enter_temp_folder();
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    leave_temp_folder(folder);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_columns),        TEST(test_small_columns), TEST(test_matrices),  TEST(test_growing),
        TEST(test_other_datasets), TEST(test_failing_piece), TEST(test_writeback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
