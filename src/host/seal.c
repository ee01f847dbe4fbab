#include "seal.h"

#include <stdio.h>
#include <string.h>

#include "digest.h"
#include "status.h"
#include "whole_io.h"

static ss_status digest_rest(ss_digest *digest, int descriptor)
{
    char buffer[65536];
    for (uint64_t at = SS_SEAL_SIZE;;) {
        ssize_t got = ss_read_at(descriptor, buffer, sizeof buffer, at);
        if (got < 0) return SS_ERROR_IO;
        if (got == 0) return SS_OK;
        ss_digest_bytes(digest, buffer, (size_t)got);
        at += (uint64_t)got;
    }
}

/* The seal as it should be: readable text, filled up with NUL. */
static ss_status make_seal(char seal[SS_SEAL_SIZE], int descriptor, const char *name)
{
    char hex[SS_DIGEST_LENGTH + 1];
    ss_digest *digest;
    SS_TRY(ss_digest_new(&digest));
    ss_status status = digest_rest(digest, descriptor);
    if (status == SS_OK) status = ss_digest_finish(digest, hex);
    ss_digest_free(digest);
    if (status != SS_OK) return status;
    memset(seal, 0, SS_SEAL_SIZE);
    snprintf(seal, SS_SEAL_SIZE, "%s\nsha256 of all from byte %d on: %s\n", name, SS_SEAL_SIZE, hex);
    return SS_OK;
}

ss_status ss_seal_write(int descriptor, const char *name)
{
    char seal[SS_SEAL_SIZE];
    SS_TRY(make_seal(seal, descriptor, name));
    return ss_write_at(descriptor, seal, sizeof seal, 0) == 0 ? SS_OK : SS_ERROR_IO;
}

ss_status ss_seal_check(int descriptor, const char *name, bool *sealed, bool *intact)
{
    char found[SS_SEAL_SIZE] = {0}, expected[SS_SEAL_SIZE];
    *sealed = *intact = false;
    if (ss_read_at(descriptor, found, sizeof found, 0) < 0) return SS_ERROR_IO;
    *sealed = strncmp(found, name, strlen(name)) == 0;
    if (!*sealed) return SS_OK;
    SS_TRY(make_seal(expected, descriptor, name));
    *intact = memcmp(found, expected, sizeof found) == 0;
    return SS_OK;
}
