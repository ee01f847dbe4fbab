#include "html.h"
#include "reader.h"
#include "standalone.h"

/* As a page, and as the piece of one that feeds and JSON strings hold. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ss_article article = {0};
    ss_parse_html(&article, (const char *)data, size);
    ss_article_clear(&article);
    ss_buffer text;
    ss_html_read(&text, (const char *)data, size, true, NULL);
    ss_buffer_free(&text);
    return 0;
}
