/* An archive in which values, numbers of rows, and first bytes were changed, datasets taken away, and that lies beside a
 * journal: it is refused, or what was read can be trusted. That the file is no HDF5 file at all is another matter: HDF5
 * itself does not bear every damage (docs/security.md). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <hdf5.h>
#include <stdio.h>
#include <unistd.h>

#include "archives.h"
#include "standalone.h"
#include "taking.h"

#define MOST_ROWS 64

static const char *const datasets[] = {
    "articles/id",           "articles/title",       "articles/source",     "articles/published",
    "articles/lang",         "articles/ngrams",      "articles/id_hash",    "articles/published_precision",
    "articles_text/offset",  "articles_text/bytes",  "batches/end",         "batches/last_day",
    "batches/sha256",        "batches/command",      "sketches/whole/norm", "sketches/whole/vector",
    "sketches/title/vector", "sketches/lead/vector", "sketches/lead/norm",  "sketches/title/norm",
};

/* ------------------------------------------------------------------- damages */

/* One value of a dataset, of one dimension or two. */
static void change_value(hid_t dataset, source *from)
{
    hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    hsize_t size[2] = {0}, at[2], one[2] = {1, 1};
    char text[9] = "";
    const char *const words = text;
    int64_t number;
    if (H5Sget_simple_extent_ndims(space) > 2 || H5Sget_simple_extent_dims(space, size, NULL) < 1) abort();
    at[0] = size[0] > 0 ? take_byte(from) % size[0] : 0;
    at[1] = size[1] > 0 ? take_byte(from) % size[1] : 0;
    take(from, &number, sizeof number);
    memcpy(text, &number, sizeof number);
    hid_t string = H5Tcopy(H5T_C_S1), memory = H5Screate_simple(1, one, NULL);
    H5Tset_size(string, H5T_VARIABLE);
    H5Tset_cset(string, H5T_CSET_UTF8);
    bool is_text = H5Tget_class(type) == H5T_STRING;
    if (size[0] > 0 && H5Sselect_hyperslab(space, H5S_SELECT_SET, at, NULL, one, NULL) >= 0)
        H5Dwrite(dataset, is_text ? string : H5T_NATIVE_INT64, memory, space, H5P_DEFAULT,
                 is_text ? (const void *)&words : &number);
    H5Sclose(memory);
    H5Tclose(string);
    H5Sclose(space);
    H5Tclose(type);
}

static void change_rows(hid_t dataset, source *from)
{
    hid_t space = H5Dget_space(dataset);
    hsize_t size[2] = {0};
    if (H5Sget_simple_extent_dims(space, size, NULL) >= 1) {
        size[0] = take_byte(from) % MOST_ROWS;
        H5Dset_extent(dataset, size);
    }
    H5Sclose(space);
}

static void change_dataset(hid_t file, source *from)
{
    const char *name = datasets[take_byte(from) % (sizeof datasets / sizeof *datasets)];
    uint8_t how = take_byte(from) % 8;
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    if (dataset < 0) return;
    if (how == 0) change_rows(dataset, from);
    if (how > 1) change_value(dataset, from);
    H5Dclose(dataset);
    if (how == 1) H5Ldelete(file, name, H5P_DEFAULT);
}

static void change_dimension(hid_t file, source *from)
{
    int32_t dimension;
    take(from, &dimension, sizeof dimension);
    hid_t attribute = H5Aopen(file, "dimension", H5P_DEFAULT);
    H5Awrite(attribute, H5T_NATIVE_INT32, &dimension);
    H5Aclose(attribute);
}

/* Says in the first bytes how long the file is now; what it says may be changed too. */
static void mend_head(const char *path, source *from)
{
    char head[512], line[] = "bytes 00000000000000000000";
    int file = open(path, O_RDWR);
    off_t size = lseek(file, 0, SEEK_END);
    if (file < 0 || pread(file, head, sizeof head, 0) != sizeof head) abort();
    snprintf(line, sizeof line, "bytes %020lld", (long long)size);
    char *at = memmem(head, sizeof head, "bytes ", 6);
    if (at != NULL) memcpy(at, line, sizeof line - 1);
    for (uint8_t changes = take_byte(from) % 4; changes > 0; changes--)
        head[take_byte(from) % 80] = (char)take_byte(from);
    if (pwrite(file, head, sizeof head, 0) != sizeof head) abort();
    close(file);
}

static void damage(const char *path, source *from)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    if (file < 0) abort();
    for (uint8_t changes = take_byte(from) % 4; changes > 0; changes--)
        change_dataset(file, from);
    if (take_byte(from) == 1) change_dimension(file, from);
    H5Fclose(file);
    mend_head(path, from);
}

/* A journal of all that is left, after what journals begin with or without that. */
static void write_journal(const char *path, source *from)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) abort();
    if (take_byte(from) % 2 == 0) fputs("samestory redo 1", file);
    if (fwrite(from->data, 1, from->left, file) != from->left || fclose(file) != 0) abort();
}

/* ------------------------------------------------------------------- reading */

/* What the rest of the program relies on. */
static ss_status look_at(void *context, ss_result *part, size_t begin)
{
    size_t *expected = context;
    if (begin < *expected) abort();
    *expected = begin + part->articles.count;
    for (size_t i = 0; i < part->articles.count; i++) {
        const ss_article *article = &part->articles.item[i];
        if ((unsigned)article->lang > SS_LANG_EN || article->published.precision > SS_DATE_SECOND) abort();
        if (article->id == NULL || article->title == NULL || strlen(article->text) > 1 << 20) abort();
        for (int c = 0; c < SS_CHANNELS; c++)
            if (!ss_sketch_is_sound(part->vector[c] + i * (size_t)part->dimension, part->norm[c][i], part->dimension))
                abort();
    }
    return SS_OK;
}

static ss_status count_hashes(void *context, const uint64_t *hash, size_t count)
{
    (void)hash;
    *(size_t *)context += count;
    return SS_OK;
}

static void read_all(const char *path)
{
    ss_archive *archive;
    size_t end = 0, hashes = 0;
    if (ss_archive_open(&archive, path, false) != SS_OK) return;
    if (ss_archive_each_part(archive, INT32_MIN, look_at, &end) == SS_OK && end != ss_archive_count(archive)) abort();
    if (ss_archive_each_id(archive, count_hashes, &hashes) == SS_OK && hashes != ss_archive_count(archive)) abort();
    ss_archive_check(archive, NULL);
    ss_archive_close(archive);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char folder[] = "/dev/shm/fuzz-archive-XXXXXX";
    static char whole[64], path[64], journal[80];
    source from = {data, size};
    if (model == NULL) {
        if (mkdtemp(folder) == NULL) abort();
        snprintf(whole, sizeof whole, "%s/whole.h5", folder);
        snprintf(path, sizeof path, "%s/a.h5", folder);
        snprintf(journal, sizeof journal, "%s.journal", path);
        H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
        model = tiny_model();
        write_archive(whole, some_articles(0, 12));
    }
    copy_file(whole, path);
    if (take_byte(&from) == 1)
        write_journal(journal, &from);
    else
        damage(path, &from);
    read_all(path);
    remove(journal);
    return 0;
}
