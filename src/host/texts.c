#include "texts.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "status.h"
#include "whole_io.h"

#define CHUNK ((size_t)256 << 20) /* of the file, mapped at a time */

typedef struct chunk {
    char *begin;
    size_t size, used;
} chunk;

struct ss_texts {
    int file;
    chunk *chunk;
    size_t chunks, capacity;
    size_t last_begin; /* where the last chunk begins in the file */
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

static struct ss_texts *new_texts(void)
{
    struct ss_texts *texts = calloc(1, sizeof *texts);
    if (texts == NULL) return NULL;
    texts->file = open_nameless();
    if (texts->file >= 0) return texts;
    free(texts);
    return NULL;
}

void ss_texts_free(struct ss_texts *texts)
{
    if (texts == NULL) return;
    for (size_t i = 0; i < texts->chunks; i++)
        munmap(texts->chunk[i].begin, texts->chunk[i].size);
    free(texts->chunk);
    close(texts->file);
    free(texts);
}

void ss_texts_release(const struct ss_texts *texts)
{
    for (size_t i = 0; texts != NULL && i < texts->chunks; i++)
        madvise(texts->chunk[i].begin, texts->chunk[i].size, MADV_DONTNEED);
}

/* A chunk with room for `size` bytes more. Pages past the end of the file are mapped too, and touched only when they have
 * been written. */
static chunk *chunk_for(struct ss_texts *texts, size_t size)
{
    chunk *last = texts->chunks > 0 ? &texts->chunk[texts->chunks - 1] : NULL;
    if (last != NULL && last->size - last->used >= size) return last;
    size_t mapped = size <= CHUNK ? CHUNK : (size + CHUNK - 1) / CHUNK * CHUNK;
    size_t begin = texts->last_begin + (last != NULL ? last->size : 0);
    if (ss_grow((void **)&texts->chunk, &texts->capacity, texts->chunks + 1, sizeof *texts->chunk) != SS_OK)
        return NULL;
    void *memory = mmap(NULL, mapped, PROT_READ, MAP_SHARED, texts->file, (off_t)begin);
    if (memory == MAP_FAILED) return NULL;
    texts->last_begin = begin;
    texts->chunk[texts->chunks] = (chunk){.begin = memory, .size = mapped};
    return &texts->chunk[texts->chunks++];
}

bool ss_texts_move(struct ss_texts **texts, char **text, size_t length)
{
    if (*texts == NULL) *texts = new_texts();
    if (*texts == NULL) return false;
    chunk *place = chunk_for(*texts, length + 1);
    if (place == NULL || ss_write_at((*texts)->file, *text, length + 1, (*texts)->last_begin + place->used) != 0)
        return false;
    free(*text);
    *text = place->begin + place->used;
    place->used += length + 1;
    return true;
}
