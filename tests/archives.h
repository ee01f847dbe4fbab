/* Archives for tests, of made-up news. Include after cmocka.h. */
#ifndef SS_TESTS_ARCHIVES_H
#define SS_TESTS_ARCHIVES_H

#include "linked_articles.h"
#include "store_archive.h"

/* The articles with their sketches, as ss_archive_append() takes them. */
ss_result *sketched(ss_articles articles);

/* Those of make_articles() that are dated, of numbers begin .. end - 1. */
ss_articles some_articles(size_t begin, size_t end);

/* Adds them as one batch. */
ss_status append_articles(ss_archive *archive, ss_articles articles);

/* A new archive with one batch, closed. */
void write_archive(const char *path, ss_articles articles);

/* All that is in an archive; ss_result_free() it. */
ss_result *read_archive(const char *path);

/* Articles in their order, bodies and sketches. */
void assert_same_parts(const ss_result *a, const ss_result *b);

void copy_file(const char *from, const char *to);

#endif
