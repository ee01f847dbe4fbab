/* Bytes as one file, read to its end. */
#ifndef SS_TESTS_FUZZ_READ_ALL_H
#define SS_TESTS_FUZZ_READ_ALL_H

#include <stdint.h>

#include "reader.h"

static inline void read_all(const char *name, const uint8_t *data, size_t size)
{
    ss_reader *reader;
    if (ss_reader_open_memory(&reader, name, data, size, NULL, NULL) != SS_OK) return;
    ss_article article;
    bool more;
    while (ss_reader_next(reader, &article, &more) == SS_OK && more)
        ss_article_clear(&article);
    ss_reader_free(reader);
}

#endif
