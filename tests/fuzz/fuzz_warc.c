/* Feeds bytes to the reader as a web archive: records, HTTP, pages. */
#include "read_all.h"
#include "standalone.h"
#include "warc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (ss_warc_tell((const char *)data, size)) read_all("a.warc", data, size);
    return 0;
}
