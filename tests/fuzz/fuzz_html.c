#include "reader.h"
#include "standalone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ss_article article = {0};
    ss_parse_html(&article, (const char *)data, size);
    ss_article_clear(&article);
    return 0;
}
