/* bench_stages: how long each stage of the job takes, alone.
 *
 *     bench_stages [-m model] [-t threads] [-k kernel] [-w window] [-s prefix] FILE...
 *
 * One pass over the articles of the files; prints one JSON object. Stages that one thread does are timed on one, those
 * that all do on `threads`. With -s nothing is linked, and the sketches of whole articles are left in prefix.zh and
 * prefix.en: rows of int8, for bench_nearest and for peers. */
#include <jansson.h>
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "bench.h"
#include "buffer.h"
#include "channels.h"
#include "compare.h"
#include "evidence_store.h"
#include "match_tile.h"
#include "neighbourhood.h"
#include "pool.h"
#include "reader.h"
#include "sketch.h"
#include "sketch_ahead.h"
#include "stream.h"

#define BLOCK_ARTICLES 64
#define CHUNK          ((size_t)1 << 16)
#define DEFLATE_LEVEL  1 /* that of results files */
#define DEFLATE_CHUNK  ((size_t)256 * 1024)

typedef struct stages {
    const char *model_path, *sketches;
    ss_model *model;
    ss_link_options options;
    ss_job job;
    ss_articles articles;
    size_t article_count, text_bytes;
    ss_sketcher **sketcher; /* one a thread */
    int8_t *vector;         /* [article_count][dimension] of the whole articles */
    double link_began;      /* when progress first told of the stage "link", 0 before */
    json_t *report;
} stages;

/* A stage's line of the report: `amount` of `unit` done in `seconds` by `threads`. */
static void tell(stages *s, const char *stage, double seconds, int threads, double amount, const char *unit)
{
    json_t *line =
        json_pack("{s:f, s:i, s:f, s:s}", "seconds", seconds, "threads", threads, "amount", amount, "unit", unit);
    if (line == NULL || json_object_set_new(s->report, stage, line) != 0) {
        ss_fail_memory(sizeof line);
        bench_stop();
    }
}

/* -------------------------------------------------------- read and decode */

static double read_file(ss_buffer *bytes, const char *path)
{
    double start = bench_seconds();
    ss_stream *stream;
    bench_check(ss_stream_open(&stream, path, NULL));
    for (size_t got = 1; got > 0;) {
        bench_check(ss_buffer_reserve(bytes, CHUNK));
        bench_check(ss_stream_read(stream, bytes->data + bytes->length, CHUNK, &got));
        bytes->length += got;
    }
    ss_stream_free(stream);
    return bench_seconds() - start;
}

static double drain(ss_reader *reader, ss_articles *articles)
{
    double start = bench_seconds();
    for (;;) {
        ss_article article = {0};
        bool more;
        bench_check(ss_reader_next(reader, &article, &more));
        if (!more) break;
        bench_check(ss_articles_push(articles, &article));
    }
    return bench_seconds() - start;
}

static double decode(const char *path, const ss_buffer *bytes)
{
    const ss_job alone = {.threads = 1};
    ss_articles articles = {0};
    ss_reader *reader;
    bench_check(ss_reader_open_memory(&reader, path, bytes->data, bytes->length, NULL, &alone));
    double seconds = drain(reader, &articles);
    ss_reader_free(reader);
    ss_articles_clear(&articles);
    return seconds;
}

/* Seconds that libzstd alone takes for the file, from memory to memory; 0 if it is no zstd. */
static double decompress_alone(const char *path, size_t length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) return 0;
    fseek(file, 0, SEEK_END);
    size_t packed_length = (size_t)ftell(file);
    rewind(file);
    void *packed = bench_allocate(packed_length + 1), *out = bench_allocate(length + 1);
    memset(out, 0, length + 1); /* its pages are there before the clock starts */
    packed_length = fread(packed, 1, packed_length, file);
    fclose(file);
    double start = bench_seconds();
    size_t got = ZSTD_decompress(out, length, packed, packed_length);
    double seconds = ZSTD_isError(got) ? 0 : bench_seconds() - start;
    free(packed);
    free(out);
    return seconds;
}

/* As `link` does: articles are sketched, in all channels, while those behind them are read. */
static void read_and_sketch(stages *s, char **paths, int count, double bytes)
{
    ss_articles articles = {0};
    ss_sketches sketches = {.dimension = s->model->dimension};
    ss_reader *reader;
    ss_sketch_ahead *ahead;
    double start = bench_seconds();
    bench_check(ss_reader_open(&reader, (const char *const *)paths, (size_t)count, NULL, &s->job));
    bench_check(ss_sketch_ahead_new(&ahead, s->model, false, NULL, &s->job));
    for (bool more = true; more;) {
        ss_article article = {0};
        bench_check(ss_reader_next(reader, &article, &more));
        if (more) bench_check(ss_articles_push(&articles, &article));
        if (more) bench_check(ss_sketch_ahead_follow(ahead, &articles, &sketches));
    }
    bench_check(ss_sketch_ahead_finish(ahead, &articles, &sketches));
    tell(s, "lines to sketches", bench_seconds() - start, ss_job_threads(&s->job), bytes, "bytes");
    ss_sketch_ahead_free(ahead);
    ss_reader_free(reader);
    ss_sketches_clear(&sketches);
    ss_articles_clear(&articles);
}

static void read_articles(stages *s, char **paths, int count)
{
    double read = 0, decoded = 0, alone = 0, bytes = 0;
    for (int i = 0; i < count; i++) {
        ss_buffer text = {0};
        read += read_file(&text, paths[i]);
        alone += decompress_alone(paths[i], text.length);
        decoded += decode(paths[i], &text);
        bytes += (double)text.length;
        ss_buffer_free(&text);
    }
    tell(s, "read", read, 1, bytes, "bytes");
    tell(s, "decode", decoded, 1, bytes, "bytes");
    if (alone > 0) tell(s, "libzstd", alone, 1, bytes, "bytes");

    ss_reader *reader;
    bench_check(ss_reader_open(&reader, (const char *const *)paths, (size_t)count, NULL, &s->job));
    tell(s, "read and decode", drain(reader, &s->articles), ss_job_threads(&s->job), bytes, "bytes");
    ss_reader_free(reader);
    read_and_sketch(s, paths, count, bytes);
    s->article_count = s->articles.count;
    for (size_t i = 0; i < s->article_count; i++)
        s->text_bytes += strlen(s->articles.item[i].title) + strlen(s->articles.item[i].text);
}

/* ------------------------------------------------------ fold and n-grams */

/* What a sketch looks at, folded, once. */
static double fold(stages *s, size_t *bytes)
{
    ss_folded *folded = NULL;
    size_t capacity = 0;
    double start = bench_seconds();
    for (size_t i = 0; i < s->article_count; i++) {
        const ss_article *article = &s->articles.item[i];
        size_t count = 0, title = strlen(article->title), text = ss_whole_length(article->text, strlen(article->text));
        bench_check(ss_fold_text(s->model->fold, article->title, title, &folded, NULL, &count, &capacity));
        bench_check(ss_fold_text(s->model->fold, article->text, text, &folded, NULL, &count, &capacity));
        *bytes += title + text;
    }
    double seconds = bench_seconds() - start;
    free(folded);
    return seconds;
}

/* Counting folds as well, of which the time is taken off. */
static void fold_and_count(stages *s)
{
    ss_channel_counter *counter;
    bench_check(ss_channel_counter_new(&counter, s->model));
    size_t bytes = 0, rows = 0, ngrams = 0;
    double folded = fold(s, &bytes), start = bench_seconds();
    for (size_t i = 0; i < s->article_count; i++) {
        const ss_channel_feature *feature;
        size_t in_channel[SS_CHANNELS];
        bench_check(ss_channel_counter_run(counter, &s->articles.item[i], &feature, in_channel));
        rows += in_channel[SS_CHANNEL_WHOLE];
        for (size_t k = 0; k < in_channel[SS_CHANNEL_WHOLE]; k++)
            ngrams += feature[k].count[SS_CHANNEL_WHOLE];
        for (size_t k = 0; k < in_channel[SS_CHANNEL_LEAD]; k++)
            ngrams -= feature[k].count[SS_CHANNEL_LEAD]; /* which the whole counts twice */
    }
    double both = bench_seconds() - start;
    tell(s, "fold", folded, 1, (double)bytes, "bytes");
    tell(s, "n-grams", both > folded ? both - folded : 0, 1, (double)bytes, "bytes");
    json_object_set_new(s->report, "of_the_texts",
                        json_pack("{s:I, s:I, s:I}", "known_ngrams", (json_int_t)ngrams, "rows", (json_int_t)rows,
                                  "bytes", (json_int_t)bytes));
    ss_channel_counter_free(counter);
}

/* ---------------------------------------------------------------- sketch */

static ss_status sketch_block(void *context, size_t index, int thread)
{
    stages *s = context;
    size_t d = (size_t)s->model->dimension;
    int8_t title[SS_MAX_DIMENSION], lead[SS_MAX_DIMENSION];
    uint32_t norm[SS_CHANNELS], ngrams;
    for (size_t i = index * BLOCK_ARTICLES; i < s->article_count && i < (index + 1) * BLOCK_ARTICLES; i++) {
        int8_t *const vector[SS_CHANNELS] = {s->vector + i * d, title, lead};
        SS_TRY(ss_sketch_channels(s->sketcher[thread], &s->articles.item[i], vector, norm, &ngrams));
    }
    return SS_OK;
}

static double sketch_all(stages *s, int threads)
{
    ss_pool *pool;
    bench_check(ss_pool_new(&pool, threads));
    double start = bench_seconds();
    bench_check(ss_pool_run(pool, (s->article_count + BLOCK_ARTICLES - 1) / BLOCK_ARTICLES, sketch_block, s));
    double seconds = bench_seconds() - start;
    ss_pool_free(pool);
    return seconds;
}

static void save_sketches(const stages *s, ss_lang lang)
{
    char path[4096];
    snprintf(path, sizeof path, "%s.%s", s->sketches, ss_lang_name(lang));
    FILE *file = fopen(path, "wb");
    if (file == NULL) bench_check(ss_fail(SS_ERROR_IO, "%s: can't be written", path));
    size_t d = (size_t)s->model->dimension, missed = 0;
    for (size_t i = 0; i < s->article_count; i++)
        if (s->articles.item[i].lang == lang) missed += fwrite(s->vector + i * d, d, 1, file) != 1;
    if (fclose(file) != 0 || missed > 0) bench_check(ss_fail(SS_ERROR_IO, "%s: can't be written", path));
}

static void sketch(stages *s)
{
    int threads = ss_job_threads(&s->job);
    s->sketcher = bench_allocate((size_t)threads * sizeof(ss_sketcher *));
    for (int t = 0; t < threads; t++)
        bench_check(ss_sketcher_new(&s->sketcher[t], s->model));
    size_t vector_bytes = s->article_count * (size_t)s->model->dimension;
    s->vector = bench_allocate(vector_bytes);
    memset(s->vector, 0, vector_bytes);
    double bytes = (double)s->text_bytes;
    tell(s, "sketch", sketch_all(s, threads), threads, bytes, "bytes");
    tell(s, "sketch, one thread", sketch_all(s, 1), 1, bytes, "bytes");
    if (s->sketches != NULL) {
        save_sketches(s, SS_LANG_ZH);
        save_sketches(s, SS_LANG_EN);
    }
    free(s->vector);
    for (int t = 0; t < threads; t++)
        ss_sketcher_free(s->sketcher[t]);
    free(s->sketcher);
}

/* -------------------------------------------------- match, link and store */

/* Links begin to be measured when all candidates are found. */
static void note_stage(void *user, const char *stage, uint64_t done, uint64_t total)
{
    (void)done;
    (void)total;
    stages *s = user;
    if (s->link_began == 0 && strcmp(stage, "link") == 0) s->link_began = bench_seconds();
}

static double match_sides(stages *s, const ss_matcher *matcher, const ss_side *a, const ss_side *b, double *pairs)
{
    ss_match_options options = {.dimension = s->model->dimension,
                                .k = (size_t)s->options.neighbours,
                                .window_days = s->options.window_days,
                                .self = a == b,
                                .job = &s->job};
    for (size_t row = 0; row < a->count; row++) {
        ss_band band = ss_band_of_row(a, row, b, &options);
        *pairs += (double)(band.dated.end - band.dated.begin + band.undated.end - band.undated.begin);
    }
    ss_neighbours forth = {0}, back = {0};
    double start = bench_seconds();
    bench_check(matcher->nearest(matcher, &forth, a == b ? NULL : &back, a, b, &options));
    double seconds = bench_seconds() - start;
    ss_neighbours_clear(&forth);
    ss_neighbours_clear(&back);
    return seconds;
}

static void match(stages *s, const ss_result *result)
{
    const ss_matcher *matcher;
    bench_check(ss_matcher_find(&matcher, s->options.matcher));
    ss_language_side zh, en;
    bench_check(ss_language_side_take(&zh, result, SS_LANG_ZH));
    bench_check(ss_language_side_take(&en, result, SS_LANG_EN));
    double pairs = 0, seconds = match_sides(s, matcher, &zh.side, &en.side, &pairs);
    seconds += match_sides(s, matcher, &zh.side, &zh.side, &pairs);
    seconds += match_sides(s, matcher, &en.side, &en.side, &pairs);
    double operations = 2.0 * s->model->dimension * pairs;
    tell(s, "match", seconds, ss_job_threads(&s->job), operations, "operations");
    json_object_set_new(s->report, "kernel", json_string(matcher->name));
    ss_language_side_clear(&zh);
    ss_language_side_clear(&en);
}

static double deflate_chunk(struct libdeflate_compressor *compressor, const ss_buffer *chunk)
{
    size_t most = libdeflate_zlib_compress_bound(compressor, chunk->length);
    void *out = bench_allocate(most);
    double start = bench_seconds();
    libdeflate_zlib_compress(compressor, chunk->data, chunk->length, out, most);
    double seconds = bench_seconds() - start;
    free(out);
    return seconds;
}

/* Seconds that libdeflate alone takes for the bodies, most of what is compressed. */
static double deflate_alone(const ss_result *result, double *bytes)
{
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(DEFLATE_LEVEL);
    if (compressor == NULL) bench_check(ss_fail_memory(DEFLATE_CHUNK));
    ss_buffer chunk = {0};
    double seconds = 0;
    for (size_t i = 0; i < result->articles.count; i++) {
        const char *text = result->articles.item[i].text;
        bench_check(ss_buffer_append(&chunk, text, strlen(text)));
        if (chunk.length < DEFLATE_CHUNK && i + 1 < result->articles.count) continue;
        seconds += deflate_chunk(compressor, &chunk);
        *bytes += (double)chunk.length;
        chunk.length = 0;
    }
    ss_buffer_free(&chunk);
    libdeflate_free_compressor(compressor);
    return seconds;
}

/* The same pairs twice, as many as evidence is kept for: the second time scoring is all there is to do. */
static void score(stages *s, ss_result *result)
{
    int threads = ss_job_threads(&s->job);
    ss_pool *pool;
    ss_comparer *comparer;
    bench_check(ss_pool_new(&pool, threads));
    bench_check(ss_comparer_new(&comparer, result, s->model, true, pool, &s->job));
    double seconds = 0;
    for (size_t first = 0, count; first < result->link_count; first += count) {
        size_t left = result->link_count - first;
        count = left < SS_EVIDENCE_WANTED / 2 ? left : SS_EVIDENCE_WANTED / 2;
        bench_check(ss_comparer_sift(comparer, result->link + first, &count));
        double start = bench_seconds();
        bench_check(ss_comparer_sift(comparer, result->link + first, &count));
        seconds += bench_seconds() - start;
    }
    tell(s, "link, evidence at hand", seconds, threads, (double)result->link_count, "candidates");
    ss_comparer_free(comparer);
    ss_pool_free(pool);
}

static void link_and_store(stages *s)
{
    ss_result *result;
    s->options.keep_candidates = true; /* to count them; those below the threshold are dropped in no time */
    bench_check(ss_link_articles(&result, &s->articles, s->model, &s->options, &s->job));
    double end = bench_seconds();
    double began = s->link_began > 0 ? s->link_began : end; /* too few articles for it to be told */
    tell(s, "link", end - began, ss_job_threads(&s->job), (double)result->link_count, "candidates");
    score(s, result);
    match(s, result);

    size_t kept = 0;
    for (size_t i = 0; i < result->link_count; i++)
        if ((double)result->link[i].probability >= result->provenance.threshold) result->link[kept++] = result->link[i];
    result->link_count = kept;
    const char *folder = getenv("TMPDIR");
    char path[4096];
    snprintf(path, sizeof path, "%s/bench_stages-XXXXXX", folder != NULL ? folder : "/var/tmp");
    int file = mkstemp(path);
    if (file < 0) bench_check(ss_fail(SS_ERROR_IO, "%s: can't be made", path));
    close(file);
    double start = bench_seconds();
    bench_check(ss_result_write(result, path, &s->job));
    double stored = bench_seconds() - start;
    struct stat written;
    if (stat(path, &written) != 0) bench_check(ss_fail(SS_ERROR_IO, "%s: is gone", path));
    tell(s, "store", stored, ss_job_threads(&s->job), (double)written.st_size, "bytes");
    unlink(path);
    double bytes = 0, seconds = deflate_alone(result, &bytes);
    tell(s, "libdeflate", seconds, 1, bytes, "bytes");
    ss_result_free(result);
}

static int parse(stages *s, int argc, char **argv)
{
    for (int option; (option = getopt(argc, argv, "m:t:k:w:s:")) != -1;) {
        switch (option) {
        case 'm':
            s->model_path = optarg;
            break;
        case 't':
            s->job.threads = (int)strtol(optarg, NULL, 10);
            break;
        case 'k':
            s->options.matcher = optarg;
            break;
        case 'w':
            s->options.window_days = (int)strtol(optarg, NULL, 10);
            break;
        case 's':
            s->sketches = optarg;
            break;
        default:
            optind = argc;
        }
    }
    if (optind < argc) return optind;
    fprintf(stderr, "usage: bench_stages [-m model] [-t threads] [-k kernel] [-w window] [-s prefix] FILE...\n");
    exit(2);
}

int main(int argc, char **argv)
{
    stages s = {.options = ss_link_options_default(), .report = json_object()};
    int first = parse(&s, argc, argv);
    s.job.progress = note_stage;
    s.job.user = &s;
    double start = bench_seconds();
    bench_check(ss_model_open(&s.model, s.model_path));
    tell(&s, "model", bench_seconds() - start, 1, 1, "file");
    read_articles(&s, argv + first, argc - first);
    fold_and_count(&s);
    sketch(&s);
    json_object_set_new(s.report, "articles", json_integer((json_int_t)s.article_count));
    json_object_set_new(s.report, "text_bytes", json_integer((json_int_t)s.text_bytes));
    json_object_set_new(s.report, "dimension", json_integer(ss_model_dimension(s.model)));
    if (s.sketches == NULL) link_and_store(&s);
    ss_articles_clear(&s.articles);
    ss_model_free(s.model);
    json_dumpf(s.report, stdout, JSON_COMPACT | JSON_REAL_PRECISION(9));
    putchar('\n');
    json_decref(s.report);
    return 0;
}
