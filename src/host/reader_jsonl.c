/* One JSON object a line -> one article. */
#include "date.h"
#include "json_line.h"
#include "language.h"
#include "reader.h"
#include "status.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SECOND  (-62135596800) /* 0001-01-01 */
#define LAST_SECOND   253402300799   /* 9999-12-31T23:59:59 */
#define EXACT_INTEGER 9007199254740992.0

static const ss_json_names default_names = {{
    [SS_FIELD_ID] = {"id", NULL},
    [SS_FIELD_URL] = {"url", NULL},
    [SS_FIELD_LANG] = {"lang", "language"},
    [SS_FIELD_TITLE] = {"title", NULL},
    [SS_FIELD_TEXT] = {"text", NULL},
    [SS_FIELD_PUBLISHED] = {"published", "date"},
    [SS_FIELD_SOURCE] = {"source", NULL},
    [SS_FIELD_AUTHOR] = {"author", NULL},
}};

ss_status ss_json_names_set(ss_json_names *names, const char *const *entries, size_t entry_count)
{
    *names = default_names;
    for (size_t i = 0; i < entry_count; i++) {
        const char *entry = entries[i], *equals = strchr(entry, '=');
        if (equals == NULL || equals[1] == '\0')
            return ss_fail(SS_ERROR_ARGUMENT, "field \"%s\": write OURS=THEIRS, such as text=body", entry);
        size_t length = (size_t)(equals - entry), field = 0;
        while (field < SS_FIELD_COUNT && (strncmp(default_names.name[field][0], entry, length) != 0 ||
                                          default_names.name[field][0][length] != '\0'))
            field++;
        if (field == SS_FIELD_COUNT)
            return ss_fail(SS_ERROR_ARGUMENT,
                           "field \"%s\": before the '=' may stand id, url, lang, title, text, published, source or "
                           "author",
                           entry);
        names->name[field][0] = equals + 1;
        names->name[field][1] = NULL;
    }
    return SS_OK;
}

#define NAMES (SS_FIELD_COUNT * 2)

/* What the parser needs all along. */
typedef struct ss_context {
    ss_json_value value[NAMES]; /* under each of names->name, two for a field */
    const ss_json_names *names;
    const ss_job *job;
    const char *origin;
} ss_context;

/* The value of a field, NULL if it is not there or null; *name is the name it stands under. */
static const ss_json_value *get(const ss_context *context, ss_field field, const char **name)
{
    for (size_t i = 0; i < 2; i++) {
        *name = context->names->name[field][i];
        const ss_json_value *value = &context->value[2 * (size_t)field + i];
        if (value->kind != SS_JSON_ABSENT) return value;
    }
    return NULL;
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

/* Some write a list of authors, or an object: no reason to lose the article. */
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

/* Seconds since 1970. */
static ss_status read_seconds(const ss_context *context, ss_date *out, double seconds, const char *name)
{
    char what[96];
    if (seconds >= FIRST_SECOND && seconds <= LAST_SECOND) {
        *out = (ss_date){.seconds = (int64_t)seconds, .zone_minutes = 0, .precision = SS_DATE_SECOND};
        return SS_OK;
    }
    snprintf(what, sizeof what, "%.15g, no date in seconds since 1970", seconds);
    return refuse_date(context, name, what);
}

static ss_status read_date(const ss_context *context, ss_date *out, const char *text, size_t length, const char *name)
{
    char what[96];
    if (*text == '\0' || ss_date_parse(out, text, length)) return SS_OK;
    *out = (ss_date){0};
    snprintf(what, sizeof what, "\"%.40s\", no date such as 2021-11-23", text);
    return refuse_date(context, name, what);
}

static ss_status get_published(const ss_context *context, ss_date *out)
{
    const char *name;
    const ss_json_value *value = get(context, SS_FIELD_PUBLISHED, &name);
    if (value == NULL) return SS_OK;
    if (value->kind == SS_JSON_INTEGER || value->kind == SS_JSON_REAL)
        return read_seconds(context, out, value->real, name);
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
    SS_TRY(get_id(context, &article->id));
    SS_TRY(get_string(context, &article->url, SS_FIELD_URL));
    SS_TRY(get_string(context, &article->source, SS_FIELD_SOURCE));
    SS_TRY(get_author(context, &article->author));
    SS_TRY(get_string(context, &article->title, SS_FIELD_TITLE));
    SS_TRY(get_string(context, &article->text, SS_FIELD_TEXT));
    if (is_blank(article->title) && is_blank(article->text))
        return ss_fail(
            SS_ERROR_INPUT, "%s: neither \"%s\" nor \"%s\" holds text; where others do, name them with --field",
            context->origin, context->names->name[SS_FIELD_TITLE][0], context->names->name[SS_FIELD_TEXT][0]);
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
    switch (value != NULL ? json_typeof(value) : JSON_NULL) {
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

/* What ss_json_scan() does not take. */
static ss_status parse_tree(ss_context *context, ss_article *article, const char *line, size_t length)
{
    json_t *object;
    SS_TRY(load(&object, line, length, article->origin));
    ss_status status;
    if (json_is_object(object)) {
        for (size_t i = 0; i < NAMES; i++) {
            const char *name = context->names->name[i / 2][i % 2];
            context->value[i] = value_of(name != NULL ? json_object_get(object, name) : NULL);
        }
        status = fill(context, article);
    } else {
        status = ss_fail(SS_ERROR_INPUT, "%s: an article must be one JSON object", article->origin);
    }
    json_decref(object);
    return status;
}

ss_status ss_parse_json(ss_article *article, const ss_json_names *names, const char *line, size_t length,
                        const ss_job *job)
{
    ss_context context = {.names = names, .job = job, .origin = article->origin};
    if (!ss_json_scan(context.value, &names->name[0][0], NAMES, line, length))
        return parse_tree(&context, article, line, length);
    return fill(&context, article);
}
