/* SHA-256 over numbers and bytes, the same on every machine. */
#ifndef SS_DIGEST_H
#define SS_DIGEST_H

#include "samestory.h"

#define SS_DIGEST_LENGTH 64 /* hexadecimal digits */

typedef struct ss_digest ss_digest;

ss_status ss_digest_new(ss_digest **out);
void ss_digest_free(ss_digest *digest);

void ss_digest_bytes(ss_digest *digest, const void *bytes, size_t size);
/* The low `size` (1 .. 8) bytes of a number, lowest first. */
void ss_digest_number(ss_digest *digest, uint64_t number, size_t size);
void ss_digest_double(ss_digest *digest, double number);

/* Ends it; a failure of any step before shows here. */
ss_status ss_digest_finish(ss_digest *digest, char hex[SS_DIGEST_LENGTH + 1]);

/* The first 8 bytes, the lowest first, of the SHA-256 of these bytes alone. */
ss_status ss_digest_short(uint64_t *out, const void *bytes, size_t size);

#endif
