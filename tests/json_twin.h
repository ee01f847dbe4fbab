/* What ss_json_scan() takes must mean the same to jansson. For a unit test and a fuzzer. */
#ifndef SS_TESTS_JSON_TWIN_H
#define SS_TESTS_JSON_TWIN_H

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "json_line.h"

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

/* By the words of field_names.h: the value under the best name of a field that is no null, no "" and, but under the field's
 * own name, of a kind that the field may have. */
static inline const json_t *twin_find(json_t *object, const ss_field_names *names, size_t field)
{
    const json_t *best = NULL;
    int best_rank = 256;
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        const ss_field_name *found[SS_FIELD_COUNT];
        size_t count = ss_field_names_find(names, key, strlen(key), found);
        bool number = json_is_number(value) && field != SS_FIELD_ID && field != SS_FIELD_PUBLISHED;
        bool empty = json_is_string(value) && json_string_length(value) == 0;
        for (size_t i = 0; i < count; i++) {
            if (found[i]->field != field || found[i]->rank >= best_rank || json_is_null(value) || empty) continue;
            if (number && found[i]->rank > 0) continue;
            best = value;
            best_rank = found[i]->rank;
        }
    }
    return best;
}

/* False if the two disagree. *taken: ss_json_scan() took the line, of sound UTF-8 that ends in NUL. */
static inline bool twin_agrees(const char *line, size_t length, bool *taken)
{
    static const char *const own[] = {"author=a"};
    ss_field_names names;
    if (ss_field_names_set(&names, own, 1, false) != SS_OK) return false;
    ss_json_fields fields;
    *taken = ss_json_scan(&fields, &names, line, length);
    if (!*taken) return true;
    json_error_t error;
    json_t *object = json_loadb(line, length, JSON_ALLOW_NUL, &error);
    bool equal = json_is_object(object);
    for (size_t i = 0; i < SS_FIELD_COUNT && equal; i++)
        equal = twin_equal(&fields.value[i], twin_find(object, &names, i));
    json_decref(object);
    return equal;
}

#endif
