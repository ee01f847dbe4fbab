/* The order of neighbours, and a list that is kept as a heap with the worst of them at its root: the same code on host
 * and device. */
#ifndef SS_MATCH_ORDER_H
#define SS_MATCH_ORDER_H

#ifdef __cplusplus
#define restrict __restrict__ /* match.h is written in C, and kernels in C++ */
#endif
#include "match.h"
#ifdef __cplusplus
#undef restrict
#endif

/* The row whose neighbours are put in order. */
typedef struct ss_order {
    uint32_t norm;         /* of the row */
    const uint32_t *norms; /* of the other set */
} ss_order;

/* Whether x comes before y in the order of match.h. Scores that are far apart are told by their squares, which spares a
 * root and a division where a heap spends its time; near a tie only ss_cosine() itself may decide. */
SS_EVERYWHERE static inline bool ss_order_better(const ss_order *order, ss_neighbour x, ss_neighbour y)
{
    uint32_t norm_x = order->norms[x.index], norm_y = order->norms[y.index];
    if (x.dot == y.dot && norm_x == norm_y) return x.index < y.index; /* of thousands of copies, all are so */
    double square_x = (double)x.dot * fabs((double)x.dot) * (double)norm_y;
    double square_y = (double)y.dot * fabs((double)y.dot) * (double)norm_x;
    double apart = square_x - square_y;
    if (fabs(apart) > 1e-9 * (fabs(square_x) + fabs(square_y))) return apart > 0;

    double score_x = ss_cosine(x.dot, order->norm, norm_x), score_y = ss_cosine(y.dot, order->norm, norm_y);
    return score_x > score_y || (score_x == score_y && x.index < y.index);
}

/* Puts `entering` into the hole at the root of the first `size` items. */
SS_EVERYWHERE static inline void ss_order_sift_down(const ss_order *order, ss_neighbour *item, size_t size,
                                                    ss_neighbour entering)
{
    size_t hole = 0;
    for (size_t child = 1; child < size; child = 2 * hole + 1) {
        if (child + 1 < size && ss_order_better(order, item[child], item[child + 1])) child++;
        if (!ss_order_better(order, entering, item[child])) break;
        item[hole] = item[child];
        hole = child;
    }
    item[hole] = entering;
}

SS_EVERYWHERE static inline void ss_order_sift_up(const ss_order *order, ss_neighbour *item, size_t hole,
                                                  ss_neighbour entering)
{
    while (hole > 0) {
        size_t parent = (hole - 1) / 2;
        if (ss_order_better(order, entering, item[parent])) break;
        item[hole] = item[parent];
        hole = parent;
    }
    item[hole] = entering;
}

/* Takes the neighbour in if it is among the k best so far; true if so. It must not be in the list yet. */
SS_EVERYWHERE static inline bool ss_order_offer(const ss_order *order, ss_neighbour *item, uint32_t *found, size_t k,
                                                ss_neighbour neighbour)
{
    if (*found < k) {
        ss_order_sift_up(order, item, (*found)++, neighbour);
        return true;
    }
    if (!ss_order_better(order, neighbour, item[0])) return false;
    ss_order_sift_down(order, item, k, neighbour);
    return true;
}

/* Puts the list in its final order, best first; it is no heap any more. */
SS_EVERYWHERE static inline void ss_order_sort(const ss_order *order, ss_neighbour *item, uint32_t found)
{
    for (size_t size = found; size > 1; size--) {
        ss_neighbour worst = item[0];
        ss_order_sift_down(order, item, size - 1, item[size - 1]);
        item[size - 1] = worst;
    }
}

/* The least dot / (length of the other row) with which a neighbour may enter, but for rounding: -INFINITY while there
 * is room, INFINITY for an empty sketch. */
SS_EVERYWHERE static inline double ss_order_bar(const ss_order *order, const ss_neighbour *item, uint32_t found,
                                                size_t k)
{
    if (order->norm == 0) return (double)INFINITY;
    if (found < k) return -(double)INFINITY;
    return (double)item[0].dot / sqrt((double)order->norms[item[0].index]);
}

/* A bar in float, low enough that rounding, of it and of what is compared with it, loses nothing. */
SS_EVERYWHERE static inline float ss_order_lowered(double bar)
{
    return isinf(bar) ? (float)bar : (float)(bar - 1e-5 * fabs(bar));
}

#endif
