/* Takes bytes for a HTTP response: head, chunks, compression. */
#include "http_message.h"
#include "standalone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    ss_http_head head;
    if (!ss_http_head_parse(&head, bytes, size)) return 0;
    ss_slice charset = ss_http_charset(head.content_type);
    if (charset.length > head.content_type.length) abort();
    ss_buffer body = {0};
    bool damaged;
    ss_http_body(&body, &head, bytes + head.length, size - head.length, &damaged);
    ss_buffer_free(&body);
    return 0;
}
