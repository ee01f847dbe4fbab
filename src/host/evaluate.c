#include "evaluate.h"

#include "match.h"

double ss_sketch_cosine(const int8_t *a, uint32_t norm_a, const int8_t *b, uint32_t norm_b, int dimension)
{
    int32_t dot = 0;
    for (int k = 0; k < dimension; k++)
        dot += a[k] * b[k];
    return ss_cosine(dot, norm_a, norm_b);
}
