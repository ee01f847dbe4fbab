#include "format.h"

#include <string.h>
#include <strings.h>

#include "csv.h"
#include "json_records.h"

static bool ends_with(const char *name, size_t length, const char *ending)
{
    size_t ending_length = strlen(ending);
    return length > ending_length && strncasecmp(name + length - ending_length, ending, ending_length) == 0;
}

static ss_format format_of_name(const char *name)
{
    static const struct {
        const char *ending;
        ss_format format;
    } known[] = {
        {".jsonl", SS_FORMAT_JSONL}, {".ndjson", SS_FORMAT_JSONL},      {".json", SS_FORMAT_JSONL},
        {".md", SS_FORMAT_MARKDOWN}, {".markdown", SS_FORMAT_MARKDOWN}, {".html", SS_FORMAT_HTML},
        {".htm", SS_FORMAT_HTML},    {".txt", SS_FORMAT_TEXT},          {".csv", SS_FORMAT_CSV},
        {".tsv", SS_FORMAT_CSV},
    };
    size_t length = strlen(name);
    static const char *const compressed[] = {".gz", ".zst", ".xz", ".bz2"};
    for (size_t i = 0; i < sizeof compressed / sizeof *compressed; i++) {
        if (!ends_with(name, length, compressed[i])) continue;
        length -= strlen(compressed[i]);
        break;
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (ends_with(name, length, known[i].ending)) return known[i].format;
    return SS_FORMAT_NONE;
}

static size_t skip_space(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length && memchr(" \t\r\n", text[at], 4) != NULL)
        at++;
    return at;
}

/* `head` begins with one of the tags that a page begins with. */
static bool begins_as_page(const char *head, size_t length)
{
    static const char *const opening[] = {"<!doctype", "<html", "<head", "<body", "<?xml"};
    for (size_t i = 0; i < sizeof opening / sizeof *opening; i++) {
        size_t size = strlen(opening[i]);
        if (length >= size && strncasecmp(head, opening[i], size) == 0) return true;
    }
    return false;
}

static bool begins_as_tag(const char *head, size_t length)
{
    static const char *const tag[] = {"!--",     "meta", "title", "link", "script", "style", "div", "article",
                                      "section", "main", "p",     "h1",   "h2",     "span",  "a",   "table"};
    if (length < 2 || head[0] != '<') return false;
    for (size_t i = 0; i < sizeof tag / sizeof *tag; i++) {
        size_t size = strlen(tag[i]);
        if (length <= size + 1 || strncasecmp(head + 1, tag[i], size) != 0) continue;
        if (i == 0 || strchr(" \t\r\n>/", head[1 + size]) != NULL) return true;
    }
    return false;
}

/* The root element, behind declarations and comments, is that of a feed, with whatever prefix; or <!DOCTYPE> names it. */
static bool begins_as_feed(const char *head, size_t length)
{
    const char *end = head + length;
    while (end - head > 4 && (memcmp(head, "<?", 2) == 0 || memcmp(head, "<!--", 4) == 0)) {
        const char *closing = head[1] == '?' ? "?>" : "-->";
        head = memmem(head, (size_t)(end - head), closing, strlen(closing));
        if (head == NULL) return false;
        head += strlen(closing);
        head += skip_space(head, (size_t)(end - head));
    }
    static const char *const roots[] = {"rss", "feed", "RDF"};
    static const char type[] = "<!DOCTYPE ";
    size_t opening =
        (size_t)(end - head) > strlen(type) && strncasecmp(head, type, strlen(type)) == 0 ? strlen(type) : 1;
    if (head == end || *head != '<') return false;
    size_t size = 0;
    for (head += opening; head + size < end && strchr(" \t\r\n/>[", head[size]) == NULL;) {
        if (head[size++] != ':') continue;
        head += size;
        size = 0;
    }
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        if (strlen(roots[i]) == size && memcmp(head, roots[i], size) == 0) return true;
    return false;
}

ss_format ss_format_tell(const char *text, size_t length, const char *name)
{
    size_t space = skip_space(text, length);
    const char *head = text + space;
    size_t left = length - space;
    ss_format named = format_of_name(name);
    if (left == 0) return SS_FORMAT_NONE;
    if (ss_json_records_tell(head, left)) return SS_FORMAT_JSON;
    if (named == SS_FORMAT_JSONL && head[0] == '[') return SS_FORMAT_JSON;
    if (head[0] == '{') {
        size_t next = 1 + skip_space(head + 1, left - 1);
        if (next < left && (head[next] == '"' || head[next] == '}')) return SS_FORMAT_JSONL;
    }
    if (left > 4 && memcmp(head, "---", 3) == 0 && (head[3] == '\n' || head[3] == '\r')) return SS_FORMAT_MARKDOWN;
    if (begins_as_feed(head, left)) return SS_FORMAT_RSS;
    if (begins_as_page(head, left)) return SS_FORMAT_HTML;
    if (begins_as_tag(head, left)) return named == SS_FORMAT_MARKDOWN ? SS_FORMAT_MARKDOWN : SS_FORMAT_HTML;
    if (named == SS_FORMAT_NONE && ss_csv_tell(head, left)) return SS_FORMAT_CSV;
    return named != SS_FORMAT_NONE ? named : SS_FORMAT_TEXT;
}

#define OFFICE "a document of an office program, which can't be read; save it as text, HTML or CSV first"
#define SCRIPT "a script or style of a page, no article"

/* Documents of office programs are zip archives too; scripts and styles lie in the folder that a browser saves beside a
 * page, and would be taken for text. */
const char *ss_foreign_tell(const char *bytes, size_t length, const char *name)
{
    static const struct {
        const char *magic, *ending; /* both must fit */
        const char *what;
    } known[] = {
        {"%PDF-", "", "a PDF, which can't be read; make text of it first, with pdftotext for one"},
        {"\x89HDF\r\n", "", "an HDF5 file, which holds no articles to read"},
        {"samestory results\n", "", "results of a job, which are no input; give the articles that they were made from"},
        {"samestory archive\n", "", "an archive that 'sketch' made, which 'link' alone takes"},
        {"\xd0\xcf\x11\xe0", "", OFFICE},
        {"PK", ".docx", OFFICE},
        {"PK", ".xlsx", OFFICE},
        {"PK", ".pptx", OFFICE},
        {"PK", ".odt", OFFICE},
        {"PK", ".ods", OFFICE},
        {"PK", ".odp", OFFICE},
        {"", ".js", SCRIPT},
        {"", ".css", SCRIPT},
        {"", ".js.download", SCRIPT},
    };
    size_t name_length = strlen(name);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t size = strlen(known[i].magic);
        if (length >= size && memcmp(bytes, known[i].magic, size) == 0 &&
            (*known[i].ending == '\0' || ends_with(name, name_length, known[i].ending)))
            return known[i].what;
    }
    return NULL;
}
