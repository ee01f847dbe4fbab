/* One JSON object a line -> one article. */
#include "buffer.h"
#include "date.h"
#include "document.h"
#include "json_line.h"
#include "language.h"
#include "reader.h"
#include "status.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SECOND  (-62135596800) /* 0001-01-01 */
#define LAST_SECOND   253402300799   /* 9999-12-31T23:59:59 */
#define EXACT_INTEGER 9007199254740992.0
#define LEAST_TEXT    40 /* bytes of a string that may be the text of an article */

/* What the parser needs all along. */
typedef struct ss_context {
    ss_json_fields fields;
    const ss_field_names *names;
    const ss_date_custom *custom;
    const ss_job *job;
    const char *origin;
    bool *given; /* of each field: set where a record holds it under the name that the user gave */
} ss_context;

/* The value of a field, NULL if there is none; *name is the name it stands under. */
static const ss_json_value *get(const ss_context *context, ss_field field, const char **name)
{
    if (context->fields.name[field] == NULL) return NULL;
    *name = context->fields.name[field]->text;
    return &context->fields.value[field];
}

static ss_status fail_type(const ss_context *context, const char *name, const char *wanted)
{
    return ss_fail(SS_ERROR_INPUT, "%s: field \"%s\" is not a %s", context->origin, name, wanted);
}

/* A copy of a JSON string in *out. */
static ss_status copy_string(const ss_context *context, char **out, const ss_json_value *value, const char *name)
{
    if (value->escaped) {
        *out = malloc(value->length + 1); /* no escape is shorter than what it stands for */
        if (*out == NULL) return ss_fail_memory(value->length + 1);
        ss_json_unescape(*out, value->text, value->length);
        return SS_OK;
    }
    SS_TRY(ss_copy_text(out, value->text, value->length));
    size_t nuls = 0;
    for (char *nul = *out; (nul = memchr(nul, '\0', value->length - (size_t)(nul - *out))) != NULL; nuls++)
        *nul = ' ';
    if (nuls > 0)
        ss_tell_warning(context->job, "%s: %zu NUL characters in field \"%s\", read as spaces", context->origin, nuls,
                        name);
    return SS_OK;
}

static ss_status get_string(const ss_context *context, char **out, ss_field field)
{
    const char *name;
    const ss_json_value *value = get(context, field, &name);
    if (value == NULL) return SS_OK;
    if (value->kind != SS_JSON_STRING) return fail_type(context, name, "string");
    return copy_string(context, out, value, name);
}

/* What is no name is no reason to lose the article. */
static ss_status get_author(const ss_context *context, char **out)
{
    const char *name;
    const ss_json_value *value = get(context, SS_FIELD_AUTHOR, &name);
    return value != NULL && value->kind == SS_JSON_STRING ? copy_string(context, out, value, name) : SS_OK;
}

static ss_status get_id(const ss_context *context, char **out)
{
    const char *name;
    const ss_json_value *value = get(context, SS_FIELD_ID, &name);
    if (value == NULL) return SS_OK;
    if (value->kind == SS_JSON_STRING) return copy_string(context, out, value, name);
    char number[32];
    double real = value->real;
    if (value->kind == SS_JSON_INTEGER)
        snprintf(number, sizeof number, "%lld", value->integer);
    else if (value->kind == SS_JSON_REAL && real > -EXACT_INTEGER && real < EXACT_INTEGER &&
             real == (double)(long long)real)
        snprintf(number, sizeof number, "%lld", (long long)real);
    else
        return fail_type(context, name, "string or an integer");
    return ss_copy_text(out, number, strlen(number));
}

/* A date that is none leaves the article undated; a strict job does not stand for it. `what`: the value, and why. */
static ss_status refuse_date(const ss_context *context, const char *name, const char *what)
{
    if (context->job != NULL && context->job->strict)
        return ss_fail(SS_ERROR_INPUT, "%s: field \"%s\" is %s", context->origin, name, what);
    ss_tell_warning(context->job, "%s: field \"%s\" is %s; article left undated", context->origin, name, what);
    return SS_OK;
}

/* Seconds since 1970, or thousandths and less of them, or the digits of a date: 20211123. */
static ss_status read_number(const ss_context *context, ss_date *out, double number, const char *name)
{
    char what[96];
    int length = snprintf(what, sizeof what, "%.0f", trunc(number));
    size_t size = length > 0 && (size_t)length < sizeof what ? (size_t)length : 0;
    if (ss_date_parse(out, what, size) || ss_date_parse_unix(out, what, size)) return SS_OK;
    if (number >= FIRST_SECOND && number <= LAST_SECOND) {
        *out = (ss_date){.seconds = (int64_t)number, .zone_minutes = 0, .precision = SS_DATE_SECOND};
        return SS_OK;
    }
    snprintf(what, sizeof what, "%.15g, no date in seconds since 1970", number);
    return refuse_date(context, name, what);
}

static ss_status read_date(const ss_context *context, ss_date *out, const char *text, size_t length, const char *name)
{
    char what[96];
    if (ss_date_parse_in(out, context->custom, text, length) || ss_date_parse_unix(out, text, length)) return SS_OK;
    snprintf(what, sizeof what, "\"%.40s\", no date such as 2021-11-23", text);
    return refuse_date(context, name, what);
}

static ss_status get_published(const ss_context *context, ss_date *out)
{
    const char *name;
    const ss_json_value *value = get(context, SS_FIELD_PUBLISHED, &name);
    if (value == NULL) return SS_OK;
    if (value->kind == SS_JSON_INTEGER || value->kind == SS_JSON_REAL)
        return read_number(context, out, value->real, name);
    if (value->kind != SS_JSON_STRING) return fail_type(context, name, "string or a number");
    char *text;
    SS_TRY(ss_copy_text(&text, value->text, value->length));
    size_t length = value->escaped ? ss_json_unescape(text, value->text, value->length) : value->length;
    ss_status status = read_date(context, out, text, length, name);
    free(text);
    return status;
}

static ss_status get_lang(const ss_context *context, ss_article *article)
{
    char *tag = NULL;
    SS_TRY(get_string(context, &tag, SS_FIELD_LANG));
    bool declared = tag != NULL && *tag != '\0';
    if (declared) article->lang = ss_lang_parse(tag);
    free(tag);
    return declared ? SS_OK : ss_article_detect_lang(article);
}

static bool is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

static ss_status fill(const ss_context *context, ss_article *article)
{
    for (size_t field = 0; field < SS_FIELD_COUNT; field++)
        if (context->fields.name[field] != NULL && context->fields.name[field]->exact) context->given[field] = true;
    SS_TRY(get_id(context, &article->id));
    SS_TRY(get_string(context, &article->url, SS_FIELD_URL));
    SS_TRY(get_string(context, &article->source, SS_FIELD_SOURCE));
    SS_TRY(get_author(context, &article->author));
    SS_TRY(get_string(context, &article->title, SS_FIELD_TITLE));
    SS_TRY(get_string(context, &article->text, SS_FIELD_TEXT));
    if (is_blank(article->title) && is_blank(article->text))
        return ss_fail(SS_ERROR_INPUT,
                       "%s: neither \"%s\" nor \"%s\" holds text; where others do, name them with --field",
                       context->origin, context->names->own[SS_FIELD_TITLE], context->names->own[SS_FIELD_TEXT]);
    SS_TRY(get_published(context, &article->published));
    return get_lang(context, article);
}

static ss_status load(json_t **out, const char *line, size_t length, const char *origin)
{
    json_error_t error;
    errno = 0; /* out of memory, jansson may say that the JSON is broken */
    *out = json_loadb(line, length, JSON_ALLOW_NUL, &error);
    /* An integer past 64 bits in a field that nobody asked for is no reason to lose the article. */
    if (*out == NULL && json_error_code(&error) == json_error_numeric_overflow)
        *out = json_loadb(line, length, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &error);
    if (*out != NULL) return SS_OK;
    if (errno == ENOMEM) return ss_fail_memory(length);
    return ss_fail(SS_ERROR_INPUT, "%s: broken JSON at byte %d: %s; an article must be one JSON object", origin,
                   error.position, error.text);
}

static ss_json_value value_of(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_NULL:
        return (ss_json_value){.kind = SS_JSON_ABSENT};
    case JSON_STRING:
        return (ss_json_value){
            .kind = SS_JSON_STRING, .text = json_string_value(value), .length = json_string_length(value)};
    case JSON_INTEGER:
        return (ss_json_value){
            .kind = SS_JSON_INTEGER, .integer = (long long)json_integer_value(value), .real = json_number_value(value)};
    case JSON_REAL:
        return (ss_json_value){.kind = SS_JSON_REAL, .real = json_number_value(value)};
    default:
        return (ss_json_value){.kind = SS_JSON_OTHER};
    }
}

/* The string that an object stands for, as {"id": 7, "name": "Gazette"} for a source; NULL: none. */
static const json_t *string_in(const json_t *value)
{
    static const char *const members[] = {"name", "title", "main", "original", NULL};
    for (const char *const *member = members; json_is_object(value) && *member != NULL; member++)
        if (json_is_string(json_object_get(value, *member))) return json_object_get(value, *member);
    return json_is_string(value) ? value : NULL;
}

/* The same of a list: authors joined by "; ", paragraphs by line ends, and of anything else the first. */
static ss_status join_list(ss_buffer *out, const json_t *list, size_t field)
{
    const char *mark = field == SS_FIELD_AUTHOR ? "; " : "\n";
    size_t most = field == SS_FIELD_AUTHOR || field == SS_FIELD_TEXT ? json_array_size(list) : 1;
    for (size_t i = 0; i < most; i++) {
        const json_t *text = string_in(json_array_get(list, i));
        if (text == NULL) continue;
        if (out->length > 0) SS_TRY(ss_buffer_append(out, mark, strlen(mark)));
        SS_TRY(ss_buffer_append(out, json_string_value(text), json_string_length(text)));
    }
    return SS_OK;
}

/* Keeps what stands under a name, lists and objects as the strings that they stand for; those of lists are made in `made`. */
static ss_status keep_member(ss_context *context, const ss_field_name *name, const json_t *member, ss_buffer *made)
{
    ss_json_value value = value_of(member);
    if (json_is_array(member)) {
        ss_buffer joined = {0};
        SS_TRY(join_list(&joined, member, name->field));
        if (joined.length > 0) {
            ss_buffer_free(&made[name->field]);
            made[name->field] = joined;
            value = (ss_json_value){.kind = SS_JSON_STRING, .text = joined.data, .length = joined.length};
        }
    } else if (json_is_object(member) && string_in(member) != NULL) {
        value = value_of(string_in(member));
    }
    if (value.kind != SS_JSON_OTHER || name->rank == 0) ss_json_keep(&context->fields, name, &value);
    return SS_OK;
}

static ss_status keep_members(ss_context *context, json_t *object, ss_buffer *made)
{
    const char *key;
    json_t *member;
    context->fields = (ss_json_fields){0};
    json_object_foreach(object, key, member)
    {
        const ss_field_name *found[SS_FIELD_COUNT];
        size_t count = ss_field_names_find(context->names, key, strlen(key), found);
        for (size_t i = 0; i < count; i++)
            SS_TRY(keep_member(context, found[i], member, made));
    }
    return SS_OK;
}

/* What ss_json_scan() does not take, and what holds lists or objects. */
static ss_status parse_tree(ss_context *context, ss_article *article, const char *line, size_t length)
{
    json_t *object;
    ss_buffer made[SS_FIELD_COUNT] = {0};
    SS_TRY(load(&object, line, length, article->origin));
    ss_status status = SS_OK;
    if (!json_is_object(object))
        status = ss_fail(SS_ERROR_INPUT, "%s: an article must be one JSON object", article->origin);
    if (status == SS_OK) status = keep_members(context, object, made);
    if (status == SS_OK) status = fill(context, article);
    for (size_t i = 0; i < SS_FIELD_COUNT; i++)
        ss_buffer_free(&made[i]);
    json_decref(object);
    return status;
}

static bool holds_other(const ss_json_fields *fields)
{
    for (size_t i = 0; i < SS_FIELD_COUNT; i++)
        if (fields->value[i].kind == SS_JSON_OTHER) return true;
    return false;
}

ss_status ss_parse_json(ss_article *article, const ss_field_names *names, const ss_date_custom *custom,
                        const char *line, size_t length, const ss_job *job, bool *given)
{
    ss_context context = {.names = names, .custom = custom, .job = job, .origin = article->origin, .given = given};
    if (!ss_json_scan(&context.fields, names, line, length) || holds_other(&context.fields))
        return parse_tree(&context, article, line, length);
    return fill(&context, article);
}

/* What a date tells of how dates are written: false if more has to be looked at. */
static bool look_at_date(ss_records_look *look, const ss_json_value *value)
{
    ss_date date;
    ss_date_order order;
    if (value->kind != SS_JSON_STRING || !ss_date_tell_order(&order, value->text, value->length))
        return value->kind != SS_JSON_ABSENT;
    if (order != SS_ORDER_UNKNOWN) {
        look->custom.order = order;
        look->unclear[0] = '\0';
        return true;
    }
    size_t size = value->length < sizeof look->unclear ? value->length : sizeof look->unclear - 1;
    if (look->unclear[0] == '\0' && !ss_date_parse(&date, value->text, value->length))
        snprintf(look->unclear, sizeof look->unclear, "%.*s", (int)size, value->text);
    return false;
}

/* Keeps the name of the longest string of a record, if that may be its text: longer than its title, and no address. */
static void look_for_text(ss_records_look *look, const ss_field_names *names, const char *line, size_t length)
{
    const char *key, *longest = NULL;
    json_t *object = json_loadb(line, length, JSON_ALLOW_NUL, NULL), *member;
    size_t most = LEAST_TEXT;
    json_object_foreach(object, key, member)
    {
        const ss_field_name *found[SS_FIELD_COUNT];
        size_t size = json_string_length(member), count = ss_field_names_find(names, key, strlen(key), found);
        if (size <= most || ss_is_web_address(json_string_value(member))) continue;
        longest = count == 0 ? key : found[0]->field == SS_FIELD_TITLE ? NULL : longest;
        most = size;
    }
    if (longest != NULL) snprintf(look->unread, sizeof look->unread, "%s", longest);
    json_decref(object);
}

void ss_json_look(ss_records_look *look, const ss_field_names *names, const char *lines, size_t length)
{
    *look = (ss_records_look){.custom.order = SS_ORDER_MONTH_FIRST};
    bool dates = false, texts = false;
    for (const char *line = lines, *end = lines + length; line < end && !(dates && texts);) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        size_t size = (size_t)((newline != NULL ? newline : end) - line);
        ss_json_fields fields;
        if (ss_json_scan(&fields, names, line, size)) {
            texts = texts || fields.name[SS_FIELD_TEXT] != NULL;
            dates = dates || look_at_date(look, &fields.value[SS_FIELD_PUBLISHED]);
            if (!texts && look->unread[0] == '\0') look_for_text(look, names, line, size);
        }
        line += size + 1;
    }
    if (texts) look->unread[0] = '\0';
}
