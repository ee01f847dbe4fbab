/* Web archives and other archives made by code. Include after cmocka.h. */
#ifndef SS_TESTS_WEB_ARCHIVES_H
#define SS_TESTS_WEB_ARCHIVES_H

#include <archive.h>
#include <archive_entry.h>

#include "temp_files.h"

static const char river_page[] =
    "<!DOCTYPE html><html lang=\"en\"><head><title>Floods in Hubei</title></head><body><article><h1>Floods in "
    "Hubei</h1>"
    "<p>The river rose by two metres on Tuesday, and the council told the people of three towns to leave their houses "
    "before the night. Nobody was hurt, the mayor said.</p></article></body></html>";

static inline blob bytes_of(const char *bytes, size_t length)
{
    blob out = {malloc(length + 1), length};
    assert_non_null(out.bytes);
    memcpy(out.bytes, bytes, length);
    out.bytes[length] = '\0';
    return out;
}

/* A HTTP response; `fields` are whole lines. `body` is freed. */
static inline blob response_of(const char *status, const char *fields, blob body)
{
    char head[1024];
    snprintf(head, sizeof head, "HTTP/1.1 %s\r\n%s\r\n", status, fields);
    return joined(blob_of(head), body);
}

static inline blob html_response(const char *html)
{
    return response_of("200 OK", "Content-Type: text/html; charset=utf-8\r\n", blob_of(html));
}

/* A record; `fields` are whole lines beside type and length. `block` is freed. */
static inline blob record_of(const char *type, const char *fields, blob block)
{
    char header[2048];
    snprintf(header, sizeof header, "WARC/1.0\r\nWARC-Type: %s\r\nContent-Length: %zu\r\n%s\r\n", type, block.length,
             fields);
    return joined(joined(blob_of(header), block), blob_of("\r\n\r\n"));
}

/* The capture number `n` of a page. */
static inline blob page_record(int n, const char *html)
{
    char fields[512];
    snprintf(fields, sizeof fields,
             "WARC-Record-ID: <urn:uuid:%d>\r\nWARC-Target-URI: https://example.org/%d\r\n"
             "WARC-Date: 2021-11-24T06:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n",
             n, n);
    return record_of("response", fields, html_response(html));
}

/* What goes into an archive. */
typedef struct member {
    const char *name;
    blob content;       /* freed by the packer */
    unsigned type;      /* AE_IFREG ...; 0: a plain file */
    const char *target; /* of a link */
} member;

/* An archive as libarchive writes it: "ustar", "pax", "zip", with `options` ("" for none). */
static inline blob pack(const char *format, const char *options, const member *members, size_t count)
{
    size_t room = 1 << 16, used = 0;
    for (size_t i = 0; i < count; i++)
        room += members[i].content.length + 4096;
    blob out = {malloc(room), 0};
    assert_non_null(out.bytes);
    struct archive *archive = archive_write_new();
    assert_int_equal(archive_write_set_format_by_name(archive, format), ARCHIVE_OK);
    archive_write_set_passphrase(archive, "secret");
    assert_true(archive_write_set_options(archive, options) >= ARCHIVE_WARN);
    assert_int_equal(archive_write_open_memory(archive, out.bytes, room, &used), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++) {
        struct archive_entry *entry = archive_entry_new();
        archive_entry_set_pathname(entry, members[i].name);
        archive_entry_set_filetype(entry, members[i].type != 0 ? members[i].type : AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_size(entry, (la_int64_t)members[i].content.length);
        if (members[i].type == AE_IFLNK)
            archive_entry_set_symlink(entry, members[i].target);
        else if (members[i].target != NULL)
            archive_entry_set_hardlink(entry, members[i].target);
        assert_true(archive_write_header(archive, entry) >= ARCHIVE_WARN);
        if (members[i].content.length > 0)
            assert_int_equal(archive_write_data(archive, members[i].content.bytes, members[i].content.length),
                             members[i].content.length);
        archive_entry_free(entry);
        free(members[i].content.bytes);
    }
    assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
    archive_write_free(archive);
    out.length = used;
    return out;
}

#endif
