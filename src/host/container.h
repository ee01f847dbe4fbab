/* Archives of files: tar and zip, and what xz and bzip2 compress, which is read as an archive of one member. Nothing is
 * ever unpacked to disk: a member's name is a name and no path. */
#ifndef SS_CONTAINER_H
#define SS_CONTAINER_H

#include "stream.h"

typedef struct ss_container ss_container;

/* Whether the first bytes of a file, SS_STREAM_PEEK of them unless it is shorter, are those of an archive. */
bool ss_container_tell(const char *bytes, size_t length);

/* Takes over `stream`, also on failure. `path` names the archive; it is copied. */
ss_status ss_container_open(ss_container **out, ss_stream *stream, const char *path);

/* The next member, of the name "archive:name": both valid until the next call, *member freed by the caller before that;
 * NULL past the last. Folders and hidden files (.name) are passed over as they are in folders. SS_ERROR_INPUT tells of a
 * member that can't be read (a link, a device, encrypted), or of damage; the next call goes on behind it. */
ss_status ss_container_next(ss_container *container, const char **name, ss_stream **member);

void ss_container_free(ss_container *container);

#endif
