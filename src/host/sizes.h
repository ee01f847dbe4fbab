/* Arithmetic on counts of things. */
#ifndef SS_SIZES_H
#define SS_SIZES_H

#include <stddef.h>

static inline size_t ss_divide_up(size_t count, size_t by)
{
    return (count + by - 1) / by;
}

static inline size_t ss_smaller(size_t x, size_t y)
{
    return x < y ? x : y;
}

static inline size_t ss_larger(size_t x, size_t y)
{
    return x > y ? x : y;
}

#endif
