#include "output_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "status.h"
#include "whole_io.h"

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

/* Empty, or of this kind by its first words, in a page those of its first comment; or with none yet, as an archive is left
 * that was killed in its first batch. */
static bool may_be_replaced(const char *path, const char *kind)
{
    static const char page[] = "<!DOCTYPE html>\n<!-- ";
    const char none[64] = "";
    char head[64] = "";
    FILE *there = fopen(path, "rb");
    if (there == NULL) return false;
    (void)!fread(head, 1, sizeof head - 1, there);
    bool empty = !ferror(there) && memcmp(head, none, sizeof head) == 0;
    fclose(there);
    const char *words = strncmp(head, page, sizeof page - 1) == 0 ? head + sizeof page - 1 : head;
    return empty || strncmp(words, kind, strlen(kind)) == 0;
}

ss_status ss_output_check(const char *path, const char *kind)
{
    struct stat known;
    SS_TRY(check_folder(path));
    if (stat(path, &known) != 0) return SS_OK;
    if (!S_ISREG(known.st_mode))
        return ss_fail(SS_ERROR_ARGUMENT,
                       "can't write '%s': it is there already and is not a file; choose another name", path);
    if (may_be_replaced(path, kind)) return SS_OK;
    return ss_fail(SS_ERROR_ARGUMENT,
                   "won't replace '%s', which is not a %s file; choose another name or remove it first", path, kind);
}

ss_status ss_output_fail(const char *path, int error)
{
    bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
    return ss_fail(SS_ERROR_IO, "can't write '%s': %s; %s", path, strerror(error),
                   full ? "make room there or choose another place" : "choose another place");
}

ss_status ss_output_create(const char *path, char **temporary, int *descriptor)
{
    if (asprintf(temporary, "%s.tmp-%ld", path, (long)getpid()) < 0) {
        *temporary = NULL;
        return ss_fail_memory(strlen(path) + 32);
    }
    *descriptor = open(*temporary, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    return *descriptor >= 0 ? SS_OK : ss_output_fail(path, errno);
}

int ss_output_rename(const char *temporary, const char *path)
{
    if (rename(temporary, path) != 0) return errno;
    ss_sync_folder(path);
    return 0;
}
