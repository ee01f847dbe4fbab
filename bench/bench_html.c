/* bench_html: how long it takes to make articles out of pages in memory, on one thread.
 *
 *     bench_html [-f] [-s seconds] FILE...
 *
 * From the bytes of each page, whose encoding has to be found, to the article. Prints one JSON object: pages, their bytes,
 * and processor seconds of one pass over them, the mean over as many passes as fill the time (1 s). With -f the floor:
 * libxml2 alone, with handlers that do nothing, over what it is given of them, in UTF-8 and without scripts and styles. */
#include <jansson.h>
#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "buffer.h"
#include "encoding.h"
#include "html_scripts.h"
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

/* Makes of the bytes of a page what the parser is given of it. */
static void prepare(ss_buffer *page)
{
    ss_encoding encoding;
    ss_decoder *decoder;
    ss_buffer text = {0};
    ss_html_scripts scripts = {0};
    bench_check(ss_encoding_detect(&encoding, page->data, page->length, true));
    bench_check(ss_decoder_new(&decoder, encoding.name));
    bench_check(ss_decoder_run(decoder, &text, page->data, page->length, true));
    bench_check(ss_html_scripts_cut(&scripts, text.data, text.length));
    ss_decoder_free(decoder);
    ss_buffer_free(page);
    *page = scripts.count > 0 ? scripts.html : text;
    if (scripts.count > 0) ss_buffer_free(&text);
    scripts.html = (ss_buffer){0};
    ss_html_scripts_clear(&scripts);
}

static void ignore_error(void *user, const char *message, ...)
{
    (void)user;
    (void)message;
}

static void parse_alone(const ss_buffer *page)
{
    htmlParserCtxtPtr parser = htmlCreateMemoryParserCtxt(page->data, (int)page->length);
    if (parser == NULL) bench_stop();
    *parser->sax = (htmlSAXHandler){0};
    htmlCtxtUseOptions(parser, HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
    xmlSwitchEncoding(parser, XML_CHAR_ENCODING_UTF8);
    htmlParseDocument(parser);
    htmlFreeParserCtxt(parser);
}

int main(int argc, char **argv)
{
    double seconds = 1;
    bool floor = false;
    for (int option; (option = getopt(argc, argv, "fs:")) != -1;) {
        if (option != 'f' && option != 's') return 2;
        if (option == 'f')
            floor = true;
        else
            seconds = atof(optarg);
    }
    xmlSetGenericErrorFunc(NULL, ignore_error);
    size_t pages = (size_t)(argc - optind), size = 0, passes = 0;
    ss_buffer *page = calloc(pages + 1, sizeof *page);
    if (page == NULL) bench_stop();
    for (size_t i = 0; i < pages; i++) {
        load(&page[i], argv[optind + (int)i]);
        size += page[i].length;
        if (floor) prepare(&page[i]);
    }
    double start = processor_seconds();
    do {
        for (size_t i = 0; i < pages; i++) {
            if (floor)
                parse_alone(&page[i]);
            else
                parse(argv[optind + (int)i], &page[i]);
        }
        passes++;
    } while (processor_seconds() - start < seconds);
    double spent = (processor_seconds() - start) / (double)passes;
    json_t *report =
        json_pack("{s:I, s:I, s:f}", "pages", (json_int_t)pages, "bytes", (json_int_t)size, "seconds", spent);
    if (report == NULL || json_dumpf(report, stdout, 0) != 0) bench_stop();
    json_decref(report);
    putchar('\n');
    for (size_t i = 0; i < pages; i++)
        ss_buffer_free(&page[i]);
    free(page);
    return 0;
}
