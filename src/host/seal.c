#include "seal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "digest.h"
#include "status.h"

static ss_status digest_rest(ss_digest *digest, int descriptor)
{
    char buffer[65536];
    for (off_t at = SS_SEAL_SIZE;;) {
        ssize_t got = pread(descriptor, buffer, sizeof buffer, at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return SS_ERROR_IO;
        if (got == 0) return SS_OK;
        ss_digest_bytes(digest, buffer, (size_t)got);
        at += got;
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
    ssize_t put = pwrite(descriptor, seal, sizeof seal, 0);
    if (put >= 0 && put < SS_SEAL_SIZE) errno = ENOSPC;
    return put == SS_SEAL_SIZE ? SS_OK : SS_ERROR_IO;
}

ss_status ss_seal_check(int descriptor, const char *name, bool *sealed, bool *intact)
{
    char found[SS_SEAL_SIZE] = {0}, expected[SS_SEAL_SIZE];
    *sealed = *intact = false;
    if (pread(descriptor, found, sizeof found, 0) < 0) return SS_ERROR_IO;
    *sealed = strncmp(found, name, strlen(name)) == 0;
    if (!*sealed) return SS_OK;
    SS_TRY(make_seal(expected, descriptor, name));
    *intact = memcmp(found, expected, sizeof found) == 0;
    return SS_OK;
}
