/* Tables of texts and what ss_quantities_find() should tell of each. */
#ifndef SS_TESTS_QUANTITIES_H
#define SS_TESTS_QUANTITIES_H

#include "quantity.h"

#define MOST 32

typedef struct found {
    ss_quantity quantity[MOST];
    size_t count;
} found;

/* The quantities of folded characters, looked at in a copy of exactly their size, so that a sanitizer sees what is read
 * past their ends. */
found find_folded(const ss_folded *folded, size_t length, int32_t published, size_t most);

/* Those of a text, published on that day (ISO 8601; NULL: nobody knows when). */
found find_most(const char *text, const char *published, size_t most);

typedef struct row {
    const char *text, *expected; /* "money usd 30000000; dead ~16; date 2021-11-23" */
} row;

/* All rows are looked at, so that one run shows every one that fails. */
void check_rows(const row *rows, size_t count, const char *published);

#define CHECK(rows, published) check_rows(rows, sizeof(rows) / sizeof *(rows), published)

#define WEDNESDAY "2021-11-24"

/* Before and after a group of tests. */
int make_quantity_fold(void **state);
int free_quantity_fold(void **state);

#endif
