#include "input_list.h"

#include <string.h>
#include <sys/stat.h>

#include "files.h"
#include "status.h"

static void digest_file(ss_digest *digest, const char *path)
{
    struct stat known = {0};
    ss_digest_bytes(digest, path, strlen(path) + 1);
    if (stat(path, &known) != 0 || !S_ISREG(known.st_mode)) return; /* standard input, or a pipe */
    ss_digest_number(digest, (uint64_t)known.st_size, 8);
    ss_digest_number(digest, (uint64_t)known.st_mtim.tv_sec, 8);
    ss_digest_number(digest, (uint64_t)known.st_mtim.tv_nsec, 8);
}

/* What can't be looked into is told by the reader; here it counts for nothing. */
static ss_status digest_files(ss_digest *digest, ss_files *files)
{
    for (;;) {
        const char *path = NULL;
        ss_status status = ss_files_next(files, &path);
        if (status == SS_ERROR_IO) continue;
        if (status != SS_OK || path == NULL) return status;
        digest_file(digest, path);
    }
}

ss_status ss_input_list(char hex[SS_INPUT_LIST_SIZE], const char *const *paths, size_t path_count,
                        const char *const *fields, size_t field_count)
{
    ss_digest *digest;
    ss_files *files;
    SS_TRY(ss_files_open(&files, paths, path_count));
    ss_status status = ss_digest_new(&digest);
    if (status == SS_OK) status = digest_files(digest, files);
    for (size_t i = 0; i < field_count && status == SS_OK; i++)
        ss_digest_bytes(digest, fields[i], strlen(fields[i]) + 1);
    if (status == SS_OK) status = ss_digest_finish(digest, hex);
    ss_digest_free(digest);
    ss_files_free(files);
    return status;
}
