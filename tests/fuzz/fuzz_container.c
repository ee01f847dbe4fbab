/* Feeds bytes to the reader as an archive: tar, zip, xz, bzip2, and what is in them. */
#include "container.h"
#include "read_all.h"
#include "standalone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (ss_container_tell((const char *)data, size)) read_all("a.tar", data, size);
    return 0;
}
