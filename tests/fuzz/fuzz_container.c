/* Feeds bytes to the reader as an archive: tar, zip, xz, bzip2, and what is in them. */
#include "container.h"
#include "reader.h"
#include "standalone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ss_reader *reader;
    if (!ss_container_tell((const char *)data, size)) return 0;
    if (ss_reader_open_memory(&reader, "a.tar", data, size, NULL, NULL) != SS_OK) return 0;
    ss_article article;
    bool more;
    while (ss_reader_next(reader, &article, &more) == SS_OK && more)
        ss_article_clear(&article);
    ss_reader_free(reader);
    return 0;
}
