/* Finds the numbers of a text: whatever it is, they stand within it, in order, and each agrees with itself alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "quantity.h"
#include "standalone.h"
#include "tiny_model.h"

#define MOST 32

static void check(const ss_quantity *quantity, size_t count, size_t length)
{
    for (size_t i = 0; i < count; i++) {
        const ss_quantity *q = &quantity[i];
        if (q->begin >= q->end || q->end > length || !isfinite(q->value)) abort();
        if (!(ss_quantity_information(q) >= 0 && ss_quantity_information(q) < 64)) abort();
        if (ss_quantity_agreement(q, q) != 1) abort();
        for (size_t j = 0; j < i; j++) {
            double agreement = ss_quantity_agreement(q, &quantity[j]);
            if (!(agreement >= 0 && agreement <= 1) || agreement != ss_quantity_agreement(&quantity[j], q)) abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ss_fold *fold;
    if (fold == NULL) fold = tiny_fold();
    ss_folded *folded = NULL, *exact;
    size_t count = 0, capacity = 0;
    if (ss_fold_text(fold, (const char *)data, size, &folded, NULL, &count, &capacity) != SS_OK) abort();
    /* A copy of exactly its size, so that a sanitizer sees what is read past the end. */
    exact = malloc(count > 0 ? count * sizeof *exact : 1);
    if (exact == NULL) abort();
    if (count > 0) memcpy(exact, folded, count * sizeof *exact);
    ss_quantity quantity[MOST];
    size_t found = ss_quantities_find(exact, count, 18955, quantity, MOST);
    if (found > MOST) abort();
    check(quantity, found, count);
    free(exact);
    free(folded);
    return 0;
}
