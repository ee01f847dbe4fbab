#include "csv.h"

#include <stdio.h>
#include <string.h>

#include "status.h"

#define MOST_LOOKS 4 /* for the ends of quotation marks that have none, in times the size of what has been read */
/* Of rows that a quotation mark may have swallowed: least lines, and the separators in them that are no chance. */
#define LEAST_SWALLOWED 3
#define NO_CHANCE       20
#define MOST_TOLD       20 /* quotation marks that are not closed */

void ss_csv_clear(ss_csv *csv)
{
    ss_buffer_free(&csv->keys);
    *csv = (ss_csv){0};
}

/* ------------------------------------------------------------------ fields */

/* A field as it stands in the text. */
typedef struct table_field {
    const char *text;
    size_t length;
    bool quoted; /* two quotation marks stand for one */
} table_field;

typedef enum field_end {
    FIELD_SEPARATOR,
    FIELD_ROW,     /* the row ends behind it */
    FIELD_OPEN,    /* the text ends before the field does */
    FIELD_UNSOUND, /* something stands behind the quotation mark that closes it */
} field_end;

/* Text of which a row is read. */
typedef struct row_text {
    const char *at, *end;
    bool whole;   /* nothing comes behind `end` */
    bool literal; /* quotation marks are characters like others */
    char separator;
} row_text;

/* What comes behind a field that ends at `past`. */
static field_end end_field(row_text *row, const char *past)
{
    const char *newline = past < row->end && *past == '\r' ? past + 1 : past;
    row->at = past;
    if (past < row->end && *past == row->separator) {
        row->at = past + 1;
        return FIELD_SEPARATOR;
    }
    if (newline == row->end) {
        row->at = newline;
        return row->whole ? FIELD_ROW : FIELD_OPEN;
    }
    row->at = newline + 1;
    return *newline == '\n' ? FIELD_ROW : FIELD_UNSOUND;
}

static field_end read_quoted(row_text *row, table_field *field)
{
    const char *past = field->text = row->at + 1;
    field->quoted = true;
    for (;; past += 2) {
        past = memchr(past, '"', (size_t)(row->end - past));
        if (past == NULL) row->at = row->end;
        if (past == NULL) return row->whole ? FIELD_UNSOUND : FIELD_OPEN;
        if (past + 1 == row->end || past[1] != '"') break;
    }
    field->length = (size_t)(past - field->text);
    return past + 1 == row->end && !row->whole ? FIELD_OPEN : end_field(row, past + 1);
}

static field_end read_field(row_text *row, table_field *field)
{
    if (row->at < row->end && *row->at == '"' && !row->literal) return read_quoted(row, field);
    const char *past = row->at;
    while (past < row->end && *past != row->separator && *past != '\n')
        past++;
    *field = (table_field){.text = row->at, .length = (size_t)(past - row->at)};
    if (field->length > 0 && past[-1] == '\r' && (past == row->end || *past == '\n')) field->length--;
    return end_field(row, past);
}

static ss_status append_json(ss_buffer *out, const char *text, size_t length)
{
    char escape[8];
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        size_t size = 1;
        if (c == '"' || c == '\\')
            size = (size_t)snprintf(escape, sizeof escape, "\\%c", c);
        else if (c > 0 && c < ' ')
            size = (size_t)snprintf(escape, sizeof escape, "\\u%04x", c);
        SS_TRY(ss_buffer_append(out, size > 1 ? escape : text + i, size));
    }
    return SS_OK;
}

/* As a JSON string. */
static ss_status append_field(ss_buffer *out, const table_field *field)
{
    const char *at = field->text, *end = field->text + field->length;
    SS_TRY(ss_buffer_append(out, "\"", 1));
    while (at < end) {
        const char *quote = field->quoted ? memchr(at, '"', (size_t)(end - at)) : NULL;
        const char *past = quote != NULL ? quote + 1 : end;
        SS_TRY(append_json(out, at, (size_t)(past - at)));
        at = past + (quote != NULL);
    }
    return ss_buffer_append(out, "\"", 1);
}

/* -------------------------------------------------------------------- rows */

typedef struct table_row {
    size_t fields, size; /* bytes of the text */
    bool blank;
    bool unclosed; /* it opens a quotation mark that is not closed there, and was read as one line, marks as they are */
} table_row;

/* Reads a row and appends it to *lines as a JSON object of its fields that are not empty. */
static ss_status read_row(const ss_csv *csv, row_text *text, ss_buffer *lines, table_row *row, field_end *end)
{
    const char *start = text->at, *key = csv->keys.data;
    *row = (table_row){.blank = true};
    size_t members = 0;
    do {
        table_field field = {0};
        *end = read_field(text, &field);
        if (*end == FIELD_OPEN || *end == FIELD_UNSOUND) return SS_OK;
        row->blank = row->blank && row->fields == 0 && field.length == 0;
        if (row->fields++ >= csv->columns) continue;
        if (field.length > 0) {
            SS_TRY(ss_buffer_append(lines, members++ == 0 ? "{" : ",", 1));
            SS_TRY(ss_buffer_append(lines, key, strlen(key)));
            SS_TRY(append_field(lines, &field));
        }
        key += strlen(key) + 1;
    } while (*end == FIELD_SEPARATOR);
    row->size = (size_t)(text->at - start);
    if (row->blank) return SS_OK;
    return ss_buffer_append(lines, members == 0 ? "{}" : "}", members == 0 ? 2 : 1);
}

/* Whether a row of several lines is rather many rows, from a quotation mark that was not closed to one that stands somewhere:
 * each line is a row by itself, and together they are none, or they are more than chance would make of a text. */
static bool swallows_rows(const ss_csv *csv, const char *start, const table_row *row)
{
    row_text lines = {
        .at = start, .end = start + row->size, .whole = true, .literal = true, .separator = csv->separator};
    size_t count = 0;
    if (csv->columns < 2 || memchr(start, '\n', row->size) == lines.end - 1) return false;
    for (; lines.at < lines.end; count++) {
        table_field field;
        size_t fields = 1;
        while (read_field(&lines, &field) == FIELD_SEPARATOR)
            fields++;
        if (fields != csv->columns) return false;
    }
    return count >= LEAST_SWALLOWED && (row->fields != csv->columns || count * (csv->columns - 1) >= NO_CHANCE);
}

/* The same of the row at the head of the source, which brings as much text as that takes. A row whose quotation marks are
 * unsound is read once more, as one line and with quotation marks as they are: so it costs no other row. */
static ss_status read_next(ss_csv *csv, ss_source *source, ss_buffer *lines, table_row *row)
{
    size_t before = lines->length, wanted = 0;
    bool more = true, unclosed = false, literal = csv->gave_up;
    for (;;) {
        row_text text = {.separator = csv->separator, .literal = literal};
        const char *start;
        size_t length;
        field_end end;
        ss_source_peek(source, &start, &length);
        text.at = start;
        text.end = start + length;
        text.whole = !more || length > SS_LONGEST_TEXT;
        if (length < wanted && more) {
            SS_TRY(ss_source_more(source, &more));
            continue;
        }
        SS_TRY(read_row(csv, &text, lines, row, &end));
        if (end == FIELD_ROW && !literal && swallows_rows(csv, start, row)) end = FIELD_UNSOUND;
        row->unclosed = unclosed;
        if (end == FIELD_ROW) return SS_OK;
        lines->length = before;
        if (end == FIELD_UNSOUND) {
            size_t looked = (size_t)(text.at - start);
            literal = true;
            /* Or else something stands behind a mark that closes a field of the same line. */
            unclosed = memchr(start, '\n', looked) != NULL || text.at == text.end;
            csv->looked += looked;
        } else {
            wanted = 2 * length + 1; /* so that no text is looked at much more than twice */
        }
    }
}

/* ------------------------------------------------------------------ header */

/* The character that most often stands between columns in the first line. */
static char find_separator(const char *text, size_t length)
{
    static const char candidates[] = "\t;|,";
    size_t count[sizeof candidates] = {0}, best = 0;
    bool quoted = false;
    for (size_t i = 0; i < length && (quoted || text[i] != '\n'); i++) {
        const char *found = text[i] != '\0' && !quoted ? strchr(candidates, text[i]) : NULL;
        quoted ^= text[i] == '"';
        if (found != NULL) count[found - candidates]++;
    }
    for (size_t i = 1; candidates[i] != '\0'; i++)
        if (count[i] > count[best]) best = i;
    return candidates[best];
}

static row_text begin_header(const char *text, size_t length)
{
    const row_text header = {
        .at = text, .end = text + length, .whole = true, .separator = find_separator(text, length)};
    row_text rest = header, literal = header;
    field_end end;
    table_field field;
    do
        end = read_field(&rest, &field);
    while (end == FIELD_SEPARATOR);
    literal.literal = true;
    return end == FIELD_UNSOUND ? literal : header;
}

bool ss_csv_tell(const char *text, size_t length)
{
    row_text header = begin_header(text, length);
    size_t known = 0, texts = 0;
    field_end end;
    do {
        table_field column = {0};
        ss_field field;
        end = read_field(&header, &column);
        if (!ss_field_name_usual(column.text, column.length, &field)) continue;
        known++;
        texts += field == SS_FIELD_TITLE || field == SS_FIELD_TEXT;
    } while (end == FIELD_SEPARATOR);
    return known >= 2 && texts > 0;
}

/* The name that the user gave, where a column is called so but for case and spaces; one that is called just so stays. */
static table_field name_column(const ss_field_names *names, table_field column)
{
    const ss_field_name *found[SS_FIELD_COUNT];
    size_t count = names != NULL ? ss_field_names_find(names, column.text, column.length, found) : 0;
    for (size_t i = 0; i < count; i++)
        if (found[i]->exact) return column;
    if (names == NULL) return column;
    const ss_field_name *name = ss_field_names_find_loosely(names, column.text, column.length);
    return name != NULL ? (table_field){.text = name->text, .length = name->length} : column;
}

/* Whether a title or a text can come of the column. */
static bool holds_texts(const ss_field_names *names, table_field column)
{
    const ss_field_name *found[SS_FIELD_COUNT];
    size_t count = ss_field_names_find(names, column.text, column.length, found);
    for (size_t i = 0; i < count; i++)
        if (found[i]->field == SS_FIELD_TITLE || found[i]->field == SS_FIELD_TEXT) return true;
    return false;
}

static size_t count_newlines(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += text[i] == '\n';
    return count;
}

static ss_status read_header(ss_csv *csv, ss_source *source)
{
    const char *text;
    size_t length;
    ss_source_peek(source, &text, &length);
    row_text header = begin_header(text, length);
    field_end end;
    bool texts = csv->names == NULL;
    do {
        table_field name;
        end = read_field(&header, &name);
        name = name_column(csv->names, name);
        texts = texts || holds_texts(csv->names, name);
        SS_TRY(append_field(&csv->keys, &name));
        SS_TRY(ss_buffer_append(&csv->keys, ":", 2)); /* with its NUL */
        csv->columns++;
    } while (end == FIELD_SEPARATOR);
    csv->separator = header.separator;
    csv->line = count_newlines(text, (size_t)(header.at - text));
    ss_source_pass(source, (size_t)(header.at - text));
    /* Else each row would be refused for the same reason. */
    if (texts) return SS_OK;
    return ss_fail(
        SS_ERROR_INPUT,
        "%s: no column is called \"%s\", \"%s\" or the like; say which holds them, such as with --field text=COLUMN",
        ss_source_name(source), csv->names->own[SS_FIELD_TITLE], csv->names->own[SS_FIELD_TEXT]);
}

/* ----------------------------------------------------------------- cutting */

static void tell_unclosed(ss_csv *csv, const ss_source *source)
{
    unsigned long long line = csv->line + 1;
    if (++csv->unclosed <= MOST_TOLD)
        ss_tell_warning(csv->job,
                        "%s:%llu: a quotation mark opens a field and is not closed; it is read as a character",
                        ss_source_name(source), line);
    if (csv->looked <= MOST_LOOKS * ss_source_bytes(source) + SS_SOURCE_BATCH) return;
    csv->gave_up = true;
    ss_tell_warning(csv->job,
                    "%s: behind line %llu all quotation marks are read as characters: too many are not closed",
                    ss_source_name(source), line);
}

/* The next row. *full: a bad row has come up, which is told when those before it have been handed out. */
static ss_status cut_row(ss_csv *csv, ss_source *source, ss_buffer *lines, bool *full)
{
    size_t before = lines->length, length;
    const char *text;
    table_row row;
    ss_status status = read_next(csv, source, lines, &row);
    bool bad = status == SS_OK && !row.blank && row.fields != csv->columns;
    if (status != SS_OK || bad) lines->length = before;
    SS_TRY(status);
    *full = bad && before > 0;
    if (*full) return SS_OK;
    if (row.unclosed) tell_unclosed(csv, source);
    ss_source_peek(source, &text, &length);
    size_t newlines = count_newlines(text, row.size);
    for (size_t i = 0; i < newlines && !bad; i++)
        SS_TRY(ss_buffer_append(lines, "\n", 1));
    ss_source_pass(source, row.size);
    csv->line += newlines;
    if (!bad) return SS_OK;
    return ss_fail(SS_ERROR_INPUT,
                   "%s:%llu: %zu columns where the header has %zu; quote what holds a separator or a line end",
                   ss_source_name(source), (unsigned long long)(csv->line + 1 - newlines), row.fields, csv->columns);
}

ss_status ss_csv_cut(ss_csv *csv, ss_source *source, ss_buffer *lines, uint64_t *number, bool *over)
{
    bool full = false, more = true;
    *over = true;
    if (csv->separator == '\0') SS_TRY(read_header(csv, source));
    *number = csv->line + 1;
    while (lines->length < SS_SOURCE_BATCH && !full) {
        const char *text;
        size_t length;
        uint64_t line = csv->line;
        ss_source_peek(source, &text, &length);
        ss_status status = length > 0 ? cut_row(csv, source, lines, &full) : ss_source_more(source, &more);
        bool bad = status == SS_ERROR_INPUT || status == SS_ERROR_IO;
        if (bad && lines->length > 0) break;
        *over = csv->line == line; /* or else a row was passed over */
        SS_TRY(status);
        if (!more) break;
    }
    *over = lines->length == 0;
    if (*over && csv->unclosed > MOST_TOLD)
        ss_tell_warning(csv->job, "%s: %llu more quotation marks that are not closed", ss_source_name(source),
                        (unsigned long long)(csv->unclosed - MOST_TOLD));
    return *over ? SS_OK : ss_buffer_append(lines, "", 1);
}
