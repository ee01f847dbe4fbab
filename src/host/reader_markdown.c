/* Markdown -> article: front matter in YAML, then a body in which HTML and Markdown mix. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

#include "date.h"
#include "document.h"
#include "html.h"
#include "reader.h"
#include "status.h"

#define MAX_LINK_BYTES 4096 /* between the brackets of a link */

/* ---------------------------------------------------------- front matter */

/* The line that begins at `text`, without its end; *next is where the following one begins. */
static size_t line_length(const char *text, const char *end, const char **next)
{
    const char *newline = memchr(text, '\n', (size_t)(end - text));
    const char *stop = newline != NULL ? newline : end;
    *next = newline != NULL ? newline + 1 : end;
    while (stop > text && (stop[-1] == '\r' || stop[-1] == ' '))
        stop--;
    return (size_t)(stop - text);
}

static bool is_fence(const char *line, size_t length)
{
    return length == 3 && memcmp(line, "---", 3) == 0;
}

/* Finds the YAML between two lines "---" on top; false if there is none. *body is what follows it. */
static bool split_front_matter(const char *text, size_t length, const char **yaml, size_t *yaml_length,
                               const char **body)
{
    const char *end = text + length, *next;
    *body = text;
    if (!is_fence(text, line_length(text, end, &next))) return false;
    *yaml = next;
    while (next < end) {
        const char *line = next;
        if (!is_fence(line, line_length(line, end, &next))) continue;
        *yaml_length = (size_t)(line - *yaml);
        *body = next;
        return true;
    }
    return false;
}

static ss_status fail_yaml(const yaml_parser_t *parser, const char *yaml)
{
    if (parser->problem == NULL) return ss_fail_memory(sizeof *parser);
    size_t line = parser->problem_mark.line;
    if (parser->error == YAML_READER_ERROR) {
        line = 0;
        for (size_t i = 0; i < parser->problem_offset; i++)
            line += yaml[i] == '\n';
    }
    /* The marks count from 0, and the YAML begins in line 2. */
    return ss_fail(SS_ERROR_INPUT, "line %zu: front matter is no YAML: %s; mend it, or put the value in quotes",
                   line + 2, parser->problem);
}

/* The text of a scalar, or of the first one in a list; NULL for anything else and for what YAML takes as null. */
static const char *scalar_text(yaml_document_t *document, int index)
{
    const yaml_node_t *node = yaml_document_get_node(document, index);
    if (node != NULL && node->type == YAML_SEQUENCE_NODE &&
        node->data.sequence.items.start < node->data.sequence.items.top)
        node = yaml_document_get_node(document, *node->data.sequence.items.start);
    if (node == NULL || node->type != YAML_SCALAR_NODE) return NULL;
    const char *text = (const char *)node->data.scalar.value;
    bool plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (plain && (strcmp(text, "~") == 0 || strcasecmp(text, "null") == 0)) return NULL;
    return *text != '\0' ? text : NULL;
}

static const char *find_value(yaml_document_t *document, const char *key)
{
    const yaml_node_t *root = yaml_document_get_root_node(document);
    if (root == NULL || root->type != YAML_MAPPING_NODE) return NULL;
    for (const yaml_node_pair_t *pair = root->data.mapping.pairs.start; pair < root->data.mapping.pairs.top; pair++) {
        const char *name = scalar_text(document, pair->key);
        if (name != NULL && strcasecmp(name, key) == 0) return scalar_text(document, pair->value);
    }
    return NULL;
}

/* The first value that is an address, or is none, as `address` says, among those of `keys`, a list that ends in NULL. */
static ss_status copy_value(char **out, yaml_document_t *document, const char *const *keys, bool address)
{
    for (; *keys != NULL; keys++) {
        const char *value = find_value(document, *keys);
        if (value != NULL && ss_is_web_address(value) == address) return ss_copy_line(out, value, strlen(value));
    }
    return SS_OK;
}

static ss_status fill_from_yaml(ss_article *article, char **lang, yaml_document_t *document)
{
    static const char *const title[] = {"title", "headline", NULL};
    static const char *const url[] = {"url", "link", "from", "permalink", "canonical_url", "source", NULL};
    static const char *const source[] = {"source", "author", "publisher", "categories", "category", NULL};
    static const char *const author[] = {"author", "authors", "byline", "creator", NULL};
    static const char *const language[] = {"lang", "language", "locale", NULL};
    static const char *const date[] = {"date", "published", "published_at", "pubdate", NULL};
    SS_TRY(copy_value(&article->title, document, title, false));
    SS_TRY(copy_value(&article->url, document, url, true));
    SS_TRY(copy_value(&article->source, document, source, false));
    SS_TRY(copy_value(&article->author, document, author, false));
    SS_TRY(copy_value(lang, document, language, false));
    for (const char *const *key = date; *key != NULL && article->published.precision == SS_DATE_NONE; key++) {
        const char *value = find_value(document, *key);
        if (value != NULL) ss_date_parse(&article->published, value, strlen(value));
    }
    return SS_OK;
}

static ss_status read_front_matter(ss_article *article, char **lang, const char *yaml, size_t length)
{
    yaml_parser_t parser;
    yaml_document_t document;
    if (!yaml_parser_initialize(&parser)) return ss_fail_memory(sizeof parser);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)yaml, length);
    ss_status status;
    if (yaml_parser_load(&parser, &document)) {
        status = fill_from_yaml(article, lang, &document);
        yaml_document_delete(&document);
    } else {
        status = fail_yaml(&parser, yaml);
    }
    yaml_parser_delete(&parser);
    return status;
}

/* ------------------------------------------------------------------ body */

/* How many of one character the line begins with. */
static size_t count_run(const char *line, size_t length, char character)
{
    size_t count = 0;
    while (count < length && line[count] == character)
        count++;
    return count;
}

/* -----, ***, | --- | :-: |, ``` and [1]: https://... say nothing. */
static bool is_rule(const char *line, size_t length)
{
    size_t marks = 0, spaces = 0;
    for (size_t i = 0; i < length; i++) {
        marks += strchr("-=*_|:", line[i]) != NULL;
        spaces += line[i] == ' ';
    }
    if (marks >= 2 && marks + spaces == length) return true;
    if (count_run(line, length, '`') >= 3 || count_run(line, length, '~') >= 3) return true;
    const char *close = length > 0 && line[0] == '[' ? memchr(line, ']', length) : NULL;
    size_t after = close != NULL ? (size_t)(close - line) + 1 : length;
    return after + 2 < length && line[after] == ':' && memmem(line + after, length - after, "://", 3) != NULL;
}

/* Without the marks of quotes, headings and lists that the line begins with. */
static size_t skip_line_marks(const char *line, size_t length)
{
    size_t at = 0;
    while (at < length && (line[at] == '>' || line[at] == ' '))
        at++;
    size_t heading = count_run(line + at, length - at, '#');
    if (heading >= 1 && heading <= 6 && (at + heading == length || line[at + heading] == ' '))
        return at + heading + count_run(line + at + heading, length - at - heading, ' ');
    bool bullet = at + 1 < length && strchr("-*+", line[at]) != NULL && line[at + 1] == ' ';
    return bullet ? at + 2 : at;
}

/* Where the bracket that is open at `at` closes: `length` if nowhere near. */
static size_t closing_bracket(const char *line, size_t length, size_t at, char open, char close)
{
    size_t depth = 0, end = length - at > MAX_LINK_BYTES ? at + MAX_LINK_BYTES : length;
    for (; at < end; at++) {
        if (line[at] == '\\' && at + 1 < end)
            at++;
        else if (line[at] == open)
            depth++;
        else if (line[at] == close && --depth == 0)
            return at;
    }
    return length;
}

/* Where a link's "(address)" or "[name]" that begins at `at` ends; `at` if there is none. */
static size_t skip_target(const char *line, size_t length, size_t at)
{
    if (at >= length || (line[at] != '(' && line[at] != '[')) return at;
    size_t end = closing_bracket(line, length, at, line[at], line[at] == '(' ? ')' : ']');
    return end < length ? end + 1 : at;
}

static bool is_space_at(const char *line, size_t length, size_t at)
{
    return at >= length || line[at] == ' ' || line[at] == '\t';
}

/* Whether the mark at `at` is emphasis: not a sign between spaces, nor one inside a word such as file_name. */
static bool is_emphasis(const char *line, size_t length, size_t at)
{
    size_t start = at, end = at + count_run(line + at, length - at, line[at]);
    while (start > 0 && line[start - 1] == line[at])
        start--;
    bool space_before = start == 0 || is_space_at(line, length, start - 1);
    bool space_after = is_space_at(line, length, end);
    if (line[at] == '~') return end - start == 2;
    if (line[at] == '*') return !(space_before && space_after);
    return space_before != space_after || (end < length && strchr(".,;:!?)", line[end]) != NULL);
}

/* Adds a line to *out without the marks in it: [text](address) and ![image](address), *emphasis*, `code`, \escapes. */
static ss_status add_plain(ss_buffer *out, const char *line, size_t length)
{
    size_t link_end = length; /* the ']' of the link whose text is being added; links do not nest */
    for (size_t at = 0; at < length;) {
        char character = line[at];
        if (at == link_end) {
            at = skip_target(line, length, at + 1);
            link_end = length;
        } else if (character == '\\' && at + 1 < length && strchr("\\`*_{}[]()#+-.!~>|", line[at + 1]) != NULL) {
            SS_TRY(ss_buffer_append(out, line + at + 1, 1));
            at += 2;
        } else if (character == '!' && at + 1 < length && line[at + 1] == '[') {
            size_t close = closing_bracket(line, length, at + 1, '[', ']');
            size_t end = close < length ? skip_target(line, length, close + 1) : at;
            bool image = close < length && end > close + 1;
            if (!image) SS_TRY(ss_buffer_append(out, line + at, 1));
            at = image ? end : at + 1;
        } else if (character == '[' && link_end == length) {
            size_t close = closing_bracket(line, length, at, '[', ']');
            bool link = close < length && skip_target(line, length, close + 1) > close + 1;
            if (link) link_end = close;
            if (!link) SS_TRY(ss_buffer_append(out, line + at, 1));
            at++;
        } else {
            bool mark = character == '`' || (strchr("*_~", character) != NULL && is_emphasis(line, length, at));
            if (!mark) SS_TRY(ss_buffer_append(out, line + at, 1));
            at++;
        }
    }
    return SS_OK;
}

static ss_status add_body_line(ss_buffer *out, char **title, const char *line, size_t length)
{
    if (is_rule(line, length)) return SS_OK;
    size_t start = skip_line_marks(line, length);
    bool heading = memchr(line, '#', start) != NULL;
    size_t written = out->length;
    SS_TRY(add_plain(out, line + start, length - start));
    if (heading && *title == NULL && out->length > written)
        SS_TRY(ss_copy_line(title, out->data + written, out->length - written));
    return ss_buffer_append(out, "\n", 1);
}

/* Plain text of the body, and the first heading as the title of an article that has none yet. */
static ss_status read_body(ss_buffer *out, char **title, const char *body, size_t length)
{
    ss_buffer html;
    ss_status status = ss_html_read(&html, body, length, true, NULL);
    for (size_t at = 0; status == SS_OK && at < html.length;) {
        const char *line = html.data + at, *next;
        size_t line_size = line_length(line, html.data + html.length, &next);
        status = add_body_line(out, title, line, line_size);
        at = (size_t)(next - html.data);
    }
    ss_buffer_free(&html);
    return status;
}

ss_status ss_parse_markdown(ss_article *article, const char *text, size_t length)
{
    const char *yaml, *body;
    size_t yaml_length;
    char *lang = NULL;
    ss_buffer plain = {0};
    ss_status status = SS_OK;
    if (split_front_matter(text, length, &yaml, &yaml_length, &body))
        status = read_front_matter(article, &lang, yaml, yaml_length);
    if (status == SS_OK) status = read_body(&plain, &article->title, body, length - (size_t)(body - text));
    if (status == SS_OK && article->published.precision == SS_DATE_NONE && plain.length > 0)
        ss_date_find(&article->published, NULL, plain.data, plain.length);
    if (status == SS_OK) status = ss_document_finish(article, plain.length > 0 ? plain.data : "", plain.length, lang);
    ss_buffer_free(&plain);
    free(lang);
    return status;
}
