/* Feeds bytes to the reader as one file: compression, encoding, format and all. The first byte chooses the name, and so
 * the format where the content leaves a doubt. */
#include "read_all.h"
#include "standalone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"-", "a.jsonl", "a.txt", "a.md", "a.html", "a.json", "a.csv", "a.xml"};
    if (size > 0) read_all(names[data[0] % (sizeof names / sizeof *names)], data + 1, size - 1);
    return 0;
}
