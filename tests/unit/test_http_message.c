/* HTTP responses: heads, chunks and compressed bodies, sound and broken in every way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <brotli/encode.h>

#include "http_message.h"
#include "status.h"
#include "web_archives.h"

static bool parse_head(ss_http_head *head, const char *text)
{
    return ss_http_head_parse(head, text, strlen(text));
}

static void assert_slice(ss_slice slice, const char *expected)
{
    assert_int_equal(slice.length, strlen(expected));
    assert_memory_equal(slice.text, expected, slice.length);
}

static void test_heads(void **state)
{
    (void)state;
    ss_http_head head;
    const char text[] =
        "HTTP/1.1 200 OK\r\ncontent-type :  text/html;charset=\"GBK\" \r\nX: y\r\nContent-Encoding: br\r\n"
        "Transfer-Encoding: chunked\r\n\r\nbody";
    assert_true(parse_head(&head, text));
    assert_int_equal(head.status, 200);
    assert_int_equal(head.length, sizeof text - 1 - 4);
    assert_slice(head.content_type, "text/html;charset=\"GBK\"");
    assert_slice(head.content_encoding, "br");
    assert_slice(head.transfer_encoding, "chunked");
    assert_slice(ss_http_charset(head.content_type), "GBK");
    assert_true(parse_head(&head, "HTTP/1.0 404\nServer: x\n\n"));
    assert_int_equal(head.status, 404);
    assert_slice(head.content_type, "");
    assert_true(parse_head(&head, "HTTP/2 301 \r\n\r\n"));
    assert_int_equal(head.status, 301);
}

static void test_no_heads(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "HTTP/1.1 200 OK",
                                      "HTTP/1.1 200 OK\r\nA: b\r\n",
                                      "HTTP/1.1 2x0 OK\r\n\r\n",
                                      "HTTP/1.1\r\n\r\n      ",
                                      "<html><body>\r\n\r\n",
                                      "HTTP/1.1 20\r\n\r\n",
                                      "HTTP/"};
    ss_http_head head;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(parse_head(&head, bad[i]));
    /* A header of 10 MB is none. */
    blob all = joined(blob_of("HTTP/1.1 200 OK\r\nX: "), (blob){calloc(10 << 20, 1), 10 << 20});
    memset(all.bytes + 20, 'a', 10 << 20);
    all = joined(all, blob_of("\r\n\r\nbody"));
    assert_false(ss_http_head_parse(&head, all.bytes, all.length));
    free(all.bytes);
}

static void test_charsets(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"text/html", ""},
        {"text/html; charset=", ""},
        {"text/html; Charset='big5'; x=y", "big5"},
        {"text/html;charset=gb2312,gbk", "gb2312"},
        {"text/html; charset= utf-8 ", "utf-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_slice(ss_http_charset((ss_slice){cases[i][0], strlen(cases[i][0])}), cases[i][1]);
}

/* Frees `body`. */
static ss_status decode_as(const char *transfer, const char *content, blob body, const char *expected, bool damaged)
{
    ss_http_head head = {.transfer_encoding = {transfer, strlen(transfer)},
                         .content_encoding = {content, strlen(content)}};
    ss_buffer out = {0};
    bool found;
    /* No byte more than there is, so that a sanitizer sees a read past the end. */
    char *exact = malloc(body.length > 0 ? body.length : 1);
    assert_non_null(exact);
    memcpy(exact, body.bytes, body.length);
    ss_status status = ss_http_body(&out, &head, exact, body.length, &found);
    if (status == SS_OK) {
        assert_int_equal(out.length, strlen(expected));
        if (out.length > 0) assert_memory_equal(out.data, expected, out.length);
        assert_int_equal(found, damaged);
    }
    free(exact);
    free(body.bytes);
    ss_buffer_free(&out);
    return status;
}

static void test_chunks(void **state)
{
    (void)state;
    static const struct {
        const char *body, *expected;
        bool damaged;
    } cases[] = {
        {"5\r\nThe r\r\n4\r\niver\r\n0\r\n\r\n", "The river", false},
        {"5\nThe r\n4\niver\n0\n\n", "The river", false},
        {"005;name=value\r\nThe r\r\nA ; x\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n", "The r0123456789", false},
        {"0\r\n\r\n", "", false},
        /* Stored without chunks, the field left as it was. */
        {"The river", "The river", false},
        {"", "", false},
        {"<p>5\r\n", "<p>5\r\n", false},
        {"2024 began\r\nwith rain", "2024 began\r\nwith rain", false},
        {"\x15\r\nThe river", "\x15\r\nThe river", false},
        /* Cut short. */
        {"5\r\nThe", "The", true},
        {"5\r\nThe r", "The r", true},
        {"5\r\nThe r\r\n", "The r", true},
        {"5\r\nThe r\r\n4", "The r", true},
        {"5\r\nThe r\r\n4\r\n", "The r", true},
        /* Sizes that are none, too small, too large, and larger than any number. */
        {"5\r\nThe r\r\nx\r\niver\r\n0\r\n\r\n", "The r", true},
        {"5\r\nThe r\r\n-4\r\niver\r\n0\r\n\r\n", "The r", true},
        {"5\r\nThe r\r\n3\r\niver\r\n0\r\n\r\n", "The rive", true},
        {"5\r\nThe r\r\n8\r\niver\r\n0\r\n\r\n", "The river\r\n0\r", true},
        {"5\r\nThe r\r\nffffffffffffff\r\niver", "The river", true},
        {"5\r\nThe r\r\nfffffffffffffffffffffffff\r\niver", "The r", true},
        {"ffffffffffffffff\r\nThe river", "ffffffffffffffff\r\nThe river", false},
        {"5\r\nThe r\r\n\r\n4\r\niver\r\n", "The r", true},
        {"5\r\nThe r\r\n4 no end of line", "The r", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(decode_as("chunked", "", blob_of(cases[i].body), cases[i].expected, cases[i].damaged), SS_OK);
}

static blob deflated(const char *text, int bits)
{
    z_stream zlib = {0};
    blob out = {malloc(4096), 0};
    assert_non_null(out.bytes);
    assert_int_equal(deflateInit2(&zlib, 6, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
    char *copy = strdup(text);
    zlib.next_in = (Bytef *)copy;
    zlib.avail_in = (uInt)strlen(text);
    zlib.next_out = (Bytef *)out.bytes;
    zlib.avail_out = 4096;
    assert_int_equal(deflate(&zlib, Z_FINISH), Z_STREAM_END);
    out.length = 4096 - zlib.avail_out;
    deflateEnd(&zlib);
    free(copy);
    return out;
}

static blob brotli_of(const char *bytes, size_t length)
{
    size_t size = BrotliEncoderMaxCompressedSize(length);
    blob out = {malloc(size), 0};
    assert_non_null(out.bytes);
    assert_true(
        BrotliEncoderCompress(5, 22, BROTLI_MODE_TEXT, length, (const uint8_t *)bytes, &size, (uint8_t *)out.bytes));
    out.length = size;
    return out;
}

static void test_codings(void **state)
{
    (void)state;
    const char *page = river_page;
    size_t length = sizeof river_page - 1;
    assert_int_equal(decode_as("", "gzip", gzip_of(page, length), page, false), SS_OK);
    assert_int_equal(decode_as("", "x-gzip", gzip_of(page, length), page, false), SS_OK);
    assert_int_equal(decode_as("", "zstd", zstd_of(page, length), page, false), SS_OK);
    assert_int_equal(decode_as("", "Deflate", deflated(page, MAX_WBITS), page, false), SS_OK);
    assert_int_equal(decode_as("", "deflate", deflated(page, -MAX_WBITS), page, false), SS_OK);
    assert_int_equal(decode_as("", "br", brotli_of(page, length), page, false), SS_OK);
    assert_int_equal(decode_as("identity", "identity", blob_of(page), page, false), SS_OK);
    blob once = gzip_of(page, length), twice = brotli_of(once.bytes, once.length);
    free(once.bytes);
    assert_int_equal(decode_as("", " gzip , br ,", twice, page, false), SS_OK);
    /* Stored decoded, the field left as it was. */
    static const char *const fields[] = {"gzip", "zstd", "deflate", "br", "gzip, gzip"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        assert_int_equal(decode_as("", fields[i], blob_of(page), page, false), SS_OK);
    const char *blank_first = "\n \n<p>The river rose by two metres.";
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        assert_int_equal(decode_as("", fields[i], blob_of(blank_first), blank_first, false), SS_OK);
    assert_int_equal(decode_as("", "pack200", blob_of(page), "", false), SS_ERROR_INPUT);
    assert_non_null(strstr(ss_last_error(), "its content encoding \"pack200\" is not known"));
}

static void test_chunks_of_compressed_bytes(void **state)
{
    (void)state;
    blob body = gzip_of(river_page, sizeof river_page - 1);
    char size[32];
    snprintf(size, sizeof size, "%zx\r\n", body.length);
    body = joined(joined(blob_of(size), body), blob_of("\r\n0\r\n\r\n"));
    assert_int_equal(decode_as("chunked", "gzip", body, river_page, false), SS_OK);
}

/* Cut anywhere, a body gives what can be read of it, and no more than there was. */
static void test_cut_bodies(void **state)
{
    (void)state;
    static const char *const fields[] = {"gzip", "deflate", "br", "zstd"};
    size_t length = sizeof river_page - 1;
    for (size_t i = 0; i < 4; i++) {
        blob whole = i == 0   ? gzip_of(river_page, length)
                     : i == 1 ? deflated(river_page, MAX_WBITS)
                     : i == 2 ? brotli_of(river_page, length)
                              : zstd_of(river_page, length);
        for (size_t cut = 0; cut < whole.length; cut++) {
            ss_http_head head = {.content_encoding = {fields[i], strlen(fields[i])}};
            ss_buffer out = {0};
            bool damaged;
            char *exact = bytes_of(whole.bytes, cut).bytes;
            assert_int_equal(ss_http_body(&out, &head, exact, cut, &damaged), SS_OK);
            assert_true(damaged ? out.length <= length : out.length == cut || out.length == length);
            free(exact);
            ss_buffer_free(&out);
        }
        free(whole.bytes);
    }
}

static void test_bombs(void **state)
{
    (void)state;
    size_t length = (size_t)80 << 20;
    char *zeros = calloc(length, 1);
    assert_non_null(zeros);
    assert_int_equal(decode_as("", "gzip", gzip_of(zeros, length), "", false), SS_ERROR_INPUT);
    assert_non_null(strstr(ss_last_error(), "which no page does"));
    assert_int_equal(decode_as("", "zstd", zstd_of(zeros, length), "", false), SS_ERROR_INPUT);
    assert_int_equal(decode_as("", "br", brotli_of(zeros, length), "", false), SS_ERROR_INPUT);
    /* Five layers: each is small, and no more than four are taken off. */
    blob layers = gzip_of(zeros, (size_t)1 << 20);
    for (int i = 0; i < 4; i++) {
        blob next = gzip_of(layers.bytes, layers.length);
        free(layers.bytes);
        layers = next;
    }
    ss_http_head head = {.content_encoding = {"gzip, gzip, gzip, gzip, gzip, gzip", 34}};
    ss_buffer out = {0};
    bool damaged;
    assert_int_equal(ss_http_body(&out, &head, layers.bytes, layers.length, &damaged), SS_OK);
    assert_true(out.length < 4096);
    ss_buffer_free(&out);
    free(layers.bytes);
    free(zeros);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_heads),      cmocka_unit_test(test_no_heads),
        cmocka_unit_test(test_charsets),   cmocka_unit_test(test_chunks),
        cmocka_unit_test(test_codings),    cmocka_unit_test(test_chunks_of_compressed_bytes),
        cmocka_unit_test(test_cut_bodies), cmocka_unit_test(test_bombs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
