#include "texts.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "status.h"
#include "whole_io.h"

#define MAPPED ((size_t)256 << 20) /* of the file, mapped at a time */
#define BLOCK  ((size_t)1 << 20)   /* of memory */

typedef struct chunk {
    char *begin;
    size_t size, used;
} chunk;

typedef struct chunks {
    chunk *item;
    size_t count, capacity;
} chunks;

typedef struct text_file {
    int descriptor; /* below 0: none could be made */
    chunks mapped;
    size_t last_begin; /* where the last chunk begins in the file */
} text_file;

struct ss_texts {
    text_file file[SS_TEXTS_FILES];
    chunks block;
};

/* A file without a name; not in /tmp, which may lie in memory. */
static int open_nameless(void)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    int length =
        snprintf(path, sizeof path, "%s/samestory-XXXXXX", folder != NULL && *folder != '\0' ? folder : "/var/tmp");
    if (length < 0 || (size_t)length >= sizeof path) return -1;
    int file = mkostemp(path, O_CLOEXEC);
    if (file >= 0) unlink(path);
    return file;
}

struct ss_texts *ss_texts_new(void)
{
    struct ss_texts *texts = calloc(1, sizeof *texts);
    for (int f = 0; texts != NULL && f < SS_TEXTS_FILES; f++)
        texts->file[f].descriptor = open_nameless();
    return texts;
}

static void close_file(text_file *file)
{
    for (size_t i = 0; i < file->mapped.count; i++)
        munmap(file->mapped.item[i].begin, file->mapped.item[i].size);
    free(file->mapped.item);
    if (file->descriptor >= 0) close(file->descriptor);
}

void ss_texts_free(struct ss_texts *texts)
{
    if (texts == NULL) return;
    for (int f = 0; f < SS_TEXTS_FILES; f++)
        close_file(&texts->file[f]);
    for (size_t i = 0; i < texts->block.count; i++)
        free(texts->block.item[i].begin);
    free(texts->block.item);
    free(texts);
}

static void release_file(const text_file *file)
{
    for (size_t i = 0; i < file->mapped.count; i++)
        madvise(file->mapped.item[i].begin, file->mapped.item[i].size, MADV_DONTNEED);
}

void ss_texts_release(const struct ss_texts *texts)
{
    for (int f = 0; texts != NULL && f < SS_TEXTS_FILES; f++)
        release_file(&texts->file[f]);
}

/* The last chunk, if there is room in it. */
static chunk *last_with_room(const chunks *all, size_t size)
{
    chunk *last = all->count > 0 ? &all->item[all->count - 1] : NULL;
    return last != NULL && last->size - last->used >= size ? last : NULL;
}

static bool grow(chunks *all)
{
    return ss_grow((void **)&all->item, &all->capacity, all->count + 1, sizeof *all->item) == SS_OK;
}

/* ------------------------------------------------------------------ memory */

char *ss_texts_keep(struct ss_texts *texts, const char *text, size_t length)
{
    chunk *place = last_with_room(&texts->block, length + 1);
    if (place == NULL) {
        chunk made = {.size = length < BLOCK ? BLOCK : length + 1};
        if (!grow(&texts->block)) return NULL;
        made.begin = malloc(made.size);
        if (made.begin == NULL) return NULL;
        place = &texts->block.item[texts->block.count++];
        *place = made;
    }
    char *kept = memcpy(place->begin + place->used, text, length + 1);
    place->used += length + 1;
    return kept;
}

/* -------------------------------------------------------------------- file */

/* A chunk with room for `size` bytes more. Pages past the end of the file are mapped too, and touched only when they have
 * been written. */
static chunk *map_chunk(text_file *file, size_t size)
{
    chunks *all = &file->mapped;
    chunk *last = last_with_room(all, size);
    if (last != NULL) return last;
    size_t mapped = size <= MAPPED ? MAPPED : (size + MAPPED - 1) / MAPPED * MAPPED;
    size_t begin = all->count > 0 ? file->last_begin + all->item[all->count - 1].size : 0;
    if (!grow(all)) return NULL;
    void *memory = mmap(NULL, mapped, PROT_READ, MAP_SHARED, file->descriptor, (off_t)begin);
    if (memory == MAP_FAILED) return NULL;
    file->last_begin = begin;
    all->item[all->count] = (chunk){.begin = memory, .size = mapped};
    return &all->item[all->count++];
}

char *ss_texts_keep_in_file(struct ss_texts *texts, ss_texts_file which, const char *text, size_t length)
{
    text_file *file = &texts->file[which];
    chunk *place = file->descriptor >= 0 ? map_chunk(file, length + 1) : NULL;
    if (place == NULL || ss_write_at(file->descriptor, text, length + 1, file->last_begin + place->used) != 0)
        return ss_texts_keep(texts, text, length);
    char *kept = place->begin + place->used;
    place->used += length + 1;
    return kept;
}
