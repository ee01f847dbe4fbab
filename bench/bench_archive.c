/* bench_archive: how fast web archives are read, step by step.
 *
 *     bench_archive stream|records|bodies|read FILE [THREADS]
 *
 * stream: decompressed and no more. records: cut into records. bodies: the HTTP bodies of pages too. read: articles, all
 * the way. Prints one JSON object. */
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "http_message.h"
#include "reader.h"
#include "reader_warc.h"
#include "stream.h"

#define CHUNK ((size_t)1 << 16)

typedef struct amounts {
    uint64_t bytes, records, pages;
} amounts;

static void decompress(amounts *done, const char *path)
{
    static char chunk[CHUNK];
    ss_stream *stream;
    bench_check(ss_stream_open(&stream, path, NULL));
    for (size_t got = 1; got > 0; done->bytes += got)
        bench_check(ss_stream_read(stream, chunk, sizeof chunk, &got));
    ss_stream_free(stream);
}

static void cut(amounts *done, const char *path, bool bodies)
{
    ss_stream *stream;
    ss_warc *warc;
    ss_buffer body = {0};
    bench_check(ss_stream_open(&stream, path, NULL));
    bench_check(ss_warc_open(&warc, stream, path));
    for (;;) {
        ss_warc_record record;
        bench_check(ss_warc_next(warc, &record));
        if (record.bytes == NULL) break;
        done->records++;
        if (ss_record_tell(&record) != SS_CAPTURE_PAGE) continue;
        done->pages++;
        const char *block = record.bytes + record.header.length;
        size_t length = record.length - record.header.length;
        ss_http_head head;
        bool damaged;
        if (bodies && ss_http_head_parse(&head, block, length))
            bench_check(ss_http_body(&body, &head, block + head.length, length - head.length, &damaged));
    }
    done->bytes = ss_warc_bytes(warc);
    ss_buffer_free(&body);
    ss_warc_free(warc);
}

static void read_articles(amounts *done, const char *path, int threads)
{
    const ss_job job = {.threads = threads};
    ss_reader *reader;
    bench_check(ss_reader_open(&reader, &path, 1, NULL, &job));
    for (bool more = true; more;) {
        ss_article article;
        bench_check(ss_reader_next(reader, &article, &more));
        ss_article_clear(&article);
    }
    done->bytes = ss_reader_get_counts(reader)->bytes;
    done->pages = ss_reader_get_counts(reader)->read;
    ss_reader_free(reader);
}

int main(int argc, char **argv)
{
    if (argc < 3 || argc > 4) {
        fputs("usage: bench_archive stream|records|bodies|read FILE [THREADS]\n", stderr);
        return 2;
    }
    amounts done = {0};
    double start = bench_seconds();
    if (strcmp(argv[1], "stream") == 0)
        decompress(&done, argv[2]);
    else if (strcmp(argv[1], "read") == 0)
        read_articles(&done, argv[2], argc > 3 ? atoi(argv[3]) : 1);
    else
        cut(&done, argv[2], strcmp(argv[1], "bodies") == 0);
    printf("{\"seconds\": %.6f, \"bytes\": %llu, \"records\": %llu, \"pages\": %llu}\n", bench_seconds() - start,
           (unsigned long long)done.bytes, (unsigned long long)done.records, (unsigned long long)done.pages);
    return 0;
}
