/* Kinds of characters, of bytes and of code points, whatever the locale. */
#ifndef SS_ASCII_H
#define SS_ASCII_H

#include <stdbool.h>
#include <stdint.h>

static inline bool ss_is_digit(int32_t c)
{
    return c >= '0' && c <= '9';
}

static inline bool ss_is_letter(int32_t c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

#endif
