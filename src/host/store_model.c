/* The model file: docs/format.md describes it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "hdf5_columns.h"
#include "match.h"
#include "model.h"
#include "pages.h"
#include "status.h"
#include "store_lexicon.h"
#include "store_linker.h"

static const ss_h5_format model_format = {.name = SS_MODEL_NAME,
                                          .version = SS_MODEL_FORMAT,
                                          .remedy = "fetch the model again, or train it anew",
                                          .sealed = true,
                                          .checked = true};

/* Attributes of the root. */
typedef struct header {
    int dimension;
    ss_ngram_rules rules;
    char *recipe, *checksum;
} header;

static const ss_column header_attributes[] = {
    {"dimension", SS_INT32, offsetof(header, dimension), NULL, NULL},
    {"han_max", SS_INT32, offsetof(header, rules.han_max), NULL, NULL},
    {"latin_min", SS_INT32, offsetof(header, rules.latin_min), NULL, NULL},
    {"latin_max", SS_INT32, offsetof(header, rules.latin_max), NULL, NULL},
    {"bucket_bits", SS_INT32, offsetof(header, rules.bucket_bits), NULL, NULL},
    {"seed", SS_UINT32, offsetof(header, rules.seed), NULL, NULL},
    {"recipe", SS_TEXT, offsetof(header, recipe), NULL, NULL},
    {"checksum", SS_TEXT, offsetof(header, checksum), NULL, NULL},
};
#define HEADER_ATTRIBUTES (sizeof header_attributes / sizeof *header_attributes)

static const ss_column fold_column = {
    "fold", SS_UINT8, 0, "table that folds text: case, script, accents, classes of characters (src/host/fold.c)", NULL};
static const ss_column values_column = {
    "rows/values", SS_UINT8, 0,
    "two entries of a row a byte, each plus 8: entry j in the low half of byte j, entry j + dimension / 2 in the high "
    "half",
    NULL};
static const ss_column scale_column = {"rows/scale", SS_UINT16, 0, "what an entry of 1 in the row is worth", NULL};
static const ss_column information_column = {"rows/information", SS_UINT16, 0,
                                             "log2(texts / texts that hold the n-gram) in training", "1/256 bit"};
static const ss_column bucket_column = {"rows/bucket", SS_UINT32, 0,
                                        "bucket of n-grams that the row belongs to, ascending", NULL};

/* A model in the form of the file. */
typedef struct packed {
    header header;
    uint8_t *fold;
    size_t fold_size, row_count;
    uint8_t *values; /* [row_count][dimension / 2] */
    uint16_t *scale, *information;
    uint32_t *bucket;
    ss_lexicon *lexicon; /* this and the linker are, when writing, the model's own */
    ss_linker linker;
} packed;

static void clear_packed(packed *p)
{
    free(p->header.recipe);
    free(p->header.checksum);
    free(p->fold);
    free(p->values);
    free(p->scale);
    free(p->information);
    free(p->bucket);
    *p = (packed){0};
}

static size_t values_size(const packed *p)
{
    return p->row_count * (size_t)p->header.dimension / 2;
}

static ss_status allocate_rows(packed *p)
{
    p->values = malloc(values_size(p) + 1);
    p->scale = calloc(p->row_count + 1, sizeof *p->scale);
    p->information = calloc(p->row_count + 1, sizeof *p->information);
    p->bucket = calloc(p->row_count + 1, sizeof *p->bucket);
    if (p->values == NULL || p->scale == NULL || p->information == NULL || p->bucket == NULL)
        return ss_fail_memory(values_size(p));
    return SS_OK;
}

/* --------------------------------------------------------------- checksums */

/* The recipe is left out: models are the same if they give the same results. */
static void digest_model(ss_digest *digest, const packed *p)
{
    static const char domain[] = "samestory model 1";
    const ss_ngram_rules *rules = &p->header.rules;
    const int numbers[] = {p->header.dimension, rules->han_max, rules->latin_min, rules->latin_max, rules->bucket_bits};
    ss_digest_bytes(digest, domain, sizeof domain);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        ss_digest_number(digest, (uint64_t)numbers[i], 4);
    ss_digest_number(digest, rules->seed, 4);
    ss_digest_number(digest, p->fold_size, 8);
    ss_digest_bytes(digest, p->fold, p->fold_size);
    ss_digest_number(digest, p->row_count, 8);
    ss_digest_bytes(digest, p->values, values_size(p));
    for (size_t i = 0; i < p->row_count; i++)
        ss_digest_number(digest, p->scale[i], 2);
    for (size_t i = 0; i < p->row_count; i++)
        ss_digest_number(digest, p->information[i], 2);
    for (size_t i = 0; i < p->row_count; i++)
        ss_digest_number(digest, p->bucket[i], 4);
    ss_lexicon_digest(digest, p->lexicon);
    ss_linker_digest(digest, &p->linker);
}

static ss_status checksum(char hex[SS_DIGEST_LENGTH + 1], const packed *p)
{
    ss_digest *digest;
    SS_TRY(ss_digest_new(&digest));
    digest_model(digest, p);
    ss_status status = ss_digest_finish(digest, hex);
    ss_digest_free(digest);
    return status;
}

/* ------------------------------------------------------------------ writing */

static void pack_row(uint8_t *out, const int8_t *row, int half)
{
    for (int j = 0; j < half; j++)
        out[j] = (uint8_t)((row[j] + 8) | (row[j + half] + 8) << 4);
}

/* Rows in the order of their buckets. */
static ss_status pack_rows(packed *p, const ss_model *model)
{
    size_t half = (size_t)model->dimension / 2, done = 0;
    for (size_t bucket = 0; bucket >> model->rules.bucket_bits == 0; bucket++) {
        uint32_t row = model->row_of_bucket[bucket];
        if (row == SS_NO_ROW) continue;
        if (row >= model->row_count || done == p->row_count)
            return ss_fail(SS_ERROR_ARGUMENT, "a model whose buckets and rows don't fit each other");
        pack_row(p->values + done * half, model->row + row * 2 * half, (int)half);
        p->scale[done] = model->scale[row];
        p->information[done] = model->information[row];
        p->bucket[done++] = (uint32_t)bucket;
    }
    return done == p->row_count ? SS_OK : ss_fail(SS_ERROR_ARGUMENT, "a model with a row that no bucket uses");
}

static ss_status pack(packed *p, const ss_model *model)
{
    p->header.dimension = model->dimension;
    p->header.rules = model->rules;
    p->row_count = model->row_count;
    p->lexicon = model->lexicon;
    p->linker = model->linker;
    SS_TRY(ss_fold_save(model->fold, &p->fold, &p->fold_size));
    SS_TRY(ss_copy_text(&p->header.recipe, model->recipe, strlen(model->recipe)));
    SS_TRY(allocate_rows(p));
    SS_TRY(pack_rows(p, model));
    char hex[SS_DIGEST_LENGTH + 1];
    SS_TRY(checksum(hex, p));
    return ss_copy_text(&p->header.checksum, hex, SS_DIGEST_LENGTH);
}

static ss_status write_packed(ss_h5 *file, const packed *p)
{
    static const char *const labels[2] = {"row", "pair of entries"};
    SS_TRY(ss_h5_write_attributes(file, "/", header_attributes, HEADER_ATTRIBUTES, &p->header));
    SS_TRY(ss_h5_write_column(file, &fold_column, p->fold, 1, p->fold_size));
    SS_TRY(ss_h5_write_group(file, "rows", "the learned vector of every n-gram bucket that was kept"));
    SS_TRY(ss_h5_write_matrix(file, &values_column, p->values, p->row_count, (size_t)p->header.dimension / 2, labels,
                              true));
    SS_TRY(ss_h5_write_column(file, &scale_column, p->scale, sizeof *p->scale, p->row_count));
    SS_TRY(ss_h5_write_column(file, &information_column, p->information, sizeof *p->information, p->row_count));
    SS_TRY(ss_h5_write_column(file, &bucket_column, p->bucket, sizeof *p->bucket, p->row_count));
    SS_TRY(ss_lexicon_write(file, p->lexicon));
    SS_TRY(ss_linker_write(file, &p->linker));
    return ss_h5_finish(file);
}

/* What is wrong with these parameters, or NULL. */
static const char *find_fault(int dimension, const ss_ngram_rules *rules, const ss_linker *linker)
{
    if (dimension < 2 || dimension > SS_MAX_DIMENSION || dimension % 2 != 0)
        return "the dimension is out of range or odd";
    if (rules->han_max < 1 || rules->han_max > 8 || rules->latin_min < 2 || rules->latin_max < rules->latin_min ||
        rules->latin_max > 8)
        return "the lengths of n-grams are out of range";
    if (rules->bucket_bits < 8 || rules->bucket_bits > 26) return "the number of buckets is out of range";
    return ss_linker_find_fault(linker);
}

ss_status ss_model_write(ss_model *model, const char *path)
{
    const char *fault = find_fault(model->dimension, &model->rules, &model->linker);
    if (fault != NULL) return ss_fail(SS_ERROR_ARGUMENT, "this model can't be written: %s", fault);
    packed p = {0};
    ss_h5 *file = NULL;
    ss_status status = pack(&p, model);
    if (status == SS_OK) status = ss_h5_create(&file, path, &model_format);
    if (status == SS_OK) status = write_packed(file, &p);
    ss_h5_close(file);
    if (status == SS_OK) memcpy(model->checksum, p.header.checksum, sizeof model->checksum);
    clear_packed(&p);
    return status;
}

/* ------------------------------------------------------------------ reading */

static ss_status read_sizes(ss_h5 *file, packed *p)
{
    size_t width, ignored;
    SS_TRY(ss_h5_read_attributes(file, "/", header_attributes, HEADER_ATTRIBUTES, &p->header));
    SS_TRY(ss_lexicon_read(file, &p->lexicon));
    SS_TRY(ss_linker_read(file, &p->linker));
    const char *fault = find_fault(p->header.dimension, &p->header.rules, &p->linker);
    if (fault != NULL) return ss_h5_damaged(file, "%s", fault);
    SS_TRY(ss_h5_extent(file, values_column.name, &p->row_count, &width));
    if (p->row_count > (size_t)1 << p->header.rules.bucket_bits) return ss_h5_damaged(file, "more rows than buckets");
    SS_TRY(ss_h5_extent(file, fold_column.name, &p->fold_size, &ignored));
    return p->fold_size <= UINT32_MAX ? SS_OK : ss_h5_damaged(file, "the fold table is too long");
}

static ss_status read_packed(ss_h5 *file, packed *p)
{
    SS_TRY(read_sizes(file, p));
    SS_TRY(allocate_rows(p));
    p->fold = malloc(p->fold_size + 1);
    if (p->fold == NULL) return ss_fail_memory(p->fold_size);
    SS_TRY(ss_h5_read_column(file, &fold_column, p->fold, 1, p->fold_size));
    SS_TRY(ss_h5_read_matrix(file, &values_column, p->values, p->row_count, (size_t)p->header.dimension / 2));
    SS_TRY(ss_h5_read_column(file, &scale_column, p->scale, sizeof *p->scale, p->row_count));
    SS_TRY(ss_h5_read_column(file, &information_column, p->information, sizeof *p->information, p->row_count));
    SS_TRY(ss_h5_read_column(file, &bucket_column, p->bucket, sizeof *p->bucket, p->row_count));
    char hex[SS_DIGEST_LENGTH + 1];
    SS_TRY(checksum(hex, p));
    return strcmp(hex, p->header.checksum) == 0 ? SS_OK : ss_h5_damaged(file, "its checksum does not fit its rows");
}

static ss_status unpack_rows(ss_h5 *file, ss_model *model, const packed *p)
{
    size_t half = (size_t)model->dimension / 2, buckets = (size_t)1 << model->rules.bucket_bits;
    for (size_t i = 0; i < buckets; i++)
        model->row_of_bucket[i] = SS_NO_ROW;
    for (size_t row = 0; row < p->row_count; row++) {
        if (p->bucket[row] >= buckets || (row > 0 && p->bucket[row] <= p->bucket[row - 1]))
            return ss_h5_damaged(file, "buckets are out of order");
        model->row_of_bucket[p->bucket[row]] = (uint32_t)row;
        const uint8_t *in = p->values + row * half;
        int8_t *out = model->row + row * 2 * half;
        bool whole = true;
        for (size_t j = 0; j < half; j++) {
            out[j] = (int8_t)((in[j] & 15) - 8);
            out[j + half] = (int8_t)((in[j] >> 4) - 8);
            whole = whole && out[j] > -8 && out[j + half] > -8;
        }
        if (!whole) return ss_h5_damaged(file, "an entry is below -7");
    }
    return SS_OK;
}

/* Moves what it can out of *p. */
static ss_status unpack(ss_h5 *file, ss_model *model, packed *p)
{
    model->dimension = p->header.dimension;
    model->rules = p->header.rules;
    model->row_count = (uint32_t)p->row_count;
    model->lexicon = p->lexicon;
    p->lexicon = NULL;
    model->linker = p->linker;
    p->linker = (ss_linker){0};
    memcpy(model->checksum, p->header.checksum, sizeof model->checksum);
    model->recipe = p->header.recipe;
    p->header.recipe = NULL;
    model->scale = p->scale;
    p->scale = NULL;
    model->information = p->information;
    p->information = NULL;
    size_t buckets = (size_t)1 << model->rules.bucket_bits, entries = p->row_count * (size_t)model->dimension;
    model->row_of_bucket = ss_pages_allocate(buckets * sizeof *model->row_of_bucket);
    model->row = ss_pages_allocate(entries + 1);
    if (model->row_of_bucket == NULL || model->row == NULL)
        return ss_fail_memory(entries + buckets * sizeof *model->row_of_bucket);
    SS_TRY(unpack_rows(file, model, p));
    SS_TRY(ss_model_measure_rows(model));
    return ss_fold_load(&model->fold, p->fold, p->fold_size);
}

ss_status ss_model_load(ss_model **out, const char *path)
{
    *out = NULL;
    packed p = {0};
    ss_h5 *file;
    SS_TRY(ss_h5_open(&file, path, &model_format));
    ss_status status = read_packed(file, &p);
    ss_model *model = NULL;
    if (status == SS_OK) {
        model = calloc(1, sizeof *model);
        status = model == NULL ? ss_fail_memory(sizeof *model) : unpack(file, model, &p);
        if (status == SS_OK) status = ss_copy_text(&model->path, path, strlen(path));
    }
    ss_h5_close(file);
    ss_lexicon_free(p.lexicon);
    ss_linker_clear(&p.linker);
    clear_packed(&p);
    if (status != SS_OK) {
        ss_model_free(model);
        return status;
    }
    *out = model;
    return SS_OK;
}
