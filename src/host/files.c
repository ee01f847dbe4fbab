#include "files.h"
#include "buffer.h"
#include "status.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A folder that is being gone through. */
typedef struct ss_folder {
    struct dirent **entry;
    int count, next;
    size_t path_length; /* of its own path, in ss_files.path */
    dev_t device;
    ino_t inode;
} ss_folder;

struct ss_files {
    const char *const *paths;
    size_t path_count, next;
    ss_buffer path;    /* what is being looked at; ends in NUL */
    ss_folder *folder; /* the one of `paths` first, each next one inside the one before */
    size_t depth, capacity;
    size_t parts; /* folders passed over */
};

ss_status ss_files_open(ss_files **out, const char *const *paths, size_t path_count)
{
    *out = calloc(1, sizeof **out);
    if (*out == NULL) return ss_fail_memory(sizeof **out);
    (*out)->paths = paths;
    (*out)->path_count = path_count;
    return SS_OK;
}

static void leave_folder(ss_files *files)
{
    ss_folder *folder = &files->folder[--files->depth];
    for (int i = 0; i < folder->count; i++)
        free(folder->entry[i]);
    free(folder->entry);
}

void ss_files_free(ss_files *files)
{
    if (files == NULL) return;
    while (files->depth > 0)
        leave_folder(files);
    free(files->folder);
    ss_buffer_free(&files->path);
    free(files);
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static ss_status fail_path(const ss_files *files, int error)
{
    if (error == ENOMEM) return ss_fail_memory(sizeof(struct dirent));
    return ss_fail(SS_ERROR_IO, "%s: %s", files->path.data, strerror(error));
}

static ss_status enter_folder(ss_files *files, const struct stat *what)
{
    for (size_t i = 0; i < files->depth; i++)
        if (files->folder[i].inode == what->st_ino && files->folder[i].device == what->st_dev)
            return ss_fail(SS_ERROR_IO, "%s: a link back to a folder that it lies in", files->path.data);
    void *folders = files->folder;
    SS_TRY(ss_grow(&folders, &files->capacity, files->depth + 1, sizeof *files->folder));
    files->folder = folders;
    ss_folder folder = {.path_length = files->path.length - 1, .device = what->st_dev, .inode = what->st_ino};
    folder.count = scandir(files->path.data, &folder.entry, is_visible, compare_names);
    if (folder.count < 0) return fail_path(files, errno);
    files->folder[files->depth++] = folder;
    return SS_OK;
}

/* Whether the folder at files->path holds the frames and scripts of a page beside it. */
static ss_status is_part_of_page(const ss_files *files, bool *part)
{
    static const char *const folders[] = {"_files", ".files"}, *const pages[] = {".html", ".htm"};
    const char *path = files->path.data;
    size_t length = files->path.length - 1;
    *part = false;
    for (size_t i = 0; i < 4 && !*part; i++) {
        size_t ending = strlen(folders[i / 2]);
        if (length <= ending || strcmp(path + length - ending, folders[i / 2]) != 0) continue;
        char *page;
        if (asprintf(&page, "%.*s%s", (int)(length - ending), path, pages[i % 2]) < 0) return ss_fail_memory(length);
        struct stat what;
        *part = stat(page, &what) == 0 && S_ISREG(what.st_mode);
        free(page);
    }
    return SS_OK;
}

static ss_status visit_folder(ss_files *files, const struct stat *what)
{
    bool part = false;
    if (files->depth > 0) SS_TRY(is_part_of_page(files, &part));
    files->parts += part;
    return part ? SS_OK : enter_folder(files, what);
}

size_t ss_files_take_parts(ss_files *files)
{
    size_t parts = files->parts;
    files->parts = 0;
    return parts;
}

/* Looks at files->path. *path stays NULL where it is no file to read. */
static ss_status visit(ss_files *files, const char **path)
{
    struct stat what;
    if (stat(files->path.data, &what) != 0) return fail_path(files, errno);
    if (S_ISDIR(what.st_mode)) return visit_folder(files, &what);
    /* A pipe is read if it was named; one that lies in a folder would have us wait for its writer. */
    if (!S_ISREG(what.st_mode) && files->depth > 0)
        return ss_fail(SS_ERROR_IO, "%s: neither a file nor a folder", files->path.data);
    *path = files->path.data;
    return SS_OK;
}

/* Makes `name` in the folder whose path has `folder_length` bytes the path that is looked at. */
static ss_status set_path(ss_files *files, size_t folder_length, const char *name)
{
    ss_buffer *path = &files->path;
    path->length = folder_length;
    if (folder_length > 0 && path->data[folder_length - 1] != '/') SS_TRY(ss_buffer_append(path, "/", 1));
    return ss_buffer_append(path, name, strlen(name) + 1);
}

ss_status ss_files_next(ss_files *files, const char **path)
{
    *path = NULL;
    while (*path == NULL) {
        if (files->depth > 0) {
            ss_folder *inner = &files->folder[files->depth - 1];
            if (inner->next == inner->count) {
                leave_folder(files);
                continue;
            }
            SS_TRY(set_path(files, inner->path_length, inner->entry[inner->next++]->d_name));
        } else {
            if (files->next == files->path_count) return SS_OK;
            const char *named = files->paths[files->next++];
            if (*named == '\0') return ss_fail(SS_ERROR_IO, "an empty path was given: name a file or a folder");
            SS_TRY(set_path(files, 0, named));
            if (strcmp(named, "-") == 0) {
                *path = named;
                return SS_OK;
            }
        }
        SS_TRY(visit(files, path));
    }
    return SS_OK;
}
