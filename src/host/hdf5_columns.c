#include "hdf5_columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hdf5_chunks.h"
#include "sizes.h"
#include "status.h"

/* Rows are moved in blocks of about this size. A block is also a chunk of the file: it is compressed once, and fits into
 * HDF5's cache of 1 MiB. Smaller datasets are stored as they are. */
#define BLOCK_BYTES   ((size_t)256 * 1024)
#define COMPRESS_FROM ((size_t)4096)
#define GZIP_LEVEL    1u /* for what HDF5 compresses itself */

static const size_t value_size[SS_VALUE_TYPES] = {1, 1, 2, 2, 4, 4, 8, 8, 4, 8, sizeof(char *)};

/* The type in memory. HDF5's own constants are variables, so a table can't hold them. */
static hid_t memory_type(ss_value_type type)
{
    const hid_t numbers[SS_TEXT] = {H5T_NATIVE_INT8,  H5T_NATIVE_UINT8,  H5T_NATIVE_INT16, H5T_NATIVE_UINT16,
                                    H5T_NATIVE_INT32, H5T_NATIVE_UINT32, H5T_NATIVE_INT64, H5T_NATIVE_UINT64,
                                    H5T_NATIVE_FLOAT, H5T_NATIVE_DOUBLE};
    if (type != SS_TEXT) return H5Tcopy(numbers[type]);
    hid_t text = H5Tcopy(H5T_C_S1);
    if (text >= 0 && (H5Tset_size(text, H5T_VARIABLE) < 0 || H5Tset_cset(text, H5T_CSET_UTF8) < 0)) {
        H5Tclose(text);
        return H5I_INVALID_HID;
    }
    return text;
}

/* The type in the file: little-endian on every machine. */
static hid_t file_type(ss_value_type type)
{
    const hid_t numbers[SS_TEXT] = {H5T_STD_I8LE,  H5T_STD_U8LE,  H5T_STD_I16LE, H5T_STD_U16LE,  H5T_STD_I32LE,
                                    H5T_STD_U32LE, H5T_STD_I64LE, H5T_STD_U64LE, H5T_IEEE_F32LE, H5T_IEEE_F64LE};
    return type == SS_TEXT ? memory_type(type) : H5Tcopy(numbers[type]);
}

/* --------------------------------------------------- a dataset being moved */

/* An open dataset, what moves through it, and everything that must be closed. */
typedef struct mover {
    ss_h5 *file;
    const ss_column *column;
    size_t begin, rows;      /* those that move */
    size_t width, row_bytes; /* width 0: a column */
    bool part;               /* there may be more rows than those */
    bool compressed;
    hid_t memory_type, file_type, space, dataset;
} mover;

static void close_mover(mover *m)
{
    if (m->dataset >= 0) H5Dclose(m->dataset);
    if (m->space >= 0) H5Sclose(m->space);
    if (m->file_type >= 0) H5Tclose(m->file_type);
    if (m->memory_type >= 0) H5Tclose(m->memory_type);
}

/* Of all rows of a dataset. */
static mover begin_mover(ss_h5 *file, const ss_column *column, size_t rows, size_t width)
{
    return (mover){.file = file,
                   .column = column,
                   .rows = rows,
                   .width = width,
                   .compressed = true,
                   .row_bytes = value_size[column->type] * (width == 0 ? 1 : width),
                   .memory_type = memory_type(column->type),
                   .file_type = file_type(column->type),
                   .space = H5I_INVALID_HID,
                   .dataset = H5I_INVALID_HID};
}

static mover begin_part(ss_h5 *file, const ss_column *column, size_t begin, size_t rows, size_t width)
{
    mover m = begin_mover(file, column, rows, width);
    m.begin = begin;
    m.part = file->format->growing;
    return m;
}

static size_t block_rows(const mover *m)
{
    return m->row_bytes >= BLOCK_BYTES ? 1 : BLOCK_BYTES / m->row_bytes;
}

static hid_t creation_list(const mover *m)
{
    hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    if (list < 0 || H5Pset_obj_track_times(list, false) < 0) return list;
    bool growing = m->file->format->growing, compressed = m->compressed;
    if (!growing && m->rows * m->row_bytes < COMPRESS_FROM) compressed = false;
    if (m->column->type == SS_INT8 && m->width > 0) compressed = false; /* sketches: gzip finds nothing in them */
    if (!growing && !compressed) return list;
    size_t block = block_rows(m);
    const hsize_t chunk[2] = {growing || block < m->rows ? block : m->rows, m->width};
    if (H5Pset_chunk(list, m->width == 0 ? 1 : 2, chunk) < 0 ||
        (compressed && (H5Pset_shuffle(list) < 0 || H5Pset_deflate(list, GZIP_LEVEL) < 0))) {
        H5Pclose(list);
        return H5I_INVALID_HID;
    }
    return list;
}

static ss_status write_text_attribute(ss_h5 *file, const char *object, const char *name, const char *text)
{
    const ss_column attribute = {name, SS_TEXT, 0, NULL, NULL};
    return text == NULL ? SS_OK : ss_h5_write_attributes(file, object, &attribute, 1, &text);
}

static ss_status create_dataset(mover *m)
{
    const hsize_t size[2] = {m->rows, m->width}, most[2] = {H5S_UNLIMITED, m->width};
    m->space = H5Screate_simple(m->width == 0 ? 1 : 2, size, m->file->format->growing ? most : NULL);
    hid_t list = creation_list(m);
    if (m->space >= 0 && list >= 0)
        m->dataset = H5Dcreate2(m->file->id, m->column->name, m->file_type, m->space, H5P_DEFAULT, list, H5P_DEFAULT);
    if (list >= 0) H5Pclose(list);
    if (m->dataset < 0) return ss_h5_fail(m->file, "creating %s", m->column->name);
    SS_TRY(write_text_attribute(m->file, m->column->name, "description", m->column->description));
    return write_text_attribute(m->file, m->column->name, "units", m->column->units);
}

static ss_status open_dataset(mover *m)
{
    const char *name = m->column->name;
    size_t rows, width;
    SS_TRY(ss_h5_extent(m->file, name, &rows, &width));
    bool fits = m->part ? m->begin <= rows && m->rows <= rows - m->begin : rows == m->rows;
    if (!fits || width != m->width)
        return ss_h5_damaged(m->file, "%s has %zu x %zu values, not %zu x %zu", name, rows, width, m->begin + m->rows,
                             m->width);
    m->dataset = H5Dopen2(m->file->id, name, H5P_DEFAULT);
    if (m->dataset < 0) return ss_h5_fail(m->file, "opening %s", name);
    m->space = H5Dget_space(m->dataset);
    hid_t found = H5Dget_type(m->dataset);
    bool same = found >= 0 && H5Tequal(found, m->file_type) > 0;
    if (found >= 0) H5Tclose(found);
    return m->space >= 0 && same ? SS_OK : ss_h5_damaged(m->file, "%s has values of another type", name);
}

/* Text with its NUL, numbers as they lie in the file. */
static void digest_values(const mover *m, const void *values, size_t count)
{
    ss_digest *digest = m->file->digest;
    if (digest == NULL) return;
    if (m->column->type != SS_TEXT) {
        ss_digest_bytes(digest, values, count * m->row_bytes);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const char *text = ((const char *const *)values)[i];
        ss_digest_bytes(digest, text == NULL ? "" : text, text == NULL ? 1 : strlen(text) + 1);
    }
}

static void digest_name(const mover *m)
{
    if (m->file->digest != NULL) ss_digest_bytes(m->file->digest, m->column->name, strlen(m->column->name) + 1);
}

/* Moves rows begin .. begin + count - 1 of those that move between `values` and the file. */
static ss_status move_block(mover *m, bool writing, void *values, size_t begin, size_t count)
{
    const int rank = m->width == 0 ? 1 : 2;
    const hsize_t start[2] = {m->begin + begin, 0}, size[2] = {count, m->width};
    hid_t memory = H5Screate_simple(rank, size, NULL);
    herr_t moved = memory < 0 ? -1 : H5Sselect_hyperslab(m->space, H5S_SELECT_SET, start, NULL, size, NULL);
    if (moved >= 0)
        moved = writing ? H5Dwrite(m->dataset, m->memory_type, memory, m->space, H5P_DEFAULT, values)
                        : H5Dread(m->dataset, m->memory_type, memory, m->space, H5P_DEFAULT, values);
    if (memory >= 0) H5Sclose(memory);
    if (moved < 0) return ss_h5_fail(m->file, writing ? "writing %s" : "reading %s", m->column->name);
    digest_values(m, values, count);
    return ss_h5_check_disk(m->file);
}

/* Makes room for the rows after those that are there. */
static ss_status extend_dataset(mover *m)
{
    size_t more = m->rows, width;
    SS_TRY(ss_h5_extent(m->file, m->column->name, &m->begin, &width));
    m->part = true;
    m->rows = 0;
    SS_TRY(open_dataset(m));
    m->rows = more;
    H5Sclose(m->space);
    const hsize_t size[2] = {m->begin + more, m->width};
    m->space = H5Dset_extent(m->dataset, size) < 0 ? H5I_INVALID_HID : H5Dget_space(m->dataset);
    return m->space >= 0 ? SS_OK : ss_h5_fail(m->file, "extending %s", m->column->name);
}

/* HDF5 takes the memory of text that it reads from malloc(). */
static void free_texts(char **text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(text[i]);
}

/* Rows begin .. end - 1 of those that move, block by block through a buffer that `piece` fills or empties. */
static ss_status move_blocks(mover *m, bool writing, size_t begin, size_t end, ss_h5_piece piece, void *context)
{
    size_t block = ss_smaller(block_rows(m), end - begin);
    void *buffer = malloc(block * m->row_bytes + 1);
    if (buffer == NULL) return ss_fail_memory(block * m->row_bytes);
    ss_status status = SS_OK;
    for (; begin < end && status == SS_OK; begin += block) {
        size_t count = ss_smaller(end - begin, block);
        if (writing) status = piece(context, buffer, begin, count);
        if (status == SS_OK) status = move_block(m, writing, buffer, begin, count);
        if (writing || status != SS_OK) continue;
        status = piece(context, buffer, begin, count);
        if (m->column->type == SS_TEXT) free_texts(buffer, count);
    }
    free(buffer);
    return status;
}

/* Whole chunks are for our own compression; left to HDF5 are the rest of a chunk that older rows have begun, and what lies
 * otherwise in the file than in memory. */
static ss_status write_values(mover *m, ss_h5_piece give, void *context)
{
    bool alike = m->column->type != SS_TEXT && H5Tequal(m->memory_type, m->file_type) > 0;
    const ss_h5_chunks chunks = {.file = m->file,
                                 .name = m->column->name,
                                 .dataset = m->dataset,
                                 .value_bytes = value_size[m->column->type],
                                 .row_bytes = m->row_bytes,
                                 .rows = alike ? ss_h5_chunk_rows(m->dataset, m->width) : 0};
    if (chunks.rows == 0 || chunks.rows > block_rows(m)) return move_blocks(m, true, 0, m->rows, give, context);
    size_t begun = m->begin % chunks.rows;
    size_t rest = begun == 0 ? 0 : ss_smaller(chunks.rows - begun, m->rows);
    if (rest > 0) SS_TRY(move_blocks(m, true, 0, rest, give, context));
    return rest == m->rows ? SS_OK : ss_h5_write_chunks(&chunks, m->begin + rest, rest, m->rows, give, context);
}

static ss_status write_rows(mover m, ss_h5_piece give, void *context)
{
    bool longer = m.file->format->growing && ss_h5_has(m.file, m.column->name);
    digest_name(&m);
    ss_status status = longer ? extend_dataset(&m) : create_dataset(&m);
    if (status == SS_OK) status = write_values(&m, give, context);
    close_mover(&m); /* writes the last chunk */
    return status == SS_OK ? ss_h5_check_disk(m.file) : status;
}

static ss_status read_rows(mover m, ss_h5_piece take, void *context)
{
    digest_name(&m);
    ss_status status = open_dataset(&m);
    if (status == SS_OK) status = move_blocks(&m, false, 0, m.rows, take, context);
    close_mover(&m);
    return status;
}

/* ---------------------------------------------------------------- columns */

/* Where a column lies in memory. */
typedef struct strided {
    char *first;
    size_t stride, size;
} strided;

static ss_status gather(void *context, void *values, size_t begin, size_t count)
{
    const strided *s = context;
    for (size_t i = 0; i < count; i++)
        memcpy((char *)values + i * s->size, s->first + (begin + i) * s->stride, s->size);
    return SS_OK;
}

static ss_status scatter(void *context, void *values, size_t begin, size_t count)
{
    const strided *s = context;
    for (size_t i = 0; i < count; i++)
        memcpy(s->first + (begin + i) * s->stride, (char *)values + i * s->size, s->size);
    return SS_OK;
}

static ss_status scatter_text(void *context, void *values, size_t begin, size_t count)
{
    const strided *s = context;
    for (size_t i = 0; i < count; i++) {
        const char *text = ((char **)values)[i];
        char *copy;
        SS_TRY(ss_copy_text(&copy, text == NULL ? "" : text, text == NULL ? 0 : strlen(text)));
        memcpy(s->first + (begin + i) * s->stride, &copy, sizeof copy);
    }
    return SS_OK;
}

/* gather() only reads; the cast spares a second structure. Of no rows there may be no items. */
static strided locate(const ss_column *column, const void *items, size_t stride, size_t size)
{
    return (strided){items == NULL ? NULL : (char *)(uintptr_t)items + column->offset, stride, size};
}

ss_status ss_h5_write_column(ss_h5 *file, const ss_column *column, const void *items, size_t stride, size_t count)
{
    strided place = locate(column, items, stride, value_size[column->type]);
    return write_rows(begin_mover(file, column, count, 0), gather, &place);
}

static ss_status read_column(mover m, void *items, size_t stride)
{
    strided place = locate(m.column, items, stride, value_size[m.column->type]);
    return read_rows(m, m.column->type == SS_TEXT ? scatter_text : scatter, &place);
}

ss_status ss_h5_read_column(ss_h5 *file, const ss_column *column, void *items, size_t stride, size_t count)
{
    return read_column(begin_mover(file, column, count, 0), items, stride);
}

ss_status ss_h5_read_column_at(ss_h5 *file, const ss_column *column, void *items, size_t stride, size_t begin,
                               size_t count)
{
    return read_column(begin_part(file, column, begin, count, 0), items, stride);
}

ss_status ss_h5_write_pieces(ss_h5 *file, const ss_column *column, size_t count, ss_h5_piece give, void *context)
{
    return write_rows(begin_mover(file, column, count, 0), give, context);
}

ss_status ss_h5_read_pieces(ss_h5 *file, const ss_column *column, size_t count, ss_h5_piece take, void *context)
{
    return read_rows(begin_mover(file, column, count, 0), take, context);
}

ss_status ss_h5_read_pieces_at(ss_h5 *file, const ss_column *column, size_t begin, size_t count, ss_h5_piece take,
                               void *context)
{
    return read_rows(begin_part(file, column, begin, count, 0), take, context);
}

/* Names the dimensions as H5DSset_label() of the high-level library does. */
static ss_status write_labels(ss_h5 *file, const char *dataset, const char *const labels[2])
{
    const hsize_t count = 2;
    hid_t type = memory_type(SS_TEXT), space = H5Screate_simple(1, &count, NULL);
    hid_t attribute =
        H5Acreate_by_name(file->id, dataset, "DIMENSION_LABELS", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    herr_t written = attribute < 0 ? -1 : H5Awrite(attribute, type, labels);
    if (attribute >= 0) H5Aclose(attribute);
    if (space >= 0) H5Sclose(space);
    if (type >= 0) H5Tclose(type);
    return written < 0 ? ss_h5_fail(file, "labelling %s", dataset) : ss_h5_check_disk(file);
}

ss_status ss_h5_write_matrix(ss_h5 *file, const ss_column *column, const void *values, size_t rows, size_t width,
                             const char *const labels[2], bool compressed)
{
    size_t row_bytes = width * value_size[column->type];
    strided place = locate(column, values, row_bytes, row_bytes);
    mover m = begin_mover(file, column, rows, width);
    m.compressed = compressed;
    bool longer = file->format->growing && ss_h5_has(file, column->name);
    SS_TRY(write_rows(m, gather, &place));
    return longer ? SS_OK : write_labels(file, column->name, labels);
}

static ss_status read_matrix(mover m, void *values)
{
    strided place = locate(m.column, values, m.row_bytes, m.row_bytes);
    return read_rows(m, scatter, &place);
}

ss_status ss_h5_read_matrix(ss_h5 *file, const ss_column *column, void *values, size_t rows, size_t width)
{
    return read_matrix(begin_mover(file, column, rows, width), values);
}

ss_status ss_h5_read_matrix_at(ss_h5 *file, const ss_column *column, void *values, size_t begin, size_t count,
                               size_t width)
{
    return read_matrix(begin_part(file, column, begin, count, width), values);
}

bool ss_h5_is_growing(const ss_h5 *file)
{
    return file->format->growing;
}

ss_digest *ss_h5_set_digest(ss_h5 *file, ss_digest *digest)
{
    ss_digest *before = file->digest;
    file->digest = digest;
    return before;
}

void ss_h5_set_pool(ss_h5 *file, ss_pool *pool)
{
    file->pool = pool;
}

ss_pool *ss_h5_pool(const ss_h5 *file)
{
    return file->pool;
}

bool ss_h5_has(ss_h5 *file, const char *name)
{
    return H5Oexists_by_name(file->id, name, H5P_DEFAULT) > 0;
}

ss_status ss_h5_extent(ss_h5 *file, const char *name, size_t *rows, size_t *width)
{
    *rows = *width = 0;
    hid_t dataset = H5Dopen2(file->id, name, H5P_DEFAULT);
    if (dataset < 0) return ss_h5_damaged(file, "%s is missing", name);
    hid_t space = H5Dget_space(dataset);
    int rank = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
    hsize_t size[2] = {0, 0};
    bool found = (rank == 1 || rank == 2) && H5Sget_simple_extent_dims(space, size, NULL) >= 0;
    if (space >= 0) H5Sclose(space);
    H5Dclose(dataset);
    *rows = (size_t)size[0];
    *width = (size_t)size[1];
    return found ? SS_OK : ss_h5_damaged(file, "%s is neither a column nor a matrix", name);
}

/* ------------------------------------------------------ groups, attributes */

ss_status ss_h5_write_group(ss_h5 *file, const char *name, const char *description)
{
    if (file->format->growing && ss_h5_has(file, name)) return SS_OK;
    hid_t list = H5Pcreate(H5P_GROUP_CREATE), group = H5I_INVALID_HID;
    if (list >= 0 && H5Pset_obj_track_times(list, false) >= 0)
        group = H5Gcreate2(file->id, name, H5P_DEFAULT, list, H5P_DEFAULT);
    if (list >= 0) H5Pclose(list);
    if (group < 0 || H5Gclose(group) < 0) return ss_h5_fail(file, "creating %s", name);
    return write_text_attribute(file, name, "description", description);
}

static ss_status write_attribute(ss_h5 *file, const char *object, const ss_column *column, const void *item)
{
    const void *value = (const char *)item + column->offset;
    hid_t memory = memory_type(column->type), stored = file_type(column->type), space = H5Screate(H5S_SCALAR);
    hid_t attribute =
        H5Acreate_by_name(file->id, object, column->name, stored, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    herr_t written = attribute < 0 ? -1 : H5Awrite(attribute, memory, value);
    if (attribute >= 0) H5Aclose(attribute);
    if (space >= 0) H5Sclose(space);
    if (stored >= 0) H5Tclose(stored);
    if (memory >= 0) H5Tclose(memory);
    return written < 0 ? ss_h5_fail(file, "writing the attribute %s", column->name) : ss_h5_check_disk(file);
}

ss_status ss_h5_write_attributes(ss_h5 *file, const char *object, const ss_column *attributes, size_t count,
                                 const void *item)
{
    for (size_t i = 0; i < count; i++)
        SS_TRY(write_attribute(file, object, &attributes[i], item));
    return SS_OK;
}

/* One value of exactly this type into `value`, which has room for 8 bytes. */
static bool fetch_attribute(ss_h5 *file, const char *object, const ss_column *column, void *value)
{
    if (H5Aexists_by_name(file->id, object, column->name, H5P_DEFAULT) <= 0) return false;
    hid_t attribute = H5Aopen_by_name(file->id, object, column->name, H5P_DEFAULT, H5P_DEFAULT);
    if (attribute < 0) return false;
    hid_t memory = memory_type(column->type), expected = file_type(column->type);
    hid_t space = H5Aget_space(attribute), found = H5Aget_type(attribute);
    bool read = space >= 0 && H5Sget_simple_extent_npoints(space) == 1 && found >= 0 && H5Tequal(found, expected) > 0 &&
                H5Aread(attribute, memory, value) >= 0;
    if (found >= 0) H5Tclose(found);
    if (space >= 0) H5Sclose(space);
    if (expected >= 0) H5Tclose(expected);
    if (memory >= 0) H5Tclose(memory);
    H5Aclose(attribute);
    return read;
}

static ss_status read_attribute(ss_h5 *file, const char *object, const ss_column *column, void *item)
{
    union {
        char bytes[8];
        char *text;
    } value = {{0}};
    if (!fetch_attribute(file, object, column, &value))
        return ss_h5_damaged(file, "the attribute %s of %s can't be read", column->name, object);
    void *place = (char *)item + column->offset;
    if (column->type != SS_TEXT) {
        memcpy(place, value.bytes, value_size[column->type]);
        return SS_OK;
    }
    char *copy;
    const char *text = value.text == NULL ? "" : value.text;
    ss_status status = ss_copy_text(&copy, text, strlen(text));
    free(value.text);
    if (status != SS_OK) return status;
    free(*(char **)place);
    *(char **)place = copy;
    return SS_OK;
}

ss_status ss_h5_read_attributes(ss_h5 *file, const char *object, const ss_column *attributes, size_t count, void *item)
{
    for (size_t i = 0; i < count; i++)
        SS_TRY(read_attribute(file, object, &attributes[i], item));
    return SS_OK;
}
