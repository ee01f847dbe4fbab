#include "store_articles.h"

#include <stdlib.h>
#include <string.h>

#include "event_summary.h"
#include "match.h"
#include "sizes.h"
#include "status.h"
#include "texts.h"

/* ----------------------------------------------------------------- columns */

static const ss_column article_columns[] = {
    {"articles/id", SS_TEXT, offsetof(ss_article, id), "name of the article, unique in this file", NULL},
    {"articles/title", SS_TEXT, offsetof(ss_article, title), "headline; empty if none", NULL},
    {"articles/url", SS_TEXT, offsetof(ss_article, url), "address; empty if none", NULL},
    {"articles/source", SS_TEXT, offsetof(ss_article, source), "outlet; empty if none", NULL},
    {"articles/author", SS_TEXT, offsetof(ss_article, author), "as the byline names them; empty if none", NULL},
    {"articles/origin", SS_TEXT, offsetof(ss_article, origin), "file, and line in it, that the article was read from",
     NULL},
    {"articles/published_precision", SS_UINT8, offsetof(ss_article, published.precision),
     "how much of the date is known: 0 nothing, 1 the day, 2 the second", NULL},
    {"articles/zone_minutes", SS_INT16, offsetof(ss_article, published.zone_minutes),
     "time zone as written, east of UTC; -32768 if none was, and the date is counted as if in UTC", "minutes"},
    {"articles/copies", SS_UINT32, offsetof(ss_article, copies),
     "repeats of the same page that were read and folded into this article", NULL},
};

/* Values of an article in the form of the file. */
typedef struct article_row {
    int64_t published;
    char *lang;
} article_row;

static const ss_column article_row_columns[] = {
    {"articles/published", SS_INT64, offsetof(article_row, published),
     "when it was published; -9223372036854775808 if there is no date", SS_SECONDS},
    {"articles/lang", SS_TEXT, offsetof(article_row, lang), "zh, en or other; other is kept and never linked", NULL},
};

static const ss_column ngrams_column = {"articles/ngrams", SS_UINT32, 0, "n-grams counted in title and text", NULL};

static const ss_column text_offset_column = {"articles_text/offset", SS_UINT64, 0,
                                             "text i is bytes[offset[i]:offset[i + 1]]; one value more than articles",
                                             "bytes"};
static const ss_column text_bytes_column = {"articles_text/bytes", SS_UINT8, 0, "bodies, one after the other, as UTF-8",
                                            NULL};

static const ss_column vector_columns[SS_CHANNELS] = {
    {"sketches/whole/vector", SS_INT8, 0, "sketch of title and text, scaled so that its largest entry is 127", NULL},
    {"sketches/title/vector", SS_INT8, 0, "sketch of the title, scaled so that its largest entry is 127", NULL},
    {"sketches/lead/vector", SS_INT8, 0, "sketch of title and first sentences, scaled so that its largest entry is 127",
     NULL},
};
static const ss_column norm_columns[SS_CHANNELS] = {
    {"sketches/whole/norm", SS_UINT32, 0, "squared length of the vector; 0: nothing known in it", NULL},
    {"sketches/title/norm", SS_UINT32, 0, "squared length of the vector; 0: nothing known in it", NULL},
    {"sketches/lead/norm", SS_UINT32, 0, "squared length of the vector; 0: nothing known in it", NULL},
};

static bool is_undated(const ss_article *article)
{
    return article->published.precision == SS_DATE_NONE;
}

const char *ss_store_article_fault(const ss_article *article)
{
    if (article->published.precision > SS_DATE_SECOND) return "a date of unknown precision";
    if (!is_undated(article) && article->published.seconds == SS_NO_DATE) return "a date that is none";
    return NULL;
}

/* ----------------------------------------------------------------- writing */

ss_status ss_store_table_write(ss_h5 *file, const ss_column *columns, size_t column_count, const void *items,
                               size_t stride, size_t count)
{
    for (size_t i = 0; i < column_count; i++)
        SS_TRY(ss_h5_write_column(file, &columns[i], items, stride, count));
    return SS_OK;
}

static ss_status write_article_rows(ss_h5 *file, const ss_articles *articles)
{
    static char names[3][8] = {"other", "zh", "en"};
    article_row *rows = calloc(articles->count + 1, sizeof *rows);
    if (rows == NULL) return ss_fail_memory(articles->count * sizeof *rows);
    for (size_t i = 0; i < articles->count; i++) {
        const ss_article *article = &articles->item[i];
        rows[i].published = is_undated(article) ? SS_NO_DATE : article->published.seconds;
        rows[i].lang = names[article->lang == SS_LANG_ZH ? 1 : article->lang == SS_LANG_EN ? 2 : 0];
    }
    ss_status status = ss_store_table_write(file, article_row_columns, SS_COUNT(article_row_columns), rows,
                                            sizeof *rows, articles->count);
    free(rows);
    return status;
}

/* The bodies as one run of bytes, of which a piece is copied at a time. */
typedef struct text_run {
    const ss_articles *articles;
    uint64_t *offset; /* [articles->count + 1] */
} text_run;

/* The last article that begins at or before a byte: empty ones end before it. */
static size_t article_at(const text_run *run, uint64_t byte)
{
    size_t low = 0, high = run->articles->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        *(run->offset[middle] <= byte ? &low : &high) = middle;
    }
    return low;
}

/* Copies bytes begin .. begin + count - 1 of the run between `values` and the articles. */
static void copy_bodies(const text_run *run, bool out, char *values, size_t begin, size_t count)
{
    uint64_t at = run->offset[0] + begin, end = at + count;
    for (size_t i = article_at(run, at); at < end; i++) {
        char *text = run->articles->item[i].text + (at - run->offset[i]);
        size_t length = ss_smaller(run->offset[i + 1], end) - at;
        memcpy(out ? values : text, out ? text : values, length);
        values += length;
        at += length;
    }
}

static ss_status give_text(void *context, void *values, size_t begin, size_t count)
{
    const text_run *run = context;
    copy_bodies(run, true, values, begin, count);
    ss_texts_release(run->articles->texts);
    return SS_OK;
}

static ss_status take_text(void *context, void *values, size_t begin, size_t count)
{
    copy_bodies(context, false, values, begin, count);
    return SS_OK;
}

/* Bytes of the bodies that are there already. */
static ss_status text_bytes_there(ss_h5 *file, uint64_t *bytes)
{
    size_t rows = 0, width;
    if (ss_h5_has(file, text_bytes_column.name)) SS_TRY(ss_h5_extent(file, text_bytes_column.name, &rows, &width));
    *bytes = rows;
    return SS_OK;
}

/* The first offset is no article's own: it is there once, and not in the digest of what is added. */
static ss_status write_offsets(ss_h5 *file, const uint64_t *offset, size_t count, bool growing)
{
    if (!growing) return ss_h5_write_column(file, &text_offset_column, offset, sizeof *offset, count + 1);
    ss_digest *digest = ss_h5_set_digest(file, NULL);
    ss_status status = SS_OK;
    if (!ss_h5_has(file, text_offset_column.name))
        status = ss_h5_write_column(file, &text_offset_column, offset, sizeof *offset, 1);
    ss_h5_set_digest(file, digest);
    if (status == SS_OK) status = ss_h5_write_column(file, &text_offset_column, offset + 1, sizeof *offset, count);
    return status;
}

/* The lengths of some bodies, each where the offset of the next one will be. */
static ss_status measure_texts(void *context, size_t index, int thread)
{
    (void)thread;
    const text_run *run = context;
    size_t begin = index * SS_TEXTS_READ, end = ss_smaller(begin + SS_TEXTS_READ, run->articles->count);
    for (size_t i = begin; i < end; i++)
        run->offset[i + 1] = strlen(run->articles->item[i].text);
    ss_texts_release(run->articles->texts);
    return SS_OK;
}

static ss_status write_texts(ss_h5 *file, const ss_articles *articles)
{
    SS_TRY(ss_h5_write_group(file, "articles_text", "bodies of the articles"));
    uint64_t *offset = calloc(articles->count + 1, sizeof *offset);
    if (offset == NULL) return ss_fail_memory(articles->count * sizeof *offset);
    text_run run = {articles, offset};
    ss_status status = text_bytes_there(file, &offset[0]);
    if (status == SS_OK)
        status = ss_pool_run(ss_h5_pool(file), ss_divide_up(articles->count, SS_TEXTS_READ), measure_texts, &run);
    for (size_t i = 0; i < articles->count; i++)
        offset[i + 1] += offset[i];
    if (status == SS_OK) status = write_offsets(file, offset, articles->count, ss_h5_is_growing(file));
    size_t bytes = offset[articles->count] - offset[0];
    if (status == SS_OK) status = ss_h5_write_pieces(file, &text_bytes_column, bytes, give_text, &run);
    free(offset);
    return status;
}

static ss_status write_articles(ss_h5 *file, const ss_result *result)
{
    const ss_articles *articles = &result->articles;
    SS_TRY(ss_h5_write_group(file, "articles",
                             ss_h5_is_growing(file)
                                 ? "one row an article, in the order in which they were added"
                                 : "one row an article, by time of publication, undated last, then by id"));
    SS_TRY(ss_store_table_write(file, article_columns, SS_COUNT(article_columns), articles->item,
                                sizeof *articles->item, articles->count));
    SS_TRY(write_article_rows(file, articles));
    SS_TRY(ss_h5_write_column(file, &ngrams_column, result->ngrams, sizeof *result->ngrams, articles->count));
    return write_texts(file, articles);
}

static ss_status write_sketches(ss_h5 *file, const ss_result *result)
{
    static const char *const groups[SS_CHANNELS] = {"sketches/whole", "sketches/title", "sketches/lead"};
    static const char *const labels[2] = {"article", "entry"};
    size_t rows = result->articles.count;
    SS_TRY(ss_h5_write_group(file, "sketches",
                             "the articles as the matcher sees them; cosine is dot product / sqrt(norm "
                             "x norm)"));
    for (int channel = 0; channel < SS_CHANNELS; channel++) {
        SS_TRY(ss_h5_write_group(file, groups[channel], NULL));
        SS_TRY(ss_h5_write_matrix(file, &vector_columns[channel], result->vector[channel], rows,
                                  (size_t)result->dimension, labels, false)); /* gzip saves 7 % */
        SS_TRY(ss_h5_write_column(file, &norm_columns[channel], result->norm[channel], sizeof(uint32_t), rows));
    }
    return SS_OK;
}

ss_status ss_store_articles_write(ss_h5 *file, const ss_result *result)
{
    SS_TRY(write_articles(file, result));
    return write_sketches(file, result);
}

/* ----------------------------------------------------------------- reading */

ss_status ss_store_table_read(ss_h5 *file, const ss_column *columns, size_t column_count, void *items, size_t stride,
                              size_t begin, size_t count)
{
    for (size_t i = 0; i < column_count; i++)
        SS_TRY(ss_h5_read_column_at(file, &columns[i], items, stride, begin, count));
    return SS_OK;
}

ss_status ss_store_new_array(void **out, size_t count, size_t size)
{
    *out = calloc(count + 1, size);
    return *out == NULL ? ss_fail_memory((count + 1) * size) : SS_OK;
}

static ss_status take_article_row(ss_h5 *file, ss_article *article, const article_row *row)
{
    bool zh = strcmp(row->lang, "zh") == 0, en = strcmp(row->lang, "en") == 0;
    if (!zh && !en && strcmp(row->lang, "other") != 0)
        return ss_h5_damaged(file, "an unknown language in articles/lang");
    article->lang = zh ? SS_LANG_ZH : en ? SS_LANG_EN : SS_LANG_OTHER;
    article->published.seconds = is_undated(article) ? 0 : row->published;
    return SS_OK;
}

static ss_status read_article_rows(ss_h5 *file, size_t begin, ss_articles *articles)
{
    article_row *rows;
    SS_TRY(ss_store_new_array((void **)&rows, articles->count, sizeof *rows));
    ss_status status = ss_store_table_read(file, article_row_columns, SS_COUNT(article_row_columns), rows, sizeof *rows,
                                           begin, articles->count);
    for (size_t i = 0; i < articles->count && status == SS_OK; i++)
        status = take_article_row(file, &articles->item[i], &rows[i]);
    for (size_t i = 0; i < articles->count; i++)
        free(rows[i].lang);
    free(rows);
    return status;
}

static ss_status read_bodies(ss_h5 *file, size_t begin, ss_articles *articles, uint64_t *offset)
{
    size_t total, ignored, end = begin + articles->count;
    SS_TRY(ss_h5_extent(file, text_bytes_column.name, &total, &ignored));
    bool covered = ss_h5_is_growing(file) ? offset[articles->count] <= total : offset[articles->count] == total;
    if ((begin == 0 && offset[0] != 0) || offset[0] > total || !covered)
        return ss_h5_damaged(file, "articles_text/offset does not cover the bytes of rows %zu to %zu", begin, end);
    for (size_t i = 0; i < articles->count; i++) {
        if (offset[i + 1] < offset[i] || offset[i + 1] > total)
            return ss_h5_damaged(file, "articles_text/offset is out of order at row %zu", begin + i);
        articles->item[i].text = calloc(offset[i + 1] - offset[i] + 1, 1);
        if (articles->item[i].text == NULL) return ss_fail_memory(offset[i + 1] - offset[i] + 1);
    }
    text_run run = {articles, offset};
    size_t bytes = offset[articles->count] - offset[0];
    return ss_h5_read_pieces_at(file, &text_bytes_column, offset[0], bytes, take_text, &run);
}

static ss_status read_offsets(ss_h5 *file, uint64_t *offset, size_t begin, size_t count)
{
    if (!ss_h5_is_growing(file)) return ss_h5_read_column(file, &text_offset_column, offset, sizeof *offset, count + 1);
    ss_digest *digest = ss_h5_set_digest(file, NULL);
    ss_status status = ss_h5_read_column_at(file, &text_offset_column, offset, sizeof *offset, begin, 1);
    ss_h5_set_digest(file, digest);
    if (status != SS_OK) return status;
    return ss_h5_read_column_at(file, &text_offset_column, offset + 1, sizeof *offset, begin + 1, count);
}

static ss_status read_texts(ss_h5 *file, size_t begin, ss_articles *articles)
{
    uint64_t *offset;
    SS_TRY(ss_store_new_array((void **)&offset, articles->count, sizeof *offset));
    ss_status status = read_offsets(file, offset, begin, articles->count);
    if (status == SS_OK) status = read_bodies(file, begin, articles, offset);
    free(offset);
    return status;
}

static ss_status read_articles(ss_h5 *file, size_t begin, size_t count, ss_result *result)
{
    ss_articles *articles = &result->articles;
    SS_TRY(ss_store_new_array((void **)&articles->item, count, sizeof *articles->item));
    SS_TRY(ss_store_new_array((void **)&result->ngrams, count, sizeof *result->ngrams));
    articles->count = articles->capacity = count;
    SS_TRY(ss_store_table_read(file, article_columns, SS_COUNT(article_columns), articles->item, sizeof *articles->item,
                               begin, count));
    SS_TRY(read_article_rows(file, begin, articles));
    SS_TRY(ss_h5_read_column_at(file, &ngrams_column, result->ngrams, sizeof *result->ngrams, begin, count));
    return read_texts(file, begin, articles);
}

static ss_status check_sketches(const ss_h5 *file, const ss_result *result, ss_channel channel, size_t begin,
                                size_t count)
{
    size_t width = (size_t)result->dimension;
    for (size_t i = 0; i < count; i++)
        if (!ss_sketch_is_sound(result->vector[channel] + i * width, result->norm[channel][i], result->dimension))
            return ss_h5_damaged(file,
                                 "%s, row %zu: not the squared length of the vector, or that has an entry of -128",
                                 norm_columns[channel].name, begin + i);
    return SS_OK;
}

static ss_status read_sketches(ss_h5 *file, size_t begin, size_t count, size_t width, ss_result *result)
{
    result->dimension = (int)width;
    for (int channel = 0; channel < SS_CHANNELS; channel++) {
        SS_TRY(ss_store_new_array((void **)&result->vector[channel], count * width, 1));
        SS_TRY(ss_store_new_array((void **)&result->norm[channel], count, sizeof(uint32_t)));
        SS_TRY(ss_h5_read_matrix_at(file, &vector_columns[channel], result->vector[channel], begin, count, width));
        SS_TRY(
            ss_h5_read_column_at(file, &norm_columns[channel], result->norm[channel], sizeof(uint32_t), begin, count));
        SS_TRY(check_sketches(file, result, (ss_channel)channel, begin, count));
    }
    return SS_OK;
}

ss_status ss_store_articles_extent(ss_h5 *file, size_t *rows, size_t *width)
{
    size_t ignored;
    SS_TRY(ss_h5_extent(file, article_columns[0].name, rows, &ignored));
    if (*rows >= UINT32_MAX && !ss_h5_is_growing(file)) return ss_h5_damaged(file, "too many articles");
    SS_TRY(ss_h5_extent(file, vector_columns[0].name, &ignored, width));
    if (*width < 1 || *width > SS_MAX_DIMENSION) return ss_h5_damaged(file, "sketches of %zu entries", *width);
    return SS_OK;
}

ss_status ss_store_articles_read(ss_h5 *file, size_t begin, size_t count, ss_result *result)
{
    size_t rows, width;
    SS_TRY(ss_store_articles_extent(file, &rows, &width));
    if (begin > rows || count > rows - begin) return ss_h5_damaged(file, "articles/id ends at row %zu", rows);
    SS_TRY(read_articles(file, begin, count, result));
    return read_sketches(file, begin, count, width, result);
}
