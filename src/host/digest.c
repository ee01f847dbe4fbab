#include "digest.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "status.h"

struct ss_digest {
    EVP_MD_CTX *context;
    bool failed;
    size_t pending; /* single numbers are gathered: a call of libcrypto costs more than hashing them */
    uint8_t buffer[4096];
};

ss_status ss_digest_new(ss_digest **out)
{
    *out = NULL;
    ss_digest *digest = calloc(1, sizeof *digest);
    if (digest == NULL) return ss_fail_memory(sizeof *digest);
    digest->context = EVP_MD_CTX_new();
    if (digest->context == NULL) {
        free(digest);
        return ss_fail(SS_ERROR_MEMORY, "out of memory for a checksum");
    }
    digest->failed = EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL) != 1;
    *out = digest;
    return SS_OK;
}

void ss_digest_free(ss_digest *digest)
{
    if (digest == NULL) return;
    EVP_MD_CTX_free(digest->context);
    free(digest);
}

static void flush(ss_digest *digest)
{
    if (EVP_DigestUpdate(digest->context, digest->buffer, digest->pending) != 1) digest->failed = true;
    digest->pending = 0;
}

void ss_digest_bytes(ss_digest *digest, const void *bytes, size_t size)
{
    flush(digest);
    if (size > 0 && EVP_DigestUpdate(digest->context, bytes, size) != 1) digest->failed = true;
}

void ss_digest_number(ss_digest *digest, uint64_t number, size_t size)
{
    if (digest->pending + size > sizeof digest->buffer) flush(digest);
    for (size_t i = 0; i < size; i++)
        digest->buffer[digest->pending++] = (uint8_t)(number >> (8 * i));
}

void ss_digest_double(ss_digest *digest, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    ss_digest_number(digest, bits, sizeof bits);
}

ss_status ss_digest_finish(ss_digest *digest, char hex[SS_DIGEST_LENGTH + 1])
{
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    flush(digest);
    if (digest->failed || EVP_DigestFinal_ex(digest->context, sum, &length) != 1 || length != SS_DIGEST_LENGTH / 2)
        return ss_fail(SS_ERROR_INTERNAL, "libcrypto can't compute SHA-256 here");
    for (size_t i = 0; i < length; i++)
        snprintf(hex + 2 * i, 3, "%02x", sum[i]);
    return SS_OK;
}

ss_status ss_digest_short(uint64_t *out, const void *bytes, size_t size)
{
    unsigned char sum[EVP_MAX_MD_SIZE];
    if (EVP_Digest(bytes, size, sum, NULL, EVP_sha256(), NULL) != 1)
        return ss_fail(SS_ERROR_INTERNAL, "libcrypto can't compute SHA-256 here");
    *out = 0;
    for (int i = 7; i >= 0; i--)
        *out = *out << 8 | sum[i];
    return SS_OK;
}
