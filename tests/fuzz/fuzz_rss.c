#include <stdlib.h>

#include "reader.h"
#include "standalone.h"

static void drop(void *user, ss_article *article, ss_status status)
{
    (void)user, (void)status;
    ss_article_clear(article);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *broken;
    ss_parse_rss((const char *)data, size, drop, NULL, &broken);
    free(broken);
    return 0;
}
