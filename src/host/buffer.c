#include "buffer.h"
#include "status.h"

#include <stdlib.h>
#include <string.h>

ss_status ss_buffer_reserve(ss_buffer *buffer, size_t extra)
{
    if (extra > SIZE_MAX - buffer->length) return ss_fail_memory(extra);
    void *data = buffer->data;
    SS_TRY(ss_grow(&data, &buffer->capacity, buffer->length + extra, 1));
    buffer->data = data;
    return SS_OK;
}

ss_status ss_buffer_append(ss_buffer *buffer, const char *bytes, size_t length)
{
    SS_TRY(ss_buffer_reserve(buffer, length));
    if (length > 0) memcpy(buffer->data + buffer->length, bytes, length);
    buffer->length += length;
    return SS_OK;
}

void ss_buffer_free(ss_buffer *buffer)
{
    free(buffer->data);
    memset(buffer, 0, sizeof *buffer);
}
