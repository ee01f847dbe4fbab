#include "reader.h"
#include "files.h"
#include "ids.h"
#include "language.h"
#include "source.h"
#include "status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PROGRESS_EVERY 256
#define MOST_TOLD      20 /* of what was skipped in one file; the rest is counted */

typedef enum ss_format { FORMAT_NONE, FORMAT_JSONL, FORMAT_TEXT, FORMAT_MARKDOWN, FORMAT_HTML } ss_format;

struct ss_reader {
    const ss_job *job;
    ss_json_names names;
    ss_files *files; /* NULL: one source in memory and no more */
    ss_ids *ids;
    const char *path;  /* of the source */
    ss_source *source; /* NULL: none open */
    ss_format format;
    uint64_t bytes_before; /* of the files before this one */
    uint64_t told;         /* skipped since the source was opened */
    ss_reader_counts counts;
};

/* ---- kind of a file */

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
        {".jsonl", FORMAT_JSONL},       {".ndjson", FORMAT_JSONL}, {".json", FORMAT_JSONL}, {".md", FORMAT_MARKDOWN},
        {".markdown", FORMAT_MARKDOWN}, {".html", FORMAT_HTML},    {".htm", FORMAT_HTML},   {".txt", FORMAT_TEXT},
    };
    size_t length = strlen(name);
    if (ends_with(name, length, ".gz")) {
        length -= strlen(".gz");
    } else if (ends_with(name, length, ".zst")) {
        length -= strlen(".zst");
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (ends_with(name, length, known[i].ending)) return known[i].format;
    return FORMAT_NONE;
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

static size_t skip_space(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length && memchr(" \t\r\n", text[at], 4) != NULL)
        at++;
    return at;
}

/* What the text begins with decides; the name does where that leaves a doubt. FORMAT_NONE: a text of white space. */
static ss_format tell_format(const char *text, size_t length, const char *name)
{
    size_t space = skip_space(text, length);
    const char *head = text + space;
    size_t left = length - space;
    ss_format named = format_of_name(name);
    if (left == 0) return FORMAT_NONE;
    if (head[0] == '{') {
        size_t next = 1 + skip_space(head + 1, left - 1);
        if (next < left && (head[next] == '"' || head[next] == '}')) return FORMAT_JSONL;
    }
    if (left > 4 && memcmp(head, "---", 3) == 0 && (head[3] == '\n' || head[3] == '\r')) return FORMAT_MARKDOWN;
    if (begins_as_page(head, left)) return FORMAT_HTML;
    if (begins_as_tag(head, left)) return named == FORMAT_MARKDOWN ? FORMAT_MARKDOWN : FORMAT_HTML;
    return named != FORMAT_NONE ? named : FORMAT_TEXT;
}

/* JSON that is not one object a line would be lost line by line: better told once. */
static ss_status check_json_lines(const char *text, size_t length, const char *path)
{
    size_t space = skip_space(text, length);
    const char *head = text + space;
    size_t left = length - space;
    if (left > 0 && head[0] == '[')
        return ss_fail(SS_ERROR_INPUT, "%s: a JSON array, not one object a line; convert it: jq -c '.[]'", path);
    if (left > 1 && head[0] == '{' && (head[1] == '\n' || head[1] == '\r'))
        return ss_fail(SS_ERROR_INPUT, "%s: JSON over several lines, not one object a line; convert it: jq -c .", path);
    return SS_OK;
}

/* ---- opening and closing */

static ss_status new_reader(ss_reader **out, const ss_reader_options *options, const ss_job *job)
{
    ss_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) return ss_fail_memory(sizeof *reader);
    reader->job = job;
    ss_status status = ss_json_names_set(&reader->names, options != NULL ? options->fields : NULL,
                                         options != NULL ? options->field_count : 0);
    if (status == SS_OK) status = ss_ids_new(&reader->ids);
    if (status != SS_OK) {
        ss_reader_free(reader);
        return status;
    }
    *out = reader;
    return SS_OK;
}

ss_status ss_reader_open(ss_reader **out, const char *const *paths, size_t path_count, const ss_reader_options *options,
                         const ss_job *job)
{
    *out = NULL;
    ss_reader *reader;
    SS_TRY(new_reader(&reader, options, job));
    ss_status status = ss_files_open(&reader->files, paths, path_count);
    if (status != SS_OK) {
        ss_reader_free(reader);
        return status;
    }
    *out = reader;
    return SS_OK;
}

static void close_source(ss_reader *reader)
{
    if (reader->source != NULL) reader->bytes_before += ss_source_bytes(reader->source);
    ss_source_free(reader->source);
    reader->source = NULL;
    if (reader->told > MOST_TOLD)
        ss_tell_warning(reader->job, "%s: %llu more skipped", reader->path,
                        (unsigned long long)(reader->told - MOST_TOLD));
    reader->told = 0;
}

void ss_reader_free(ss_reader *reader)
{
    if (reader == NULL) return;
    close_source(reader);
    ss_files_free(reader->files);
    ss_ids_free(reader->ids);
    free(reader);
}

const ss_reader_counts *ss_reader_get_counts(const ss_reader *reader)
{
    return &reader->counts;
}

/* Opens the source of reader->path on top of `stream`. */
static ss_status open_source(ss_reader *reader, ss_stream *stream)
{
    SS_TRY(ss_source_open(&reader->source, stream, reader->path, reader->job));
    reader->counts.files++;
    const char *text;
    size_t length;
    ss_source_peek(reader->source, &text, &length);
    reader->format = tell_format(text, length, reader->path);
    ss_status status = SS_OK;
    if (reader->format == FORMAT_NONE)
        status = ss_fail(SS_ERROR_INPUT, "%s: empty file", reader->path);
    else if (reader->format == FORMAT_JSONL)
        status = check_json_lines(text, length, reader->path);
    if (status != SS_OK) close_source(reader);
    return status;
}

ss_status ss_reader_open_memory(ss_reader **out, const char *name, const void *bytes, size_t length,
                                const ss_reader_options *options, const ss_job *job)
{
    *out = NULL;
    ss_reader *reader;
    ss_stream *stream;
    SS_TRY(new_reader(&reader, options, job));
    reader->path = name;
    ss_status status = ss_stream_open_memory(&stream, name, bytes, length);
    if (status == SS_OK) status = open_source(reader, stream);
    if (status != SS_OK) {
        ss_reader_free(reader);
        return status;
    }
    *out = reader;
    return SS_OK;
}

/* Opens the next file; *opened is false past the last. */
static ss_status open_next(ss_reader *reader, bool *opened)
{
    *opened = false;
    if (reader->files == NULL) return SS_OK;
    SS_TRY(ss_files_next(reader->files, &reader->path));
    if (reader->path == NULL) return SS_OK;
    ss_stream *stream;
    SS_TRY(ss_stream_open(&stream, reader->path, reader->job));
    SS_TRY(open_source(reader, stream));
    *opened = true;
    return SS_OK;
}

/* ---- articles */

ss_status ss_article_detect_lang(ss_article *article)
{
    size_t title = article->title != NULL ? strlen(article->title) : 0;
    size_t text = article->text != NULL ? strlen(article->text) : 0;
    char *both = malloc(title + text + 2);
    if (both == NULL) return ss_fail_memory(title + text + 2);
    if (title > 0) memcpy(both, article->title, title);
    both[title] = '\n';
    if (text > 0) memcpy(both + title + 1, article->text, text);
    article->lang = ss_lang_detect(both, title + 1 + text);
    free(both);
    return SS_OK;
}

/* "path:line", or "path" for a document. */
static ss_status set_origin(const ss_reader *reader, ss_article *article, uint64_t line)
{
    if (line == 0) return ss_copy_text(&article->origin, reader->path, strlen(reader->path));
    size_t size = strlen(reader->path) + 24;
    article->origin = malloc(size);
    if (article->origin == NULL) return ss_fail_memory(size);
    snprintf(article->origin, size, "%s:%llu", reader->path, (unsigned long long)line);
    return SS_OK;
}

/* The next line that is not empty; *more is false past the last. */
static ss_status read_json(ss_reader *reader, ss_article *article, bool *more)
{
    ss_line line;
    *more = false;
    do {
        ss_status status = ss_source_line(reader->source, &line);
        if (status != SS_OK || line.text == NULL) {
            close_source(reader);
            return status;
        }
        if (line.too_long)
            return ss_fail(SS_ERROR_INPUT, "%s:%llu: a line of more than %zu MiB", reader->path,
                           (unsigned long long)line.number, SS_LONGEST_TEXT >> 20);
    } while (skip_space(line.text, line.length) == line.length);
    SS_TRY(set_origin(reader, article, line.number));
    SS_TRY(ss_parse_json(article, &reader->names, line.text, line.length, reader->job));
    *more = true;
    if (article->id != NULL && *article->id != '\0') return SS_OK;
    free(article->id);
    const char *id = article->url != NULL && *article->url != '\0' ? article->url : article->origin;
    return ss_copy_text(&article->id, id, strlen(id));
}

static ss_status parse_document(const ss_reader *reader, ss_article *article)
{
    const char *text;
    size_t length;
    SS_TRY(ss_source_rest(reader->source, &text, &length));
    ss_status status = reader->format == FORMAT_HTML       ? ss_parse_html(article, text, length)
                       : reader->format == FORMAT_MARKDOWN ? ss_parse_markdown(article, text, length)
                                                           : ss_parse_text(article, text, length);
    if (status == SS_ERROR_INPUT) return ss_fail(status, "%s: %s", reader->path, ss_last_error());
    return status;
}

static ss_status read_document(ss_reader *reader, ss_article *article)
{
    ss_status status = parse_document(reader, article);
    close_source(reader);
    SS_TRY(status);
    SS_TRY(set_origin(reader, article, 0));
    if (article->lang == SS_LANG_OTHER) SS_TRY(ss_article_detect_lang(article));
    return ss_copy_text(&article->id, reader->path, strlen(reader->path));
}

static ss_status fill_empty(char **text)
{
    return *text != NULL ? SS_OK : ss_copy_text(text, "", 0);
}

static ss_status complete(ss_reader *reader, ss_article *article)
{
    SS_TRY(fill_empty(&article->url));
    SS_TRY(fill_empty(&article->source));
    SS_TRY(fill_empty(&article->title));
    SS_TRY(fill_empty(&article->text));
    const char *earlier;
    SS_TRY(ss_ids_add(reader->ids, article->id, article->origin, &earlier));
    if (earlier != NULL)
        return ss_fail(SS_ERROR_INPUT, "%s: the id \"%s\" was read before, at %s", article->origin, article->id,
                       earlier);
    return SS_OK;
}

/* One step: an article (*found), or the end of a file, or the next file opened, or the end (*more false). */
static ss_status step(ss_reader *reader, ss_article *article, bool *found, bool *more)
{
    *found = false;
    *more = true;
    if (reader->source == NULL) return open_next(reader, more);
    *found = true;
    if (reader->format == FORMAT_JSONL)
        SS_TRY(read_json(reader, article, found));
    else
        SS_TRY(read_document(reader, article));
    return *found ? complete(reader, article) : SS_OK;
}

static void count(ss_reader *reader, const ss_article *article)
{
    ss_reader_counts *counts = &reader->counts;
    counts->read++;
    counts->zh += article->lang == SS_LANG_ZH;
    counts->en += article->lang == SS_LANG_EN;
    counts->other += article->lang == SS_LANG_OTHER;
    counts->undated += article->published.precision == SS_DATE_NONE;
    if (counts->read % PROGRESS_EVERY == 0) ss_tell_progress(reader->job, "read", counts->read, 0);
}

/* A bad article or file: told and passed over, or the end of the job. */
static ss_status pass_over(ss_reader *reader, ss_status status)
{
    if (status != SS_ERROR_INPUT && status != SS_ERROR_IO) return status;
    reader->counts.skipped++;
    if (reader->job != NULL && reader->job->strict) return ss_fail(SS_ERROR_INPUT, "%s", ss_last_error());
    if (reader->told < MOST_TOLD) ss_tell_warning(reader->job, "%s; skipped", ss_last_error());
    reader->told++;
    return SS_OK;
}

ss_status ss_reader_next(ss_reader *reader, ss_article *article, bool *more)
{
    for (;;) {
        bool found = false;
        memset(article, 0, sizeof *article);
        ss_status status = ss_check_cancelled(reader->job);
        if (status == SS_OK) status = step(reader, article, &found, more);
        reader->counts.bytes = reader->bytes_before + (reader->source != NULL ? ss_source_bytes(reader->source) : 0);
        if (status == SS_OK && found) {
            count(reader, article);
            return SS_OK;
        }
        if (status == SS_OK && *more) continue;
        ss_article_clear(article);
        if (status == SS_OK) break;
        *more = false;
        SS_TRY(pass_over(reader, status));
    }
    ss_tell_progress(reader->job, "read", reader->counts.read, 0);
    return SS_OK;
}
