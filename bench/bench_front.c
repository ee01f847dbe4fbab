/* bench_front: how fast each step from bytes of JSON lines to sketches is, alone, on one thread.
 *
 *     bench_front [-m model] [-r rounds] [FILE]
 *
 * FILE holds JSON lines, plain or compressed; without one, 20,000 made-up articles are used, half of them in Chinese.
 * Prints for each step the best of `rounds` (5), in MB/s of JSON and in nanoseconds an article. "touch rows" is the floor
 * under "sum": one load from each cache line of the same rows, in the same order, and no arithmetic. Pin it, since the
 * steps share caches: taskset -c 0 bench_front FILE */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "buffer.h"
#include "channels.h"
#include "encoding.h"
#include "gather.h"
#include "json_line.h"
#include "reader.h"
#include "sketch.h"
#include "stream.h"

#define CHUNK ((size_t)1 << 18)

typedef struct front {
    const char *path; /* NULL: made up */
    ss_model *model;
    ss_field_names names;
    ss_buffer json;
    ss_articles articles;
    ss_channel_counter *counter;
    ss_sketcher *sketcher;
    ss_folded *folded;
    size_t folded_capacity;
    /* Rows of the whole articles, and how many each has. */
    uint32_t *row, *weight;
    size_t row_capacity, weight_capacity, rows;
    size_t *rows_of;
    int32_t *sum;
    uint64_t kept; /* so that no work is left out */
} front;

/* ------------------------------------------------------------------ input */

static void read_file(front *f)
{
    f->json.length = 0;
    ss_stream *stream;
    bench_check(ss_stream_open(&stream, f->path, NULL));
    for (size_t got = 1; got > 0;) {
        bench_check(ss_buffer_reserve(&f->json, CHUNK));
        bench_check(ss_stream_read(stream, f->json.data + f->json.length, CHUNK, &got));
        f->json.length += got;
    }
    ss_stream_free(stream);
}

/* Words and sentences by chance out of a few: n-grams come again as often as in news, though they say nothing. */
static void make_up(front *f)
{
    static const char *const zh[] = {"经济", "政府", "表示", "北京", "公司", "人民", "增长",   "地震",
                                     "市场", "总统", "的",   "在",   "，",   "。",   "2021年", "3.5%"};
    static const char *const en[] = {"government ", "said ", "economy ",  "Beijing ",   "company ",   "people ",
                                     "growth ",     "the ",  "of ",       "market ",    "president ", "in ",
                                     "earthquake ", "3.5% ", "Tuesday, ", "officials. "};
    for (size_t i = 0; i < 20000; i++) {
        char text[4096];
        size_t length = 0;
        uint64_t random = ss_hash_mix(i + 1);
        for (size_t word = 0; word < 40 + random % 300; word++) {
            uint64_t draw = ss_hash_mix(random + word);
            const char *next = (i % 2 == 0 ? zh : en)[(draw % 16) * (draw >> 8 & 15) / 15];
            length += (size_t)snprintf(text + length, sizeof text - length, "%s", next);
        }
        char line[4400];
        int size =
            snprintf(line, sizeof line, "{\"id\":\"%zu\",\"lang\":\"%s\",\"date\":\"2021-11-23\",\"text\":\"%s\"}\n", i,
                     i % 2 == 0 ? "zh" : "en", text);
        bench_check(ss_buffer_append(&f->json, line, (size_t)size));
    }
}

/* Calls take() for each line, ended by a NUL. */
static void each_line(front *f, void (*take)(front *f, char *line, size_t length))
{
    char *end = f->json.data + f->json.length;
    for (char *line = f->json.data, *newline;
         line < end && (newline = memchr(line, '\n', (size_t)(end - line))) != NULL; line = newline + 1) {
        *newline = '\0';
        take(f, line, (size_t)(newline - line));
        *newline = '\n';
    }
}

/* ------------------------------------------------------------------ steps */

static void check_utf8(front *f)
{
    f->kept += ss_utf8_sound(f->json.data, f->json.length);
}

static void scan_line(front *f, char *line, size_t length)
{
    ss_json_fields fields;
    f->kept += ss_json_scan(&fields, &f->names, line, length);
}

static void scan(front *f)
{
    each_line(f, scan_line);
}

static void parse_line(front *f, char *line, size_t length)
{
    ss_article article = {0};
    bool given[SS_FIELD_COUNT];
    bench_check(ss_copy_text(&article.origin, "bench", 5));
    bench_check(ss_parse_json(&article, &f->names, NULL, line, length, NULL, given));
    f->kept += (uint64_t)article.lang;
    ss_article_clear(&article);
}

static void parse(front *f)
{
    each_line(f, parse_line);
}

static void fold(front *f)
{
    for (size_t i = 0; i < f->articles.count; i++) {
        const ss_article *article = &f->articles.item[i];
        size_t count = 0, length = ss_whole_length(article->text, strlen(article->text));
        bench_check(ss_fold_text(f->model->fold, article->title, strlen(article->title), &f->folded, NULL, &count,
                                 &f->folded_capacity));
        bench_check(ss_fold_text(f->model->fold, article->text, length, &f->folded, NULL, &count, &f->folded_capacity));
        f->kept += count;
    }
}

static void count_features(front *f)
{
    f->rows = 0;
    for (size_t i = 0; i < f->articles.count; i++) {
        const ss_channel_feature *feature;
        size_t in_channel[SS_CHANNELS];
        bench_check(ss_channel_counter_run(f->counter, &f->articles.item[i], &feature, in_channel));
        size_t count = in_channel[SS_CHANNEL_WHOLE];
        bench_check(ss_grow((void **)&f->row, &f->row_capacity, f->rows + count, sizeof *f->row));
        bench_check(ss_grow((void **)&f->weight, &f->weight_capacity, f->rows + count, sizeof *f->weight));
        for (size_t k = 0; k < count; k++) {
            f->row[f->rows + k] = feature[k].row;
            f->weight[f->rows + k] = feature[k].count[SS_CHANNEL_WHOLE] * 20000;
        }
        f->rows_of[i] = count;
        f->rows += count;
    }
}

/* Asks for the rows of an article as counting does, which is what hides the memory's latency. */
static void prefetch(const front *f, size_t first, size_t count)
{
    for (size_t k = first; k < first + count; k++)
        ss_gather_prefetch(f->model, f->row[k]);
}

static void touch_rows(front *f)
{
    size_t dimension = (size_t)f->model->dimension, first = 0;
    for (size_t i = 0; i < f->articles.count; first += f->rows_of[i++]) {
        prefetch(f, first, f->rows_of[i]);
        for (size_t k = first; k < first + f->rows_of[i]; k++)
            for (size_t at = 0; at < dimension; at += SS_STRIP)
                f->kept += (uint64_t)f->model->row[f->row[k] * dimension + at];
    }
}

static void sum_rows(front *f)
{
    size_t first = 0;
    for (size_t i = 0; i < f->articles.count; first += f->rows_of[i++]) {
        prefetch(f, first, f->rows_of[i]);
        ss_gather_rows(f->sum, f->model, f->row + first, f->weight + first, f->rows_of[i]);
        f->kept += (uint64_t)f->sum[0];
    }
}

static void quantise(front *f)
{
    int8_t vector[4096];
    for (size_t i = 0; i < f->articles.count; i++)
        f->kept += ss_gather_quantise(vector, f->sum, f->model->dimension);
}

static void sketch(front *f)
{
    static int8_t one[SS_CHANNELS][4096];
    int8_t *const vector[SS_CHANNELS] = {one[0], one[1], one[2]};
    for (size_t i = 0; i < f->articles.count; i++) {
        uint32_t norm[SS_CHANNELS], ngrams;
        bench_check(ss_sketch_channels(f->sketcher, &f->articles.item[i], vector, norm, &ngrams));
        f->kept += norm[0];
    }
}

/* What the reader does with one thread: all of the steps up to articles, and ids. */
static void read_articles(front *f)
{
    ss_reader *reader;
    ss_job job = {.threads = 1};
    ss_articles_clear(&f->articles);
    bench_check(ss_reader_open_memory(&reader, "bench.jsonl", f->json.data, f->json.length, NULL, &job));
    for (bool more = true; more;) {
        ss_article article;
        bench_check(ss_reader_next(reader, &article, &more));
        if (more) bench_check(ss_articles_push(&f->articles, &article));
    }
    ss_reader_free(reader);
}

static double best_of(front *f, int rounds, void (*step)(front *f))
{
    double best = 1e9;
    for (int i = 0; i < rounds; i++) {
        double start = bench_seconds();
        step(f);
        double seconds = bench_seconds() - start;
        if (seconds < best) best = seconds;
    }
    return best;
}

static double tell(front *f, int rounds, const char *name, void (*step)(front *f))
{
    double seconds = best_of(f, rounds, step);
    printf("%-22s %9.0f MB/s %9.0f ns\n", name, 1e-6 * (double)f->json.length / seconds,
           1e9 * seconds / (double)f->articles.count);
    return seconds;
}

static void prepare(front *f, const char *model)
{
    bench_check(ss_model_open(&f->model, model));
    bench_check(ss_field_names_set(&f->names, NULL, 0, false));
    bench_check(ss_channel_counter_new(&f->counter, f->model));
    bench_check(ss_sketcher_new(&f->sketcher, f->model));
    f->sum = bench_allocate((size_t)f->model->dimension * sizeof *f->sum);
    if (f->path != NULL)
        read_file(f);
    else
        make_up(f);
    read_articles(f);
    f->rows_of = bench_allocate(f->articles.count * sizeof *f->rows_of);
}

static void run(front *f, int rounds)
{
    uint64_t text = 0;
    for (size_t i = 0; i < f->articles.count; i++)
        text += strlen(f->articles.item[i].title) +
                ss_whole_length(f->articles.item[i].text, strlen(f->articles.item[i].text));
    printf("%zu articles, %.1f MB of JSON, %.1f MB of text looked at\n", f->articles.count,
           1e-6 * (double)f->json.length, 1e-6 * (double)text);
    if (f->path != NULL) tell(f, rounds, "read, decompress", read_file);
    tell(f, rounds, "check UTF-8", check_utf8);
    tell(f, rounds, "scan JSON", scan);
    tell(f, rounds, "parse", parse);
    double reading = tell(f, rounds, "JSON -> articles", read_articles);
    tell(f, rounds, "fold", fold);
    tell(f, rounds, "fold, hash, count", count_features);
    printf("%.0f rows an article\n", (double)f->rows / (double)f->articles.count);
    tell(f, rounds, "touch rows", touch_rows);
    tell(f, rounds, "sum, one channel", sum_rows);
    tell(f, rounds, "quantise, one channel", quantise);
    double sketching = tell(f, rounds, "articles -> sketches", sketch);
    printf("%-22s %9.1f MB/s of JSON, %.1f MB/s of text looked at\n", "JSON -> sketches",
           1e-6 * (double)f->json.length / (reading + sketching), 1e-6 * (double)text / (reading + sketching));
}

int main(int argc, char **argv)
{
    front f = {0};
    const char *model = NULL;
    int rounds = 5, option;
    while ((option = getopt(argc, argv, "m:r:")) != -1) {
        if (option == 'm') model = optarg;
        if (option == 'r') rounds = atoi(optarg);
        if (option == '?') return 2;
    }
    if (optind < argc) f.path = argv[optind];
    prepare(&f, model);
    run(&f, rounds > 0 ? rounds : 1);
    ss_channel_counter_free(f.counter);
    ss_sketcher_free(f.sketcher);
    ss_articles_clear(&f.articles);
    ss_buffer_free(&f.json);
    ss_model_free(f.model);
    free(f.folded);
    free(f.row);
    free(f.weight);
    free(f.rows_of);
    free(f.sum);
    return f.kept == 0;
}
