#include "archive_columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "date.h"
#include "ids.h"
#include "match.h"
#include "status.h"

static const ss_h5_format archive_format = {
    .name = SS_ARCHIVE_NAME, .version = 1, .remedy = "take a copy of it, or sketch the articles anew", .growing = true};

static const ss_column hash_column = {"articles/id_hash", SS_UINT64, 0,
                                      "first 8 bytes of the SHA-256 of the id, the lowest first", NULL};

static const ss_column batch_columns[] = {
    {"batches/end", SS_UINT64, offsetof(ss_batch, end),
     "articles of this batch are the rows from the end of the one before to this one", NULL},
    {"batches/added", SS_INT64, offsetof(ss_batch, added), "when it was added", SS_SECONDS},
    {"batches/first_day", SS_INT32, offsetof(ss_batch, first_day),
     "earliest day of publication; 2147483647 if no article is dated", "days since 1970-01-01"},
    {"batches/last_day", SS_INT32, offsetof(ss_batch, last_day),
     "latest day of publication; 2147483647 if no article is dated", "days since 1970-01-01"},
    {"batches/undated", SS_UINT64, offsetof(ss_batch, undated), "articles without a date", NULL},
    {"batches/read", SS_UINT64, offsetof(ss_batch, read), "articles met in the input", NULL},
    {"batches/known", SS_UINT64, offsetof(ss_batch, known), "articles of the input that were there already", NULL},
    {"batches/command", SS_TEXT, offsetof(ss_batch, command), "command line, or library", NULL},
    {"batches/version", SS_TEXT, offsetof(ss_batch, version), "version of samestory", NULL},
};
static const ss_column checksum_column = {"batches/sha256", SS_TEXT, offsetof(ss_batch, checksum),
                                          "over all columns of the batch: see docs/format.md", NULL};

/* Attributes of the root. */
static const ss_column archive_attributes[] = {
    {"model_checksum", SS_TEXT, offsetof(ss_archive, model_checksum), NULL, NULL},
    {"dimension", SS_INT32, offsetof(ss_archive, dimension), NULL, NULL},
    {"inputs", SS_TEXT, offsetof(ss_archive, inputs), NULL, NULL},
};
static const ss_column recipe_attribute = {"model_recipe", SS_TEXT, offsetof(ss_model, recipe), NULL, NULL};

ss_status ss_archive_attach(ss_h5 **out, ss_archive *archive)
{
    const ss_h5_place place = {.descriptor = archive->descriptor, .journal = archive->journal, .size = archive->size};
    return ss_h5_attach(out, archive->path, &archive_format, &place);
}

/* ------------------------------------------------------------------- batches */

ss_status ss_archive_grow_batches(ss_archive *archive)
{
    return ss_grow((void **)&archive->batch, &archive->batch_capacity, archive->batch_count + 1,
                   sizeof *archive->batch);
}

static ss_status copy_texts(ss_batch *out, const char *command)
{
    SS_TRY(ss_copy_text(&out->command, command, strlen(command)));
    SS_TRY(ss_copy_text(&out->version, ss_version(), strlen(ss_version())));
    return ss_copy_text(&out->checksum, "", 0);
}

ss_status ss_batch_describe(ss_batch *out, const ss_archive *archive, const ss_result *articles, const ss_batch *about)
{
    *out = (ss_batch){.end = ss_archive_count(archive) + articles->articles.count,
                      .added = (int64_t)time(NULL),
                      .first_day = SS_NO_DAY,
                      .last_day = SS_NO_DAY,
                      .read = about->read,
                      .known = about->known};
    for (size_t i = 0; i < articles->articles.count; i++) {
        int32_t day = ss_date_day(articles->articles.item[i].published);
        out->undated += day == SS_NO_DAY;
        if (day == SS_NO_DAY) continue;
        if (out->first_day == SS_NO_DAY || day < out->first_day) out->first_day = day;
        if (out->last_day == SS_NO_DAY || day > out->last_day) out->last_day = day;
    }
    ss_status status = copy_texts(out, about->command != NULL ? about->command : "library");
    if (status != SS_OK) ss_batch_clear(out);
    return status;
}

/* ------------------------------------------------------------------- writing */

ss_status ss_archive_columns_create(ss_h5 *file, const ss_archive *archive, const ss_model *model)
{
    ss_result nothing = {.dimension = archive->dimension};
    ss_batch no_batch = {0};
    SS_TRY(ss_h5_write_attributes(file, "/", archive_attributes, SS_COUNT(archive_attributes), archive));
    SS_TRY(ss_h5_write_attributes(file, "/", &recipe_attribute, 1, model));
    SS_TRY(ss_store_articles_write(file, &nothing));
    SS_TRY(ss_h5_write_column(file, &hash_column, NULL, sizeof(uint64_t), 0));
    SS_TRY(ss_h5_write_group(file, "batches", "one row for articles that were added together, in that order"));
    SS_TRY(ss_store_table_write(file, batch_columns, SS_COUNT(batch_columns), &no_batch, sizeof no_batch, 0));
    return ss_h5_write_column(file, &checksum_column, &no_batch, sizeof no_batch, 0);
}

static ss_status write_hashes(ss_h5 *file, const ss_articles *articles)
{
    uint64_t *hash;
    SS_TRY(ss_store_new_array((void **)&hash, articles->count, sizeof *hash));
    ss_status status = SS_OK;
    for (size_t i = 0; i < articles->count && status == SS_OK; i++)
        status = ss_id_hash(&hash[i], articles->item[i].id);
    if (status == SS_OK) status = ss_h5_write_column(file, &hash_column, hash, sizeof *hash, articles->count);
    free(hash);
    return status;
}

static ss_status write_batch(ss_h5 *file, const ss_result *articles, const ss_batch *batch)
{
    SS_TRY(ss_store_articles_write(file, articles));
    SS_TRY(write_hashes(file, &articles->articles));
    return ss_store_table_write(file, batch_columns, SS_COUNT(batch_columns), batch, sizeof *batch, 1);
}

/* The checksum of what an archive's columns are told while it lasts: begins with what sketches depend on. */
static ss_status begin_checksum(ss_digest **out, const ss_archive *archive)
{
    SS_TRY(ss_digest_new(out));
    ss_digest_bytes(*out, archive->model_checksum, strlen(archive->model_checksum) + 1);
    ss_digest_number(*out, (uint64_t)archive->dimension, 4);
    return SS_OK;
}

ss_status ss_archive_columns_append(ss_h5 *file, const ss_archive *archive, const ss_result *articles, ss_batch *batch)
{
    char hex[SS_DIGEST_LENGTH + 1];
    ss_digest *digest;
    SS_TRY(begin_checksum(&digest, archive));
    ss_h5_set_digest(file, digest);
    ss_status status = write_batch(file, articles, batch);
    ss_h5_set_digest(file, NULL);
    if (status == SS_OK) status = ss_digest_finish(digest, hex);
    ss_digest_free(digest);
    if (status == SS_OK) status = ss_set_text(&batch->checksum, hex);
    return status == SS_OK ? ss_h5_write_column(file, &checksum_column, batch, sizeof *batch, 1) : status;
}

/* ------------------------------------------------------------------- reading */

static ss_status check_batches(ss_h5 *file, const ss_archive *archive, size_t rows)
{
    uint64_t end = 0;
    for (size_t i = 0; i < archive->batch_count; i++) {
        if (archive->batch[i].end < end) return ss_h5_damaged(file, "/batches, row %zu: it ends before it begins", i);
        end = archive->batch[i].end;
    }
    return end == rows ? SS_OK
                       : ss_h5_damaged(file, "its batches have %llu articles, not %zu", (unsigned long long)end, rows);
}

ss_status ss_archive_columns_begin(ss_h5 *file, ss_archive *archive)
{
    size_t rows, width, batches;
    SS_TRY(ss_h5_read_attributes(file, "/", archive_attributes, SS_COUNT(archive_attributes), archive));
    SS_TRY(ss_store_articles_extent(file, &rows, &width));
    if (width != (size_t)archive->dimension) return ss_h5_damaged(file, "its sketches have %zu entries", width);
    size_t ignored;
    SS_TRY(ss_h5_extent(file, batch_columns[0].name, &batches, &ignored));
    SS_TRY(ss_store_new_array((void **)&archive->batch, batches, sizeof *archive->batch));
    archive->batch_count = archive->batch_capacity = batches;
    SS_TRY(ss_store_table_read(file, batch_columns, SS_COUNT(batch_columns), archive->batch, sizeof *archive->batch, 0,
                               batches));
    SS_TRY(ss_h5_read_column(file, &checksum_column, archive->batch, sizeof *archive->batch, batches));
    return check_batches(file, archive, rows);
}

typedef struct id_taker {
    ss_status (*take)(void *context, const uint64_t *hash, size_t count);
    void *context;
} id_taker;

static ss_status take_ids(void *context, void *values, size_t begin, size_t count)
{
    (void)begin;
    const id_taker *taker = context;
    return taker->take(taker->context, values, count);
}

ss_status ss_archive_each_id(ss_archive *archive, ss_status (*take)(void *context, const uint64_t *hash, size_t count),
                             void *context)
{
    id_taker taker = {take, context};
    ss_h5 *file;
    SS_TRY(ss_archive_attach(&file, archive));
    ss_status status = ss_h5_read_pieces_at(file, &hash_column, 0, ss_archive_count(archive), take_ids, &taker);
    ss_h5_close(file);
    return status;
}

/* --------------------------------------------------------------------- check */

static ss_status check_hashes(ss_h5 *file, const ss_articles *articles, size_t begin)
{
    uint64_t *hash;
    SS_TRY(ss_store_new_array((void **)&hash, articles->count, sizeof *hash));
    ss_status status = ss_h5_read_column_at(file, &hash_column, hash, sizeof *hash, begin, articles->count);
    for (size_t i = 0; i < articles->count && status == SS_OK; i++) {
        uint64_t expected;
        status = ss_id_hash(&expected, articles->item[i].id);
        if (status == SS_OK && expected != hash[i])
            status = ss_h5_damaged(file, "/articles, row %zu: id_hash is another id's", begin + i);
    }
    free(hash);
    return status;
}

/* Reads a batch as it was written, with the digest set. */
static ss_status read_batch(ss_h5 *file, size_t index, size_t begin, size_t end)
{
    ss_result *part;
    ss_batch again = {0};
    SS_TRY(ss_result_new(&part));
    ss_status status = ss_store_articles_read(file, begin, end - begin, part);
    for (size_t i = 0; i < part->articles.count && status == SS_OK; i++) {
        const char *fault = ss_store_article_fault(&part->articles.item[i]);
        if (fault != NULL) status = ss_h5_damaged(file, "/articles, row %zu: %s", begin + i, fault);
    }
    if (status == SS_OK) status = check_hashes(file, &part->articles, begin);
    if (status == SS_OK)
        status = ss_store_table_read(file, batch_columns, SS_COUNT(batch_columns), &again, sizeof again, index, 1);
    ss_batch_clear(&again);
    ss_result_free(part);
    return status;
}

static ss_status check_batch(ss_h5 *file, const ss_archive *archive, size_t index)
{
    const ss_batch *batch = &archive->batch[index];
    size_t begin = index == 0 ? 0 : (size_t)archive->batch[index - 1].end, end = (size_t)batch->end;
    char hex[SS_DIGEST_LENGTH + 1], what[256];
    ss_digest *digest;
    SS_TRY(begin_checksum(&digest, archive));
    ss_h5_set_digest(file, digest);
    ss_status status = read_batch(file, index, begin, end);
    ss_h5_set_digest(file, NULL);
    ss_status finished = ss_digest_finish(digest, hex);
    ss_digest_free(digest);
    if (status == SS_ERROR_INPUT) {
        snprintf(what, sizeof what, "%s", ss_last_error());
        return ss_fail(SS_ERROR_INPUT, "batch %zu (rows %zu to %zu): %s", index, begin, end, what);
    }
    SS_TRY(status);
    SS_TRY(finished);
    if (strcmp(hex, batch->checksum) == 0) return SS_OK;
    return ss_h5_damaged(file, "batch %zu (rows %zu to %zu): its checksum is wrong", index, begin, end);
}

ss_status ss_archive_check(ss_archive *archive, const ss_job *job)
{
    ss_h5 *file;
    SS_TRY(ss_archive_attach(&file, archive));
    ss_status status = SS_OK;
    for (size_t i = 0; i < archive->batch_count && status == SS_OK; i++) {
        status = ss_check_cancelled(job);
        ss_tell_progress(job, "check", i, archive->batch_count);
        if (status == SS_OK) status = check_batch(file, archive, i);
    }
    ss_h5_close(file);
    return status;
}
