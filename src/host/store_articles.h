/* Articles, their bodies and sketches as columns: what a results file and an archive (docs/format.md) have alike. */
#ifndef SS_STORE_ARTICLES_H
#define SS_STORE_ARTICLES_H

#include "hdf5_columns.h"
#include "result.h"

#define SS_COUNT(table) (sizeof(table) / sizeof *(table))
#define SS_SECONDS      "seconds since 1970-01-01T00:00:00 UTC"

/* Writes /articles (but for the columns that only one kind of file has), /articles_text and /sketches. In a growing file
 * rows are added to those that are there. */
ss_status ss_store_articles_write(ss_h5 *file, const ss_result *result);

/* Rows of /articles; width: entries of a sketch. */
ss_status ss_store_articles_extent(ss_h5 *file, size_t *rows, size_t *width);

/* Reads rows begin .. begin + count - 1, in the order in which they were written, into a result without articles. */
ss_status ss_store_articles_read(ss_h5 *file, size_t begin, size_t count, ss_result *result);

/* What is wrong with an article, or NULL. */
const char *ss_store_article_fault(const ss_article *article);

/* All columns of a table, of `count` items of `stride` bytes. */
ss_status ss_store_table_write(ss_h5 *file, const ss_column *columns, size_t column_count, const void *items,
                               size_t stride, size_t count);
ss_status ss_store_table_read(ss_h5 *file, const ss_column *columns, size_t column_count, void *items, size_t stride,
                              size_t begin, size_t count);

/* A zeroed array of at least one item. */
ss_status ss_store_new_array(void **out, size_t count, size_t size);

#endif
