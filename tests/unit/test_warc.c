/* Web archives: which records become articles and with what, and damage that loses itself alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "readings.h"
#include "sanitizers.h"
#include "warc.h"
#include "web_archives.h"

static const char long_text[] = "The river rose by two metres on Tuesday, and the council told the people to leave.";

static blob warcinfo(void)
{
    return record_of("warcinfo", "Content-Type: application/warc-fields\r\n", blob_of("software: test\r\n"));
}

static reading *read_blob(const char *path, blob content)
{
    write_blob(path, content);
    return read_paths(path, NULL);
}

static void test_responses(void **state)
{
    (void)state;
    blob all = joined(warcinfo(),
                      record_of("request", "Content-Type: application/http\r\n", blob_of("GET / HTTP/1.1\r\n\r\n")));
    all = joined(all, page_record(1, river_page));
    all = joined(all, record_of("metadata", "", blob_of("fetchTimeMs: 5\r\n")));
    all = joined(all, record_of("revisit", "", blob_of("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")));
    all = joined(all,
                 page_record(2, "<html><head><link rel=canonical href=\"https://example.org/own\"></head><body><h1>Tea"
                                "</h1><p>Tea is dear this spring.</p></body></html>"));
    reading *run = read_blob("a.warc", all);
    assert_int_equal(run->articles.count, 2);
    const ss_article *first = &run->articles.item[0], *second = &run->articles.item[1];
    assert_string_equal(first->id, "urn:uuid:1");
    assert_string_equal(first->url, "https://example.org/1");
    assert_string_equal(first->origin, "a.warc#3");
    assert_string_equal(first->title, "Floods in Hubei");
    assert_non_null(strstr(first->text, "two metres"));
    assert_int_equal(first->lang, SS_LANG_EN);
    assert_int_equal(first->published.precision, SS_DATE_NONE);
    assert_string_equal(second->url, "https://example.org/own");
    assert_string_equal(second->origin, "a.warc#6");
    assert_int_equal(run->counts.files, 1);
    assert_int_equal(run->counts.skipped, 0);
    assert_string_equal(run->met.text, "");
    end_run(run);
}

static void test_what_is_no_page_is_counted(void **state)
{
    (void)state;
    const char *http = "Content-Type: application/http; msgtype=response\r\n";
    blob all =
        record_of("response", http, response_of("404 Not Found", "Content-Type: text/html\r\n", blob_of(river_page)));
    all = joined(all, record_of("response", http, response_of("301 Moved", "Location: /x\r\n", blob_of(""))));
    all = joined(all,
                 record_of("response", http, response_of("200 OK", "Content-Type: image/png\r\n", blob_of("\x89PNG"))));
    all = joined(all, record_of("response", http, response_of("200 OK", "Content-Type: text/htmlx\r\n", blob_of("x"))));
    all = joined(all, record_of("response", http, blob_of("not HTTP at all")));
    all = joined(
        all, record_of("response", "Content-Type: text/dns\r\n", blob_of("20211124060000\nexample.org. A 1.2.3.4\n")));
    all = joined(all, record_of("resource", "Content-Type: image/png\r\n", blob_of("\x89PNG")));
    all = joined(all, record_of("resource", "", blob_of("")));
    reading *run = read_blob("a.warc", all);
    assert_int_equal(run->articles.count, 0);
    assert_int_equal(run->counts.skipped, 0);
    assert_int_equal(run->met.count, 1);
    assert_warned(run, "other answers that are no pages: 8 passed over");
    end_run(run);
}

static void test_conversions_and_resources(void **state)
{
    (void)state;
    blob all = record_of("conversion",
                         "WARC-Target-URI: https://example.org/2021/11/23/tea\r\nContent-Type: text/plain\r\n"
                         "WARC-Record-ID: <urn:uuid:wet>\r\n",
                         blob_of("茶价创下新高\n\n春茶价格今年创下新高，产区的茶农说，雨水太少。\n"));
    all = joined(all, record_of("resource", "WARC-Target-URI: <https://example.org/r>\r\nContent-Type: text/html\r\n",
                                blob_of(river_page)));
    reading *run = read_blob("a.warc.wet", all);
    assert_int_equal(run->articles.count, 2);
    assert_string_equal(run->articles.item[0].title, "茶价创下新高");
    assert_int_equal(run->articles.item[0].lang, SS_LANG_ZH);
    assert_int_equal(run->articles.item[0].published.seconds, 1637625600);
    assert_string_equal(run->articles.item[0].id, "urn:uuid:wet");
    assert_string_equal(run->articles.item[1].url, "https://example.org/r");
    assert_string_equal(run->articles.item[1].id, "a.warc.wet#2");
    end_run(run);
}

/* Ids and addresses are stored as text, whatever bytes a crawler put there. */
static void test_fields_of_no_text(void **state)
{
    (void)state;
    const char *fields = "WARC-Target-URI: https://example.org/\xff\xfe\r\nWARC-Record-ID: <urn:\xe8\x8c>\r\n";
    reading *run = read_blob("a.warc", record_of("response", fields, html_response(river_page)));
    assert_int_equal(run->articles.count, 1);
    assert_string_equal(run->articles.item[0].url, "https://example.org/\xef\xbf\xbd");
    assert_string_equal(run->articles.item[0].id, "urn:\xef\xbf\xbd");
    end_run(run);
}

/* The page was fetched on 2021-11-24: that dates nothing, but a later date is not the page's own. */
static void test_dates(void **state)
{
    (void)state;
    static const char *const pages[] = {
        "<html><head><meta property=\"article:published_time\" "
        "content=\"2021-11-23T10:00:00Z\"></head><body><h1>Tea</h1>"
        "<p>Tea is dear.</p></body></html>",
        "<html><head><meta property=\"article:published_time\" "
        "content=\"2022-05-01T10:00:00Z\"></head><body><h1>Tea</h1>"
        "<p>Tea is dear.</p></body></html>",
        "<html><body><h1>Tea</h1><p>Tea is dear.</p></body></html>",
    };
    blob all = blob_of("");
    for (int i = 0; i < 3; i++)
        all = joined(all, page_record(i, pages[i]));
    reading *run = read_blob("a.warc", all);
    assert_int_equal(run->articles.count, 3);
    assert_int_equal(run->articles.item[0].published.seconds, 1637661600);
    assert_int_equal(run->articles.item[1].published.precision, SS_DATE_NONE);
    assert_int_equal(run->articles.item[2].published.precision, SS_DATE_NONE);
    end_run(run);
}

/* Header, then meta, then detection; each says what the others do not. */
static void test_charsets(void **state)
{
    (void)state;
    static const struct {
        const char *header, *meta, *encoding;
    } cases[] = {
        {"; charset=gb2312", "utf-8", "gb18030"},
        {"", "big5", "Big5-HKSCS"},
        {"", "", "gb18030"},
        {"; charset=iso-8859-1", "", "gb18030"},
        {"; charset=no-such", "gbk", "gb18030"},
        {"", "", "UTF-8"},
        {"", "", "UTF-16LE"},
    };
    const char *simplified = "春茶价格今年创下新高，产区的茶农说，雨水太少。记者在现场看到，茶园里的人比往年少。";
    const char *traditional = "春茶價格今年創下新高，產區的茶農說，雨水太少。記者在現場看到，茶園裡的人比往年少。";
    const char *body[sizeof cases / sizeof *cases];
    blob all = blob_of("");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char page[2048], fields[256];
        body[i] = strcmp(cases[i].encoding, "Big5-HKSCS") == 0 ? traditional : simplified;
        snprintf(page, sizeof page,
                 "<html><head><meta charset=\"%s\"><title>茶</title></head><body><h1>茶</h1><p>%s</p>"
                 "</body></html>",
                 cases[i].meta, body[i]);
        snprintf(fields, sizeof fields, "Content-Type: text/html%s\r\n", cases[i].header);
        all = joined(all, record_of("response", "", response_of("200 OK", fields, encoded(page, cases[i].encoding))));
    }
    reading *run = read_blob("a.warc", all);
    assert_int_equal(run->articles.count, sizeof cases / sizeof *cases);
    for (size_t i = 0; i < run->articles.count; i++)
        if (strstr(run->articles.item[i].text, body[i]) == NULL)
            fail_msg("case %zu: %s", i, run->articles.item[i].text);
    end_run(run);
}

static void test_compressed_files(void **state)
{
    (void)state;
    blob gzip = blob_of(""), zstd = blob_of("");
    for (int i = 0; i < 20; i++) {
        blob record = page_record(i, river_page);
        gzip = joined(gzip, gzip_of(record.bytes, record.length));
        zstd = joined(zstd, zstd_of(record.bytes, record.length));
        free(record.bytes);
    }
    write_blob("a.warc.gz", gzip);
    reading *run = read_blob("b.warc.zst", zstd);
    assert_int_equal(run->articles.count, 20);
    end_run(run);
    run = read_paths("a.warc.gz", NULL);
    assert_int_equal(run->articles.count, 20);
    assert_string_equal(run->articles.item[19].origin, "a.warc.gz#20");
    end_run(run);
}

/* The first frame is the dictionary of all others. */
static void test_zstd_dictionary(void **state)
{
    (void)state;
    blob dictionary = page_record(1, river_page), packed = zstd_of(dictionary.bytes, dictionary.length);
    for (int i = 0; i < 3; i++) {
        blob form = i == 0 ? bytes_of(dictionary.bytes, dictionary.length) : bytes_of(packed.bytes, packed.length);
        if (i == 2) memset(form.bytes + 6, 0xff, 20);
        char head[] = "\x5d\x2a\x4d\x18\0\0\0";
        head[4] = (char)(form.length & 0xff);
        head[5] = (char)(form.length >> 8);
        blob all = joined(bytes_of(head, 8), form);
        for (int k = 0; k < 5; k++) {
            blob record = page_record(k, river_page);
            char frame[4096];
            ZSTD_CCtx *zstd = ZSTD_createCCtx();
            size_t length = ZSTD_compress_usingDict(zstd, frame, sizeof frame, record.bytes, record.length,
                                                    dictionary.bytes, dictionary.length, 3);
            assert_false(ZSTD_isError(length));
            assert_true(length < record.length / 4);
            ZSTD_freeCCtx(zstd);
            all = joined(all, bytes_of(frame, length));
            free(record.bytes);
        }
        reading *run = read_blob("a.warc.zst", all);
        assert_int_equal(run->articles.count, i < 2 ? 5 : 0);
        if (i == 2) assert_warned(run, "a.warc.zst: the zstd dictionary that it begins with is damaged");
        end_run(run);
    }
    free(dictionary.bytes);
    free(packed.bytes);
}

static void test_damaged_bodies_are_told(void **state)
{
    (void)state;
    char page[512];
    snprintf(page, sizeof page, "5\r\n<html\r\n60\r\n><body><h1>Tea</h1><p>%s", long_text);
    blob all =
        record_of("response", "",
                  response_of("200 OK", "Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n", blob_of(page)));
    all = joined(all, record_of("response", "",
                                response_of("200 OK", "Content-Type: text/html\r\nContent-Encoding: rot13\r\n",
                                            blob_of(river_page))));
    reading *run = read_blob("a.warc", all);
    assert_int_equal(run->articles.count, 1);
    assert_warned(run, "a.warc#1: its body is damaged; what stands before that is kept");
    assert_warned(run, "a.warc#2: its content encoding \"rot13\" is not known; skipped");
    assert_int_equal(run->counts.skipped, 1);
    end_run(run);
}

/* ---- damage */

/* A damaged record between two sound ones: those stay. */
static reading *read_around(blob damaged)
{
    blob all = joined(joined(page_record(1, river_page), damaged), page_record(3, river_page));
    reading *run = read_blob("a.warc", all);
    assert_int_equal(run->status, SS_OK);
    assert_int_equal(run->articles.count, 2);
    assert_string_equal(run->articles.item[0].id, "urn:uuid:1");
    assert_string_equal(run->articles.item[1].id, "urn:uuid:3");
    return run;
}

static blob record_with_length(const char *length)
{
    char header[256];
    snprintf(header, sizeof header, "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: %s\r\n\r\n", length);
    return joined(joined(blob_of(header), html_response(river_page)), blob_of("\r\n\r\n"));
}

static void test_wrong_lengths(void **state)
{
    (void)state;
    static const struct {
        const char *length, *message;
    } cases[] = {
        {"10", "no other record follows where its Content-Length says so"},
        {"900", "no other record follows where its Content-Length says so"},
        {"100000", "it ends before its Content-Length says so"},
        {"60000000", "it ends before its Content-Length says so"},
        {"-5", "its Content-Length \"-5\" is none"},
        {"", "its Content-Length \"\" is none"},
        {"12 apples", "its Content-Length \"12 apples\" is none"},
        {"99999999999999999999999999", "its Content-Length \"99999999999999999999999999\" is none"},
        {"9223372036854775807", "its Content-Length \"9223372036854775807\" is none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        reading *run = read_around(record_with_length(cases[i].length));
        assert_warned(run, "a.warc#2: ");
        assert_warned(run, cases[i].message);
        assert_int_equal(run->counts.skipped, 1);
        end_run(run);
    }
    end_run(read_around(record_of("response", "", blob_of(""))));
    end_run(read_around(blob_of("\r\n\n\r\n\r\n")));
}

static void test_broken_headers(void **state)
{
    (void)state;
    static const char *const damaged[] = {
        "<html>something else</html>\r\n\r\n",   "WARC/1.0\r\n",
        "WARC/1.0\r\nWARC-Type: response\r\n",   "WARC/1.0\r\n\r\n",
        "WARC/1.0\r\nContent-Length: 5\r\n\r\n", "\x01\x02\x03\xff",
        "WARC-Type: response\r\n\r\nx",
    };
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        reading *run = read_around(joined(blob_of(damaged[i]), blob_of("\r\n")));
        assert_true(run->counts.skipped >= 1);
        end_run(run);
    }
    /* Longer than any header and than what is read at a time, with and without lines. */
    for (int lines = 0; lines < 2; lines++) {
        blob header = {malloc(10 << 20), 10 << 20};
        assert_non_null(header.bytes);
        for (size_t i = 0; i < header.length; i++)
            header.bytes[i] = lines && i % 50 == 49 ? '\n' : 'x';
        reading *run = read_around(joined(joined(blob_of("WARC/1.0\r\nX: "), header), blob_of("\r\n\r\n")));
        assert_warned(run, "a.warc#2: its header does not end");
        assert_int_equal(run->counts.skipped, 1);
        end_run(run);
    }
}

/* Millions of beginnings of records: each is passed over in the time that its own bytes take. */
static void test_many_beginnings(void **state)
{
    (void)state;
    static const char *const beginnings[] = {
        "WARC/1.0\n",
        "WARC/1.0\nContent-Length: 60000000\n\n",
        "WARC/1.0\nContent-Length: 9000000000\n\n",
        "WARC/1.0\nContent-Length: x\n\n",
        "WARC/1.0\nA: b\n\n",
    };
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
        size_t length = strlen(beginnings[i]), count = SS_IF_SANITIZED(3000, 300000);
        blob many = {malloc(length * count), length * count};
        assert_non_null(many.bytes);
        for (size_t k = 0; k < count; k++)
            memcpy(many.bytes + k * length, beginnings[i], length);
        end_run(read_around(joined(many, blob_of("\r\n"))));
    }
}

/* Cut anywhere, a file gives its whole records, and says that it is cut unless that is between two. */
static void test_cut_files(void **state)
{
    (void)state;
    blob first = page_record(1, river_page), second = page_record(2, river_page);
    size_t at_first = first.length;
    blob all = joined(first, second);
    for (size_t cut = 8; cut < all.length; cut += 13) {
        write_bytes("a.warc", all.bytes, cut);
        reading *run = read_paths("a.warc", NULL);
        assert_int_equal(run->status, SS_OK);
        assert_int_equal(run->articles.count, (cut >= at_first - 4) + (cut >= all.length - 4));
        bool between = (cut >= at_first - 4 && cut <= at_first) || cut >= all.length - 4;
        assert_int_equal(run->counts.skipped, !between);
        end_run(run);
    }
    free(all.bytes);
}

static void test_cut_gzip(void **state)
{
    (void)state;
    blob all = blob_of("");
    size_t last = 0;
    for (int i = 0; i < 5; i++) {
        blob record = page_record(i, river_page);
        last = all.length;
        all = joined(all, gzip_of(record.bytes, record.length));
        free(record.bytes);
    }
    all.length = last + 100;
    reading *run = read_blob("a.warc.gz", all);
    assert_int_equal(run->articles.count, 4);
    assert_warned(run, "a.warc.gz: the gzip data is damaged: it ends too early");
    end_run(run);
}

/* Of records compressed one by one those around a damaged one stay; it may take the next one with it, whose beginning then
 * passes for its own. */
static void test_damage_in_one_of_many(void **state)
{
    (void)state;
    for (int zstd = 0; zstd < 2; zstd++) {
        blob all = blob_of("");
        size_t end[5];
        for (int i = 0; i < 5; i++) {
            blob record = page_record(i, river_page);
            all = joined(all, (zstd ? zstd_of : gzip_of)(record.bytes, record.length));
            end[i] = all.length;
            free(record.bytes);
        }
        size_t told = 0;
        for (size_t at = end[1]; at < end[2]; at++) {
            all.bytes[at] ^= 0x10;
            reading *run = read_blob("a.warc.z", bytes_of(all.bytes, all.length));
            const ss_articles *read = &run->articles;
            assert_in_range(read->count, 3, 5);
            assert_string_equal(read->item[1].id, "urn:uuid:1");
            assert_string_equal(read->item[read->count - 1].id, "urn:uuid:4");
            /* These frames have no checksum: what a record is may be changed without damage. */
            assert_true(zstd || read->count == 5 || run->counts.skipped > 0);
            told += strstr(run->met.text, "bytes of the file are passed over") != NULL;
            end_run(run);
            all.bytes[at] ^= 0x10;
        }
        assert_true(told > (zstd ? 0 : (end[2] - end[1]) / 2));
        free(all.bytes);
    }
}

/* A record of 70 MB goes by without being held; a page of that size is told. */
static void test_long_records(void **state)
{
    (void)state;
    for (int page = 0; page < 2; page++) {
        blob body = {malloc((size_t)70 << 20), (size_t)70 << 20};
        assert_non_null(body.bytes);
        memset(body.bytes, 'x', body.length);
        const char *type = page ? "Content-Type: text/html\r\n" : "Content-Type: video/mp4\r\n";
        reading *run = read_around(record_of("response", "", response_of("200 OK", type, body)));
        assert_int_equal(run->counts.skipped, page);
        assert_warned(run, page ? "a.warc#2: longer than 64 MiB" : "other answers that are no pages: 1 passed over");
        end_run(run);
    }
}

/* Too long to be held, and wrong: what follows is not lost, wherever it begins in what is read at a time. */
static void test_long_wrong_lengths(void **state)
{
    (void)state;
    for (size_t more = 0; more < 100; more++) {
        size_t length = ((size_t)65 << 10) - 1000 + 7 * more;
        blob body = {malloc(length), length};
        assert_non_null(body.bytes);
        memset(body.bytes, 'x', length);
        const char *header = "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 9000000000\r\n\r\n";
        blob response = response_of("200 OK", "Content-Type: video/mp4\r\n", body);
        reading *run = read_around(joined(joined(blob_of(header), response), blob_of("\r\n\r\n")));
        assert_warned(run, "a.warc#2: another record begins before its Content-Length says so");
        assert_int_equal(run->counts.skipped, 1);
        end_run(run);
    }
}

static void test_strict(void **state)
{
    (void)state;
    write_blob("a.warc", joined(record_with_length("10"), page_record(1, river_page)));
    const char *paths[] = {"a.warc"};
    reading *run = read_paths_with(paths, 1, NULL, true);
    assert_int_equal(run->status, SS_ERROR_INPUT);
    end_run(run);
}

static void test_nothing(void **state)
{
    (void)state;
    ss_stream *stream;
    ss_warc *warc;
    ss_warc_record record;
    assert_int_equal(ss_stream_open_memory(&stream, "empty", "", 0), SS_OK);
    assert_int_equal(ss_warc_open(&warc, stream, "empty"), SS_OK);
    assert_int_equal(ss_warc_next(warc, &record), SS_OK);
    assert_null(record.bytes);
    assert_int_equal(ss_warc_next(warc, &record), SS_OK);
    ss_warc_free(warc);
    ss_warc_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        READER_TEST(test_responses),
        READER_TEST(test_what_is_no_page_is_counted),
        READER_TEST(test_conversions_and_resources),
        READER_TEST(test_fields_of_no_text),
        READER_TEST(test_dates),
        READER_TEST(test_charsets),
        READER_TEST(test_compressed_files),
        READER_TEST(test_zstd_dictionary),
        READER_TEST(test_damaged_bodies_are_told),
        READER_TEST(test_wrong_lengths),
        READER_TEST(test_broken_headers),
        READER_TEST(test_many_beginnings),
        READER_TEST(test_cut_files),
        READER_TEST(test_cut_gzip),
        READER_TEST(test_damage_in_one_of_many),
        READER_TEST(test_long_records),
        READER_TEST(test_long_wrong_lengths),
        READER_TEST(test_strict),
        cmocka_unit_test(test_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
