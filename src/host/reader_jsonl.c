/* One JSON object a line -> one article. */
#include "date.h"
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
                           "field \"%s\": before the '=' may stand id, url, lang, title, text, published or source",
                           entry);
        names->name[field][0] = equals + 1;
        names->name[field][1] = NULL;
    }
    return SS_OK;
}

/* What the parser needs all along. */
typedef struct ss_context {
    const json_t *object;
    const ss_json_names *names;
    const ss_job *job;
    const char *origin;
} ss_context;

/* The value of a field, NULL if it is not there or null; *name is the name it stands under. */
static const json_t *get(const ss_context *context, ss_field field, const char **name)
{
    for (size_t i = 0; i < 2 && context->names->name[field][i] != NULL; i++) {
        *name = context->names->name[field][i];
        const json_t *value = json_object_get(context->object, *name);
        if (value != NULL && !json_is_null(value)) return value;
    }
    return NULL;
}

static ss_status fail_type(const ss_context *context, const char *name, const char *wanted)
{
    return ss_fail(SS_ERROR_INPUT, "%s: field \"%s\" is not a %s", context->origin, name, wanted);
}

/* A copy of a JSON string in *out. */
static ss_status copy_string(const ss_context *context, char **out, const json_t *value, const char *name)
{
    size_t length = json_string_length(value), nuls = 0;
    SS_TRY(ss_copy_text(out, json_string_value(value), length));
    for (size_t i = 0; i < length; i++) {
        if ((*out)[i] != '\0') continue;
        (*out)[i] = ' ';
        nuls++;
    }
    if (nuls > 0)
        ss_tell_warning(context->job, "%s: %zu NUL characters in field \"%s\", read as spaces", context->origin, nuls,
                        name);
    return SS_OK;
}

static ss_status get_string(const ss_context *context, char **out, ss_field field)
{
    const char *name;
    const json_t *value = get(context, field, &name);
    if (value == NULL) return SS_OK;
    if (!json_is_string(value)) return fail_type(context, name, "string");
    return copy_string(context, out, value, name);
}

static ss_status get_id(const ss_context *context, char **out)
{
    const char *name;
    const json_t *value = get(context, SS_FIELD_ID, &name);
    if (value == NULL) return SS_OK;
    if (json_is_string(value)) return copy_string(context, out, value, name);
    char number[32];
    double real = json_number_value(value);
    if (json_is_integer(value))
        snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value) && real > -EXACT_INTEGER && real < EXACT_INTEGER && real == (double)(long long)real)
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

static ss_status get_published(const ss_context *context, ss_date *out)
{
    const char *name;
    const json_t *value = get(context, SS_FIELD_PUBLISHED, &name);
    char what[96];
    if (value == NULL) return SS_OK;
    if (json_is_number(value)) {
        double seconds = json_number_value(value);
        if (seconds >= FIRST_SECOND && seconds <= LAST_SECOND) {
            *out = (ss_date){.seconds = (int64_t)seconds, .zone_minutes = 0, .precision = SS_DATE_SECOND};
            return SS_OK;
        }
        snprintf(what, sizeof what, "%.15g, no date in seconds since 1970", seconds);
        return refuse_date(context, name, what);
    }
    if (!json_is_string(value)) return fail_type(context, name, "string or a number");
    const char *text = json_string_value(value);
    if (*text != '\0' && !ss_date_parse(out, text, json_string_length(value))) {
        *out = (ss_date){0};
        snprintf(what, sizeof what, "\"%.40s\", no date such as 2021-11-23", text);
        return refuse_date(context, name, what);
    }
    return SS_OK;
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
    SS_TRY(get_string(context, &article->title, SS_FIELD_TITLE));
    SS_TRY(get_string(context, &article->text, SS_FIELD_TEXT));
    if (is_blank(article->title) && is_blank(article->text))
        return ss_fail(SS_ERROR_INPUT, "%s: neither \"%s\" nor \"%s\" holds text", context->origin,
                       context->names->name[SS_FIELD_TITLE][0], context->names->name[SS_FIELD_TEXT][0]);
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
    return ss_fail(SS_ERROR_INPUT, "%s: broken JSON at byte %d: %s; a line must be one JSON object", origin,
                   error.position, error.text);
}

ss_status ss_parse_json(ss_article *article, const ss_json_names *names, const char *line, size_t length,
                        const ss_job *job)
{
    json_t *object;
    SS_TRY(load(&object, line, length, article->origin));
    ss_status status;
    if (json_is_object(object)) {
        ss_context context = {object, names, job, article->origin};
        status = fill(&context, article);
    } else {
        status = ss_fail(SS_ERROR_INPUT, "%s: a line must be one JSON object", article->origin);
    }
    json_decref(object);
    return status;
}
