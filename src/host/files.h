/* The files that paths stand for: files themselves, "-" for standard input, and folders with all that is in them. */
#ifndef SS_FILES_H
#define SS_FILES_H

#include "samestory.h"

typedef struct ss_files ss_files;

/* `paths` must outlive it. Nothing is looked at yet. */
ss_status ss_files_open(ss_files **out, const char *const *paths, size_t path_count);

/* The next file, NULL past the last; the path is valid until the next call. Folders are gone through in the byte order of
 * their names; hidden entries in them are passed over, and so are the parts of pages that a browser saved: folders X_files
 * or X.files beside X.html or X.htm. SS_ERROR_IO tells of one thing that can't be looked into; the next
 * call goes on behind it. */
ss_status ss_files_next(ss_files *files, const char **path);

/* Folders of parts of saved pages that were passed over since the last time this was asked. */
size_t ss_files_take_parts(ss_files *files);

void ss_files_free(ss_files *files);

#endif
