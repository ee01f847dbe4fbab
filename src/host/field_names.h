/* What data sets call the fields of an article, in JSON and in the headers of tables. */
#ifndef SS_FIELD_NAMES_H
#define SS_FIELD_NAMES_H

#include "samestory.h"

typedef enum ss_field {
    SS_FIELD_ID,
    SS_FIELD_URL,
    SS_FIELD_LANG,
    SS_FIELD_TITLE,
    SS_FIELD_TEXT,
    SS_FIELD_PUBLISHED,
    SS_FIELD_SOURCE,
    SS_FIELD_AUTHOR,
    SS_FIELD_COUNT
} ss_field;

#define SS_MOST_NAMES 128
#define SS_NAME_SLOTS 512

/* A name as it is compared: without spaces and the marks _ and - within it, ASCII letters small; or, of a name that the
 * user gave, as it stands. */
typedef struct ss_field_name {
    const char *text;
    uint8_t length, field, rank; /* of the names of a field the lowest rank that is there counts; 0: the field's own */
    bool exact;
} ss_field_name;

typedef struct ss_field_names {
    ss_field_name name[SS_MOST_NAMES];
    size_t count;
    uint8_t slot[SS_NAME_SLOTS];     /* of a hash: the name's place and 1; 0: none */
    const char *own[SS_FIELD_COUNT]; /* of rank 0 */
} ss_field_names;

/* The usual names, behind those that entries such as "text=body" give, which must outlive *names; or, of fields that have
 * such a name, not at all. */
ss_status ss_field_names_set(ss_field_names *names, const char *const *entries, size_t entry_count, bool only_given);

/* The names that the key is, no two of one field, into found[]; how many. */
size_t ss_field_names_find(const ss_field_names *names, const char *key, size_t length,
                           const ss_field_name *found[SS_FIELD_COUNT]);

/* The name that a user gave in another case or with spaces; NULL: none. */
const ss_field_name *ss_field_names_find_loosely(const ss_field_names *names, const char *key, size_t length);

/* Whether the key is one of the usual names; *field is whose. */
bool ss_field_name_usual(const char *key, size_t length, ss_field *field);

#endif
