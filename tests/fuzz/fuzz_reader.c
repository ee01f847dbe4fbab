/* Feeds bytes to the reader as one file: compression, encoding, format and all. The first byte chooses the name, and so
 * the format where the content leaves a doubt. */
#include "reader.h"
#include "standalone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"-", "a.jsonl", "a.txt", "a.md", "a.html"};
    if (size == 0) return 0;
    ss_reader *reader;
    const char *name = names[data[0] % (sizeof names / sizeof *names)];
    if (ss_reader_open_memory(&reader, name, data + 1, size - 1, NULL, NULL) != SS_OK) return 0;
    ss_article article;
    bool more;
    while (ss_reader_next(reader, &article, &more) == SS_OK && more)
        ss_article_clear(&article);
    ss_reader_free(reader);
    return 0;
}
