#include "json_records.h"

#include <string.h>
#include <strings.h>

#include "status.h"

#define LONGEST_KEY 16 /* longer than any list's name */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t skip_space(const char *text, size_t length, size_t at)
{
    while (at < length && is_space(text[at]))
        at++;
    return at;
}

/* --------------------------------------------------- the end of one value */

/* How far a value has been gone through. Brackets are counted, not paired: the parser of the record does that. */
typedef struct value_scan {
    size_t at; /* behind the last character looked at */
    size_t depth;
    bool string, escaped, bare; /* bare: a number or word, which ends before what follows */
} value_scan;

/* Whether the value ends at `c`, the character at scan->at. */
static bool ends_value(value_scan *scan, char c)
{
    if (scan->string) {
        bool escaped = scan->escaped;
        scan->escaped = !escaped && c == '\\';
        scan->string = escaped || c != '"';
        return !scan->string && scan->depth == 0;
    }
    switch (c) {
    case '"':
        scan->string = true;
        return false;
    case '{':
    case '[':
        scan->depth++;
        return false;
    case '}':
    case ']':
        if (scan->depth > 0) scan->depth--;
        return scan->depth == 0;
    default:
        if (scan->depth == 0) scan->bare = true;
        return false;
    }
}

/* Goes on through text[length]; true once scan->at is behind the value. */
static bool scan_value(value_scan *scan, const char *text, size_t length)
{
    while (scan->at < length) {
        char c = text[scan->at];
        if (scan->bare && (is_space(c) || c == ',' || c == ']' || c == '}')) return true;
        scan->at++;
        if (ends_value(scan, c)) return true;
    }
    return false;
}

/* ------------------------------------------------------------- telling it */

static bool is_list_name(const char *key, size_t length)
{
    static const char *const names[] = {"articles",  "items", "results", "data",    "docs",
                                        "documents", "news",  "entries", "records", "rows",
                                        "stories",   "posts", "value",   "list",    "result"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == length && strncasecmp(names[i], key, length) == 0) return true;
    return false;
}

static bool is_text_name(const char *key, size_t length)
{
    return (length == 5 && memcmp(key, "title", 5) == 0) || (length == 4 && memcmp(key, "text", 4) == 0);
}

/* An object, no article itself, with a list of objects in it. As far as `text` goes: a list that begins later is none. */
static bool is_wrapped(const char *text, size_t length)
{
    bool list = false;
    size_t at = skip_space(text, length, 0);
    if (at == length || text[at] != '{') return false;
    for (at++;;) {
        at = skip_space(text, length, at);
        value_scan key = {.at = at}, value;
        if (at == length || text[at] != '"' || !scan_value(&key, text, length)) break;
        const char *name = text + at + 1;
        size_t name_length = key.at - at - 2;
        if (is_text_name(name, name_length)) return false;
        at = skip_space(text, length, key.at);
        if (at == length || text[at] != ':') break;
        at = skip_space(text, length, at + 1);
        size_t inside = at < length && text[at] == '[' ? skip_space(text, length, at + 1) : length;
        if (inside < length && text[inside] == '{' && is_list_name(name, name_length)) list = true;
        value = (value_scan){.at = at};
        if (!scan_value(&value, text, length)) break;
        at = skip_space(text, length, value.at);
        if (at == length || text[at] != ',') break;
        at++;
    }
    return list;
}

/* An object that goes on behind the end of its first line. A line that is broken off, with the next object behind it, is
 * another matter. */
static bool is_over_lines(const char *text, size_t length)
{
    value_scan scan = {.at = skip_space(text, length, 0)};
    size_t start = scan.at;
    const char *newline = memchr(text + start, '\n', length - start);
    if (newline == NULL || text[start] != '{') return false;
    size_t end = (size_t)(newline - text), next = skip_space(text, length, end);
    if (scan_value(&scan, text, end) || scan.string || next == length) return false;
    char last = '\0';
    for (size_t i = start; i < end; i++)
        if (!is_space(text[i])) last = text[i];
    if (last == '[') return true;
    return (last == '{' || last == ',') && (text[next] == '"' || text[next] == '}');
}

bool ss_json_records_tell(const char *text, size_t length)
{
    size_t at = skip_space(text, length, 0);
    if (at < length && text[at] == '[') {
        size_t next = skip_space(text, length, at + 1);
        return next < length && (text[next] == '{' || text[next] == ']');
    }
    return is_over_lines(text, length) || is_wrapped(text, length);
}

void ss_json_cutter_begin(ss_json_cutter *cutter, const char *text, size_t length)
{
    cutter->wrapped = is_wrapped(text, length);
}

/* ----------------------------------------------------------------- cutting */

/* The next character that is neither space nor comma, at the head of the source; NUL at the end of the text. */
static ss_status find_next(ss_source *source, char *next)
{
    for (bool more = true; more;) {
        const char *text;
        size_t length, at = 0;
        ss_source_peek(source, &text, &length);
        while (at < length && (is_space(text[at]) || text[at] == ',' || text[at] == '\0'))
            at++;
        *next = at < length ? text[at] : '\0';
        ss_source_pass(source, at);
        if (at < length) return SS_OK;
        SS_TRY(ss_source_more(source, &more));
    }
    return SS_OK;
}

/* The length of the value at the head of the source. What is past the longest text is dropped on the way (*too_long), and 0
 * is left of it; *ended: the text ends within it. */
static ss_status find_value(ss_source *source, size_t *size, bool *too_long, bool *ended)
{
    value_scan scan = {0};
    *too_long = *ended = false;
    for (bool more = true; more;) {
        const char *text;
        size_t length;
        ss_source_peek(source, &text, &length);
        bool whole = scan_value(&scan, text, length);
        if (scan.at > SS_LONGEST_TEXT || (whole && *too_long)) {
            *too_long = true;
            ss_source_pass(source, scan.at);
            scan.at = 0;
        }
        *size = scan.at;
        if (whole) return SS_OK;
        SS_TRY(ss_source_more(source, &more));
    }
    *ended = !scan.bare;
    return SS_OK;
}

/* On one line: in JSON that is sound, line ends are nothing but space. */
static ss_status append_line(ss_buffer *lines, const char *text, size_t length)
{
    size_t start = lines->length;
    SS_TRY(ss_buffer_append(lines, text, length));
    for (size_t i = start; i < lines->length; i++)
        if (lines->data[i] == '\n' || lines->data[i] == '\r') lines->data[i] = ' ';
    return ss_buffer_append(lines, "\n", 1);
}

/* One member of the object that holds the array: passed over, unless it is the array. */
static ss_status enter_member(ss_json_cutter *cutter, ss_source *source, bool *ended)
{
    const char *text;
    size_t size, length;
    bool too_long;
    char next, name[LONGEST_KEY] = "";
    SS_TRY(find_value(source, &size, &too_long, ended));
    if (*ended) return SS_OK;
    ss_source_peek(source, &text, &length);
    if (size > 2 && size - 2 < LONGEST_KEY) memcpy(name, text + 1, size - 2);
    ss_source_pass(source, size);
    SS_TRY(find_next(source, &next));
    if (next != ':') return SS_OK; /* no member */
    ss_source_pass(source, 1);
    SS_TRY(find_next(source, &next));
    cutter->in_array = next == '[' && is_list_name(name, strlen(name));
    if (cutter->in_array) {
        ss_source_pass(source, 1);
        return SS_OK;
    }
    SS_TRY(find_value(source, &size, &too_long, ended));
    ss_source_pass(source, size);
    return SS_OK;
}

static ss_status cut_record(ss_json_cutter *cutter, ss_source *source, ss_buffer *lines, bool *ended)
{
    const char *text;
    size_t size, length;
    SS_TRY(find_value(source, &size, &cutter->too_long, ended));
    if (*ended) return SS_OK;
    cutter->count++;
    if (cutter->too_long) return SS_OK;
    ss_source_peek(source, &text, &length);
    SS_TRY(append_line(lines, text, size));
    ss_source_pass(source, size);
    return SS_OK;
}

/* One step through the brackets around the records, or a record. *ended: the text ends where it must not. */
static ss_status step(ss_json_cutter *cutter, ss_source *source, char next, ss_buffer *lines, bool *ended)
{
    *ended = next == '\0';
    if (*ended) return SS_OK;
    if (next == ']' || next == '}' || (next == ':' && cutter->wrapped)) {
        cutter->in_array = false;
        ss_source_pass(source, 1);
    } else if (!cutter->in_array && (next == '[' || (cutter->wrapped && next == '{'))) {
        cutter->in_array = next == '[';
        ss_source_pass(source, 1);
    } else if (cutter->wrapped && !cutter->in_array) {
        return enter_member(cutter, source, ended);
    } else {
        return cut_record(cutter, source, lines, ended);
    }
    return SS_OK;
}

static ss_status cut_records(ss_json_cutter *cutter, ss_source *source, ss_buffer *lines)
{
    while (lines->length < SS_SOURCE_BATCH && !cutter->too_long) {
        char next;
        bool ended;
        SS_TRY(find_next(source, &next));
        if (next == '\0' && !cutter->in_array) return SS_OK;
        SS_TRY(step(cutter, source, next, lines, &ended));
        if (ended)
            return ss_fail(SS_ERROR_INPUT, "%s: the JSON is cut short behind record %llu; what was whole has been read",
                           ss_source_name(source), (unsigned long long)cutter->count);
    }
    return SS_OK;
}

ss_status ss_json_cut(ss_json_cutter *cutter, ss_source *source, ss_buffer *lines, uint64_t *number, bool *over)
{
    *over = false;
    *number = cutter->count + 1;
    ss_status status = cutter->too_long ? SS_OK : cut_records(cutter, source, lines);
    /* What went wrong behind whole records is told when they have been handed out. */
    bool bad = status == SS_ERROR_INPUT || status == SS_ERROR_IO;
    if (lines->length > 0 && (status == SS_OK || bad)) return ss_buffer_append(lines, "", 1);
    *over = !cutter->too_long;
    if (status != SS_OK || *over) return status;
    cutter->too_long = false;
    return ss_fail(SS_ERROR_INPUT, "%s#%llu: a record of more than %zu MiB", ss_source_name(source),
                   (unsigned long long)cutter->count, SS_LONGEST_TEXT >> 20);
}
