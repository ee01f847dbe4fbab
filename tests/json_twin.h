/* What ss_json_scan() takes must mean the same to jansson. For a unit test and a fuzzer. */
#ifndef SS_TESTS_JSON_TWIN_H
#define SS_TESTS_JSON_TWIN_H

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "json_line.h"

static const char *const twin_names[] = {"title", "text", "id", "published", NULL, "a"};
#define TWIN_NAMES (sizeof twin_names / sizeof *twin_names)

static inline bool twin_equal(const ss_json_value *value, const json_t *other)
{
    if (other == NULL || json_is_null(other)) return value->kind == SS_JSON_ABSENT;
    if (json_is_string(other)) {
        if (value->kind != SS_JSON_STRING) return false;
        char *text = malloc(value->length + 1);
        if (text == NULL) return false;
        size_t length = value->length;
        if (value->escaped)
            length = ss_json_unescape(text, value->text, value->length);
        else
            memcpy(text, value->text, length);
        bool equal = length == json_string_length(other) && memcmp(text, json_string_value(other), length) == 0;
        free(text);
        return equal;
    }
    if (json_is_integer(other))
        return value->kind == SS_JSON_INTEGER && value->integer == json_integer_value(other) &&
               value->real == json_number_value(other);
    return value->kind == SS_JSON_OTHER;
}

/* False if the two disagree. *taken: ss_json_scan() took the line, of sound UTF-8 that ends in NUL. */
static inline bool twin_agrees(const char *line, size_t length, bool *taken)
{
    ss_json_value value[TWIN_NAMES];
    *taken = ss_json_scan(value, twin_names, TWIN_NAMES, line, length);
    if (!*taken) return true;
    json_error_t error;
    json_t *object = json_loadb(line, length, JSON_ALLOW_NUL, &error);
    bool equal = json_is_object(object);
    for (size_t i = 0; i < TWIN_NAMES && equal; i++)
        equal = twin_equal(&value[i], twin_names[i] != NULL ? json_object_get(object, twin_names[i]) : NULL);
    json_decref(object);
    return equal;
}

#endif
