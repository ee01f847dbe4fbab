/* Memory for large tables that are looked up at random. */
#ifndef SS_PAGES_H
#define SS_PAGES_H

#include <stddef.h>

/* `size` bytes from a cache line's begin, in huge pages where the system has them: with small ones most look-ups miss the
 * TLB. For free(); NULL without memory. */
void *ss_pages_allocate(size_t size);

#endif
