/* Bytes that grow. Zeroed, it is empty. */
#ifndef SS_BUFFER_H
#define SS_BUFFER_H

#include "samestory.h"

typedef struct ss_buffer {
    char *data;
    size_t length;
    size_t capacity;
} ss_buffer;

/* Makes room for `extra` bytes after the last. */
ss_status ss_buffer_reserve(ss_buffer *buffer, size_t extra);
ss_status ss_buffer_append(ss_buffer *buffer, const char *bytes, size_t length);
void ss_buffer_free(ss_buffer *buffer);

#endif
