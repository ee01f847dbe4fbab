/* Feeds bytes to the reader as a web archive: records, HTTP, pages. */
#include "reader.h"
#include "standalone.h"
#include "warc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ss_reader *reader;
    if (!ss_warc_tell((const char *)data, size)) return 0;
    if (ss_reader_open_memory(&reader, "a.warc", data, size, NULL, NULL) != SS_OK) return 0;
    ss_article article;
    bool more;
    while (ss_reader_next(reader, &article, &more) == SS_OK && more)
        ss_article_clear(&article);
    ss_reader_free(reader);
    return 0;
}
