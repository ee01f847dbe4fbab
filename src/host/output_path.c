#include "output_path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "status.h"

static ss_status check_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
    char *folder;
    SS_TRY(ss_copy_text(&folder, length > 0 ? path : ".", length > 0 ? length : 1));
    ss_status status = SS_OK;
    if (access(folder, W_OK | X_OK) != 0)
        status = ss_fail(SS_ERROR_IO, "can't write '%s': %s; choose another place", path, strerror(errno));
    free(folder);
    return status;
}

/* Empty, HDF5, or with samestory's seal. */
static bool is_ours(const char *path)
{
    char head[9] = "";
    FILE *there = fopen(path, "rb");
    if (there == NULL) return false;
    size_t length = fread(head, 1, sizeof head, there);
    fclose(there);
    return length == 0 || memcmp(head, "\x89HDF\r\n\x1a\n", 8) == 0 || memcmp(head, "samestory", sizeof head) == 0;
}

ss_status ss_output_check(const char *path)
{
    struct stat known;
    SS_TRY(check_folder(path));
    if (stat(path, &known) != 0) return SS_OK;
    if (!S_ISREG(known.st_mode))
        return ss_fail(SS_ERROR_IO, "can't write '%s': it is there already and is not a file; choose another name",
                       path);
    if (is_ours(path)) return SS_OK;
    return ss_fail(SS_ERROR_IO,
                   "won't replace '%s', which samestory did not write; choose another name or remove it first", path);
}
