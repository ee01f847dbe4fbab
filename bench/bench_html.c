/* bench_html: how long it takes to make articles out of pages in memory, on one thread.
 *
 *     bench_html [-s seconds] FILE...
 *
 * From the bytes of each page, whose encoding has to be found, to the article. Prints one JSON object: pages, their bytes,
 * and processor seconds of one pass over them, the mean over as many passes as fill the time (1 s). */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "buffer.h"
#include "reader.h"
#include "stream.h"

#define CHUNK ((size_t)1 << 16)

static double processor_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void load(ss_buffer *bytes, const char *path)
{
    ss_stream *stream;
    bench_check(ss_stream_open(&stream, path, NULL));
    for (size_t got = 1; got > 0; bytes->length += got) {
        bench_check(ss_buffer_reserve(bytes, CHUNK));
        bench_check(ss_stream_read(stream, bytes->data + bytes->length, CHUNK, &got));
    }
    ss_stream_free(stream);
}

static void parse(const char *name, const ss_buffer *bytes)
{
    const ss_job job = {.threads = 1};
    ss_reader *reader;
    ss_article article = {0};
    bool more;
    bench_check(ss_reader_open_memory(&reader, name, bytes->data, bytes->length, NULL, &job));
    bench_check(ss_reader_next(reader, &article, &more));
    ss_article_clear(&article);
    ss_reader_free(reader);
}

int main(int argc, char **argv)
{
    double seconds = 1;
    for (int option; (option = getopt(argc, argv, "s:")) != -1;) {
        if (option != 's') return 2;
        seconds = atof(optarg);
    }
    size_t pages = (size_t)(argc - optind), size = 0, passes = 0;
    ss_buffer *page = calloc(pages + 1, sizeof *page);
    if (page == NULL) bench_stop();
    for (size_t i = 0; i < pages; i++) {
        load(&page[i], argv[optind + (int)i]);
        size += page[i].length;
    }
    double start = processor_seconds();
    do {
        for (size_t i = 0; i < pages; i++)
            parse(argv[optind + (int)i], &page[i]);
        passes++;
    } while (processor_seconds() - start < seconds);
    double spent = (processor_seconds() - start) / (double)passes;
    json_t *report = json_pack("{s:I, s:I, s:f}", "pages", (json_int_t)pages, "bytes", (json_int_t)size, "seconds", spent);
    if (report == NULL || json_dumpf(report, stdout, 0) != 0) bench_stop();
    json_decref(report);
    putchar('\n');
    for (size_t i = 0; i < pages; i++)
        ss_buffer_free(&page[i]);
    free(page);
    return 0;
}
