/* Numbers out of the bytes of an input. */
#ifndef SS_TESTS_FUZZ_TAKING_H
#define SS_TESTS_FUZZ_TAKING_H

#include <stdint.h>
#include <string.h>

/* The next bytes of the input, zeros past its end. */
typedef struct source {
    const uint8_t *data;
    size_t left;
} source;

static inline void take(source *from, void *value, size_t size)
{
    size_t have = from->left < size ? from->left : size;
    memset(value, 0, size);
    if (have > 0) memcpy(value, from->data, have);
    from->data += have;
    from->left -= have;
}

static inline uint8_t take_byte(source *from)
{
    uint8_t byte;
    take(from, &byte, 1);
    return byte;
}

#endif
