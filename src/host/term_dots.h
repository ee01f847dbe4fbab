/* The products of the terms of two articles: each of the one with each of the other.
 *
 * Terms stand side by side, eight entries of each: [entries / 8][SS_TERMS_MAX][8]. So one vector of a kernel holds eight
 * entries of some terms, which it multiplies with eight of one term of the other article, broadcast; the layout serves as
 * rows and as columns, and is made once an article. */
#ifndef SS_TERM_DOTS_H
#define SS_TERM_DOTS_H

#include "match.h"

#define SS_TERMS_MAX  24
#define SS_TERM_GROUP 8 /* entries of a term side by side */

/* Groups of entries of a term; what a dimension lacks in the last one are zeros. */
static inline size_t ss_term_groups(int dimension)
{
    return ((size_t)dimension + SS_TERM_GROUP - 1) / SS_TERM_GROUP;
}

/* Bytes of the terms of an article. */
static inline size_t ss_term_bytes(int dimension)
{
    return ss_term_groups(dimension) * SS_TERMS_MAX * SS_TERM_GROUP;
}

/* Where an entry of a term stands. */
static inline size_t ss_term_place(size_t term, size_t entry)
{
    return (entry / SS_TERM_GROUP * SS_TERMS_MAX + term) * SS_TERM_GROUP + entry % SS_TERM_GROUP;
}

/* dot[i][j] = term i of a times term j of b, of so many groups, for i below `rows` and all j; entries -127 .. 127. Further
 * rows of dot may be written to. */
typedef void ss_term_multiply(int32_t dot[SS_TERMS_MAX][SS_TERMS_MAX], const int8_t *a, const int8_t *b, size_t groups,
                              size_t rows);

/* By the fastest that this processor has. */
ss_term_multiply ss_term_dots;

/* The ways to do it, the fastest first, the plain one last; NULL past the last. They differ in nothing but speed. */
typedef struct ss_term_kernel {
    const ss_matcher *needs; /* the matcher that needs the same of a processor */
    ss_term_multiply *multiply;
} ss_term_kernel;

extern const ss_term_kernel ss_term_kernels[];

#if defined(__x86_64__)
ss_term_multiply ss_term_dots_avx512, ss_term_dots_avxvnni, ss_term_dots_avx2;
#endif
#if defined(__aarch64__) && defined(__linux__)
ss_term_multiply ss_term_dots_neon;
#endif

#endif
