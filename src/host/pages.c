#include "pages.h"

#include <stdlib.h>
#include <sys/mman.h>

#define CACHE_LINE ((size_t)64)
#define HUGE_PAGE  ((size_t)2 << 20)

void *ss_pages_allocate(size_t size)
{
    size_t alignment = size >= HUGE_PAGE ? HUGE_PAGE : CACHE_LINE;
    size_t rounded = (size + alignment - 1) / alignment * alignment;
    void *memory = aligned_alloc(alignment, rounded > 0 ? rounded : alignment);
    /* Advice: where it is not taken, small pages do. */
    if (memory != NULL && size >= HUGE_PAGE) madvise(memory, rounded, MADV_HUGEPAGE);
    return memory;
}
