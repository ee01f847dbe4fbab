#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archives.h"
#include "sketch_articles.h"
#include "sketch_columns.h"

ss_result *sketched(ss_articles articles)
{
    ss_result *out;
    ss_pool *pool;
    assert_int_equal(ss_result_new(&out), SS_OK);
    assert_int_equal(ss_pool_new(&pool, 1), SS_OK);
    out->articles = articles;
    out->dimension = model->dimension;
    assert_int_equal(ss_sketch_articles(out, model, false, pool, NULL), SS_OK);
    ss_pool_free(pool);
    return out;
}

ss_articles some_articles(size_t begin, size_t end)
{
    ss_articles all = make_articles(), out = {0};
    size_t number = 0;
    for (size_t i = 0; i < all.count; i++) {
        if (all.item[i].published.precision == SS_DATE_NONE) continue;
        if (number >= begin && number < end) assert_int_equal(ss_articles_push(&out, &all.item[i]), SS_OK);
        number++;
    }
    ss_articles_clear(&all);
    return out;
}

ss_status append_articles(ss_archive *archive, ss_articles articles)
{
    const ss_batch about = {.read = articles.count};
    ss_result *batch = sketched(articles);
    ss_status status = ss_archive_append(archive, batch, &about, NULL);
    ss_result_free(batch);
    return status;
}

void write_archive(const char *path, ss_articles articles)
{
    ss_archive *archive;
    assert_int_equal(ss_archive_create(&archive, path, model, ""), SS_OK);
    assert_int_equal(append_articles(archive, articles), SS_OK);
    ss_archive_close(archive);
}

typedef struct collected {
    ss_result *result;
    ss_sketches sketches;
} collected;

static ss_status collect(void *context, ss_result *part, size_t begin)
{
    collected *all = context;
    assert_int_equal(begin, all->result->articles.count);
    for (size_t i = 0; i < part->articles.count; i++) {
        assert_int_equal(ss_sketches_push(&all->sketches, part, i), SS_OK);
        assert_int_equal(ss_articles_push(&all->result->articles, &part->articles.item[i]), SS_OK);
    }
    return SS_OK;
}

ss_result *read_archive(const char *path)
{
    ss_archive *archive;
    collected all = {0};
    if (ss_archive_open(&archive, path, false) != SS_OK) fail_msg("%s", ss_last_error());
    assert_int_equal(ss_result_new(&all.result), SS_OK);
    assert_int_equal(ss_archive_each_part(archive, INT32_MIN, collect, &all), SS_OK);
    assert_int_equal(all.result->articles.count, ss_archive_count(archive));
    all.result->dimension = ss_archive_dimension(archive);
    for (int c = 0; c < SS_CHANNELS; c++) {
        all.result->vector[c] = all.sketches.vector[c];
        all.result->norm[c] = all.sketches.norm[c];
    }
    all.result->ngrams = all.sketches.ngrams;
    ss_archive_close(archive);
    return all.result;
}

static void assert_same_article(const ss_article *x, const ss_article *y)
{
    assert_string_equal(x->id, y->id);
    assert_string_equal(x->title, y->title);
    assert_string_equal(x->text, y->text);
    assert_string_equal(x->url, y->url);
    assert_string_equal(x->source, y->source);
    assert_string_equal(x->origin, y->origin);
    assert_int_equal(x->lang, y->lang);
    assert_int_equal(x->published.seconds, y->published.seconds);
    assert_int_equal(x->published.precision, y->published.precision);
    assert_int_equal(x->published.zone_minutes, y->published.zone_minutes);
}

void assert_same_parts(const ss_result *a, const ss_result *b)
{
    size_t n = a->articles.count;
    assert_int_equal(n, b->articles.count);
    assert_int_equal(a->dimension, b->dimension);
    for (size_t i = 0; i < n; i++)
        assert_same_article(&a->articles.item[i], &b->articles.item[i]);
    assert_memory_equal(a->ngrams, b->ngrams, n * sizeof *a->ngrams);
    for (int c = 0; c < SS_CHANNELS; c++) {
        assert_memory_equal(a->vector[c], b->vector[c], n * (size_t)a->dimension);
        assert_memory_equal(a->norm[c], b->norm[c], n * sizeof *a->norm[c]);
    }
}

void copy_file(const char *from, const char *to)
{
    char buffer[65536];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    assert_non_null(in);
    assert_non_null(out);
    for (size_t got; (got = fread(buffer, 1, sizeof buffer, in)) > 0;)
        assert_int_equal(fwrite(buffer, 1, got, out), got);
    fclose(in);
    assert_int_equal(fclose(out), 0);
}
