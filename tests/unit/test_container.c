/* Archives: what is in them is read as from a folder; links, devices, encryption, damage and bombs are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>

#include "readings.h"
#include "web_archives.h"

static const char one_line[] = "{\"id\": \"l1\", \"title\": \"Tea\", \"text\": \"Tea is dear this spring.\"}\n";
static const char note[] = "Tea is dear this spring\n\nThe rain came too late, and the leaves are small.\n";

#define MOST_MEMBERS 8

static blob pack_all(const char *format, const member *members, size_t count)
{
    return pack(format, "", members, count);
}

static reading *read_blob(const char *path, blob content)
{
    write_blob(path, content);
    return read_paths(path, NULL);
}

static blob all_formats(const char *format)
{
    blob warc = page_record(1, river_page);
    const member members[] = {
        {"news", {calloc(1, 1), 0}, AE_IFDIR, NULL},
        {"news/tea.txt", blob_of(note), 0, NULL},
        {"news/river.html", blob_of(river_page), 0, NULL},
        {"news/lines.jsonl.gz", gzip_of(one_line, sizeof one_line - 1), 0, NULL},
        {"news/.hidden", blob_of(note), 0, NULL},
        {"__MACOSX/news/._tea.txt", blob_of(note), 0, NULL},
        {"crawl.warc.gz", gzip_of(warc.bytes, warc.length), 0, NULL},
    };
    free(warc.bytes);
    return pack_all(format, members, sizeof members / sizeof *members);
}

static void check_all_formats(const reading *run, const char *path)
{
    static const char *const origins[] = {"news/tea.txt", "news/river.html", "news/lines.jsonl.gz:1",
                                          "crawl.warc.gz#1"};
    static const char *const titles[] = {"Tea is dear this spring", "Floods in Hubei", "Tea", "Floods in Hubei"};
    assert_int_equal(run->articles.count, 4);
    for (size_t i = 0; i < 4; i++) {
        char origin[256];
        snprintf(origin, sizeof origin, "%s:%s", path, origins[i]);
        assert_string_equal(run->articles.item[i].origin, origin);
        assert_string_equal(run->articles.item[i].title, titles[i]);
    }
    assert_int_equal(run->counts.files, 1);
    assert_int_equal(run->counts.skipped, 0);
    assert_string_equal(run->met.text, "");
}

static void test_all_formats(void **state)
{
    (void)state;
    static const char *const formats[] = {"ustar", "pax", "gnutar", "zip"};
    for (size_t i = 0; i < 4; i++) {
        reading *run = read_blob("a", all_formats(formats[i]));
        check_all_formats(run, "a");
        end_run(run);
    }
}

static void test_compressed_archives(void **state)
{
    (void)state;
    blob tar = all_formats("pax");
    write_blob("a.tar.gz", gzip_of(tar.bytes, tar.length));
    write_blob("a.tar.zst", zstd_of(tar.bytes, tar.length));
    write_bytes("a.tar", tar.bytes, tar.length);
    free(tar.bytes);
    assert_int_equal(system("xz -k a.tar && bzip2 -k a.tar"), 0);
    static const char *const paths[] = {"a.tar.gz", "a.tar.zst", "a.tar.xz", "a.tar.bz2"};
    for (size_t i = 0; i < 4; i++) {
        reading *run = read_paths(paths[i], NULL);
        check_all_formats(run, paths[i]);
        end_run(run);
    }
}

/* One file that xz has compressed is itself, and no archive. */
static void test_compressed_lines(void **state)
{
    (void)state;
    write_text("a.jsonl", one_line);
    assert_int_equal(system("xz a.jsonl"), 0);
    reading *run = read_paths("a.jsonl.xz", NULL);
    assert_int_equal(run->articles.count, 1);
    assert_string_equal(run->articles.item[0].origin, "a.jsonl.xz:1");
    end_run(run);
}

static void test_archives_in_archives(void **state)
{
    (void)state;
    static const char *const formats[] = {"ustar", "zip"};
    for (size_t i = 0; i < 4; i++) {
        const member inner[] = {{"inner", all_formats(formats[i % 2]), 0, NULL}, {"b.txt", blob_of(note), 0, NULL}};
        reading *run = read_blob("a", pack_all(formats[i / 2], inner, 2));
        assert_int_equal(run->articles.count, 5);
        assert_string_equal(run->articles.item[0].origin, "a:inner:news/tea.txt");
        assert_string_equal(run->articles.item[4].origin, "a:b.txt");
        assert_int_equal(run->counts.skipped, 0);
        end_run(run);
    }
    const member third[] = {{"third", all_formats("zip"), 0, NULL}, {"c.txt", blob_of(note), 0, NULL}};
    const member second[] = {{"second", pack_all("zip", third, 2), 0, NULL}, {"b.txt", blob_of(note), 0, NULL}};
    reading *run = read_blob("a", pack_all("zip", second, 2));
    assert_int_equal(run->articles.count, 2);
    assert_warned(run, "a:second:third: an archive in an archive in an archive; unpack one of them first; skipped");
    assert_int_equal(run->counts.skipped, 1);
    end_run(run);
}

/* Nothing of what their names say happens. */
static void test_names_and_links(void **state)
{
    (void)state;
    const member members[] = {
        {"../../escape.txt", blob_of(note), 0, NULL},
        {"/tmp/absolute.txt", blob_of(note), 0, NULL},
        {"link.txt", {calloc(1, 1), 0}, AE_IFLNK, "/etc/passwd"},
        {"hard.txt", {calloc(1, 1), 0}, AE_IFREG, "../../escape.txt"},
        {"device", {calloc(1, 1), 0}, AE_IFCHR, NULL},
        {"pipe", {calloc(1, 1), 0}, AE_IFIFO, NULL},
        {"b\xff\xfe.txt", blob_of(note), 0, NULL},
    };
    reading *run = read_blob("a.tar", pack_all("ustar", members, 7));
    assert_int_equal(run->articles.count, 3);
    assert_string_equal(run->articles.item[0].origin, "a.tar:../../escape.txt");
    assert_string_equal(run->articles.item[1].origin, "a.tar:/tmp/absolute.txt");
    assert_string_equal(run->articles.item[2].origin, "a.tar:b\xef\xbf\xbd.txt");
    assert_warned(run, "a.tar:link.txt: a link, which is not followed");
    assert_warned(run, "a.tar:hard.txt: a link, which is not followed");
    assert_warned(run, "a.tar:device: no plain file");
    assert_warned(run, "a.tar:pipe: no plain file");
    assert_int_equal(run->counts.skipped, 4);
    assert_int_not_equal(access("../../escape.txt", F_OK), 0);
    end_run(run);
}

static void test_links_in_zip(void **state)
{
    (void)state;
    const member members[] = {{"link.txt", {calloc(1, 1), 0}, AE_IFLNK, "/etc/passwd"},
                              {"b.txt", blob_of(note), 0, NULL}};
    reading *run = read_blob("a.zip", pack_all("zip", members, 2));
    assert_int_equal(run->articles.count, 1);
    assert_warned(run, "a.zip:link.txt: a link, which is not followed");
    end_run(run);
}

/* Chinese names, in UTF-8 as zip and pax mark it, whatever the locale. */
static void test_chinese_names(void **state)
{
    (void)state;
    static const char *const formats[][2] = {{"ustar", ""}, {"pax", ""}, {"zip", ""}, {"zip", "zip:hdrcharset=UTF-8"}};
    for (size_t i = 0; i < 4; i++) {
        const member members[] = {{"新闻/茶.txt", blob_of(note), 0, NULL}};
        assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
        blob packed = pack(formats[i][0], formats[i][1], members, 1);
        assert_non_null(setlocale(LC_CTYPE, "C"));
        reading *run = read_blob("a", packed);
        assert_int_equal(run->articles.count, 1);
        assert_string_equal(run->articles.item[0].origin, "a:新闻/茶.txt");
        end_run(run);
    }
}

static void test_encrypted(void **state)
{
    (void)state;
    static const char *const kinds[] = {"zip:encryption=traditional", "zip:encryption=aes256"};
    for (size_t i = 0; i < 2; i++) {
        const member members[] = {{"a.txt", blob_of(note), 0, NULL}, {"b.txt", blob_of(note), 0, NULL}};
        reading *run = read_blob("a.zip", pack("zip", kinds[i], members, 2));
        assert_int_equal(run->articles.count, 0);
        assert_int_equal(run->counts.skipped, 2);
        assert_warned(run, "a.zip:a.txt: encrypted; unpack the archive with its password first; skipped");
        end_run(run);
    }
}

/* Found by a fuzzer: a member whose LZMA asks for a dictionary of 3 GB. */
static void test_greedy_member(void **state)
{
    (void)state;
    static const char zip[] = "PK\3\4\x3f\0\2\0\x0e\0\0\0\0\0\0\0\0\0\x12\0\0\0\x40\0\0\0\5\0\0\0a.txt"
                              "\x09\4\5\0\0\0\x80\0\xf8\xc2\x88\x89\x26\x81\x93\x53\x7f\x5a";
    reading *run = read_blob("a.zip", bytes_of(zip, sizeof zip - 1));
    assert_int_equal(run->articles.count, 0);
    assert_warned(run, "a.zip:a.txt: compressed with LZMA, xz or PPMd inside a zip");
    end_run(run);
}

static void test_empty_archives(void **state)
{
    (void)state;
    reading *run = read_blob("a.zip", pack_all("zip", NULL, 0));
    assert_int_equal(run->status, SS_OK);
    assert_int_equal(run->articles.count, 0);
    assert_int_equal(run->counts.files, 1);
    end_run(run);
    const member members[] = {{"empty.txt", {calloc(1, 1), 0}, 0, NULL}, {"b.txt", blob_of(note), 0, NULL}};
    run = read_blob("a.tar", pack_all("ustar", members, 2));
    assert_int_equal(run->articles.count, 1);
    assert_warned(run, "a.tar:empty.txt: empty file; skipped");
    end_run(run);
}

/* Cut anywhere: what stands before is read, the rest is told, and the next file is read. */
static void test_cut_archives(void **state)
{
    (void)state;
    static const char *const formats[] = {"ustar", "zip"};
    for (size_t i = 0; i < 2; i++) {
        blob whole = all_formats(formats[i]);
        write_text("b.jsonl", one_line);
        for (size_t cut = 600; cut + 1200 < whole.length; cut += 97) {
            write_bytes("a", whole.bytes, cut);
            reading *run = read_paths("a", "b.jsonl");
            assert_int_equal(run->status, SS_OK);
            assert_true(run->articles.count >= 1 && run->articles.count <= 5);
            assert_int_equal(run->counts.files, 2);
            end_run(run);
        }
        free(whole.bytes);
    }
}

static void test_damaged_beginning(void **state)
{
    (void)state;
    blob tar = all_formats("ustar");
    tar.bytes[150] ^= 1; /* in the checksum of the first header */
    reading *run = read_blob("a.tar", tar);
    assert_int_equal(run->articles.count, 0);
    assert_warned(run, "a.tar: it begins as an archive and is none; fetch it again; skipped");
    assert_int_equal(run->counts.skipped, 1);
    end_run(run);
}

/* What stands before a member that is damaged inside is kept; libarchive goes on behind none. */
static void test_damaged_member(void **state)
{
    (void)state;
    const member members[] = {{"a.txt", blob_of(note), 0, NULL}, {"b.txt", blob_of(note), 0, NULL}};
    blob zip = pack_all("zip", members, 2);
    char *second = memmem(zip.bytes + 4, zip.length - 4, "PK\003\004", 4);
    assert_non_null(second);
    memset(second + 60, 0xff, 20); /* among its compressed bytes */
    reading *run = read_blob("a.zip", zip);
    assert_warned(run, "a.zip:b.txt: it can't be unpacked: ");
    assert_int_equal(run->counts.skipped, 1);
    assert_int_equal(run->articles.count, 1);
    end_run(run);
}

/* ---- bombs */

static blob spaces_in(blob (*compress)(const char *, size_t), size_t length)
{
    char *spaces = malloc(length);
    assert_non_null(spaces);
    memset(spaces, ' ', length);
    memcpy(spaces, "{\"id\"", 5);
    blob out = compress(spaces, length);
    free(spaces);
    return out;
}

/* 300 MB in 30 KB of zstd, and in 300 KB of gzip. As lines they are one endless line; the next file is read all the same. */
static void test_bombs(void **state)
{
    (void)state;
    size_t length = (size_t)300 << 20;
    write_text("b.jsonl", one_line);
    blob (*const compress[])(const char *, size_t) = {gzip_of, zstd_of};
    for (size_t i = 0; i < 2; i++) {
        write_blob("a", spaces_in(compress[i], length));
        reading *run = read_paths("a", "b.jsonl");
        assert_int_equal(run->articles.count, 1);
        assert_warned(run, "a: it expands to more than 200 times its size, as no text does");
        assert_true(run->counts.bytes < ((size_t)130 << 20));
        end_run(run);
    }
}

/* A zip of zeros; a zip of such zips; many members that are small each. */
static void test_bombs_in_archives(void **state)
{
    (void)state;
    const member zeros[] = {{"zeros.jsonl", spaces_in(zstd_of, (size_t)300 << 20), 0, NULL},
                            {"b.txt", blob_of(note), 0, NULL}};
    reading *run = read_blob("a.tar", pack_all("ustar", zeros, 2));
    assert_warned(run, "a.tar:zeros.jsonl: it expands to more than 200 times its size");
    end_run(run);

    member many[MOST_MEMBERS];
    char names[MOST_MEMBERS][16];
    for (size_t i = 0; i < MOST_MEMBERS; i++) {
        snprintf(names[i], sizeof names[i], "%zu.txt", i);
        many[i] = (member){names[i], spaces_in(zstd_of, (size_t)60 << 20), 0, NULL};
    }
    run = read_blob("a.zip", pack_all("zip", many, MOST_MEMBERS));
    assert_int_equal(run->articles.count, 0);
    assert_warned(run, "it expands to more than 200 times its size");
    assert_true(run->counts.bytes < ((size_t)130 << 20));
    end_run(run);

    const member once[] = {{"zeros.txt", {calloc((size_t)150 << 20, 1), (size_t)150 << 20}, 0, NULL}};
    run = read_blob("a.zip", pack_all("zip", once, 1));
    assert_int_equal(run->articles.count, 0);
    assert_int_equal(run->counts.skipped, 1);
    end_run(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        READER_TEST(test_all_formats),       READER_TEST(test_compressed_archives),
        READER_TEST(test_compressed_lines),  READER_TEST(test_archives_in_archives),
        READER_TEST(test_names_and_links),   READER_TEST(test_links_in_zip),
        READER_TEST(test_chinese_names),     READER_TEST(test_encrypted),
        READER_TEST(test_greedy_member),     READER_TEST(test_empty_archives),
        READER_TEST(test_cut_archives),      READER_TEST(test_damaged_beginning),
        READER_TEST(test_damaged_member),    READER_TEST(test_bombs),
        READER_TEST(test_bombs_in_archives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
