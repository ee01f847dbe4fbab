/* A library to preload (LD_PRELOAD) that makes the n-th call of a kind fail, for the program and all libraries it uses.
 *
 *     SS_FAULT=KIND:N:HOW    KIND: open read write sync rename alloc
 *                            HOW: the name of an error, which that call meets; with a + behind it every later call too;
 *                            or `short`: half of what was asked for is read or written
 *     SS_FAULT_COUNTS=FILE   appends a line "KIND CALLS" for each kind when the program ends
 *
 * Calls on descriptors below 3 are neither counted nor failed: what is told on standard error must come through. What
 * libc calls within itself (stdio) is not seen. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum kind { OPEN, READ, WRITE, SYNC, RENAME, ALLOC, KINDS };
static const char *const kind_name[KINDS] = {"open", "read", "write", "sync", "rename", "alloc"};

static const struct {
    const char *name;
    int number;
} errors[] = {{"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EINTR", EINTR}, {"EACCES", EACCES}, {"ENOMEM", ENOMEM}, {"short", 0}};

static atomic_long calls[KINDS];
static int fault_kind = KINDS; /* none */
static long fault_call;        /* from 1 */
static int fault_error;        /* 0: half is done */
static bool fault_stays;

/* The functions that stand behind these; libc's malloc under its own name, since dlsym() itself allocates. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

#define REAL(name)                                                                                                     \
    static __typeof__(&name) real;                                                                                     \
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, #name)

static bool strikes(enum kind kind)
{
    long call = atomic_fetch_add(&calls[kind], 1) + 1;
    return (int)kind == fault_kind && (call == fault_call || (fault_stays && call > fault_call));
}

/* Whether the call is to fail; *size is what it is to do instead if it only does half. */
static bool fails(enum kind kind, int descriptor, size_t *size)
{
    if (descriptor < 3 || !strikes(kind)) return false;
    if (fault_error == 0) {
        if (*size > 1) *size /= 2;
        return false;
    }
    errno = fault_error;
    return true;
}

static void misuse(const char *fault)
{
    fprintf(stderr, "faults: SS_FAULT=%s is not KIND:N:HOW\n", fault);
    _exit(99);
}

__attribute__((constructor)) static void begin(void)
{
    const char *fault = getenv("SS_FAULT");
    if (fault == NULL) return;
    char kind[16], how[16];
    if (sscanf(fault, "%15[a-z]:%ld:%15[A-Za-z+]", kind, &fault_call, how) != 3) misuse(fault);
    char *plus = strchr(how, '+');
    fault_stays = plus != NULL;
    if (fault_stays) *plus = '\0';
    size_t error = 0;
    while (error < sizeof errors / sizeof *errors && strcmp(errors[error].name, how) != 0)
        error++;
    int found = 0;
    while (found < KINDS && strcmp(kind_name[found], kind) != 0)
        found++;
    if (error == sizeof errors / sizeof *errors || found == KINDS) misuse(fault);
    fault_error = errors[error].number;
    for (int k = 0; k < KINDS; k++)
        atomic_store(&calls[k], 0);
    fault_kind = found;
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("SS_FAULT_COUNTS");
    if (path == NULL) return;
    fault_kind = KINDS;
    long made[KINDS];
    for (int k = 0; k < KINDS; k++)
        made[k] = atomic_load(&calls[k]);
    FILE *file = fopen(path, "a");
    if (file == NULL) return;
    for (int k = 0; k < KINDS; k++)
        fprintf(file, "%s %ld\n", kind_name[k], made[k]);
    fclose(file);
}

/* ------------------------------------------------------------------ files */

int open(const char *path, int flags, ...)
{
    REAL(open);
    va_list more;
    va_start(more, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
    va_end(more);
    return fails(OPEN, 3, &(size_t){0}) ? -1 : real(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    REAL(open64);
    va_list more;
    va_start(more, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
    va_end(more);
    return fails(OPEN, 3, &(size_t){0}) ? -1 : real(path, flags, mode);
}

ssize_t read(int descriptor, void *bytes, size_t size)
{
    REAL(read);
    return fails(READ, descriptor, &size) ? -1 : real(descriptor, bytes, size);
}

ssize_t pread(int descriptor, void *bytes, size_t size, off_t at)
{
    REAL(pread);
    return fails(READ, descriptor, &size) ? -1 : real(descriptor, bytes, size, at);
}

ssize_t pread64(int descriptor, void *bytes, size_t size, off64_t at)
{
    REAL(pread64);
    return fails(READ, descriptor, &size) ? -1 : real(descriptor, bytes, size, at);
}

ssize_t write(int descriptor, const void *bytes, size_t size)
{
    REAL(write);
    return fails(WRITE, descriptor, &size) ? -1 : real(descriptor, bytes, size);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t at)
{
    REAL(pwrite);
    return fails(WRITE, descriptor, &size) ? -1 : real(descriptor, bytes, size, at);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t size, off64_t at)
{
    REAL(pwrite64);
    return fails(WRITE, descriptor, &size) ? -1 : real(descriptor, bytes, size, at);
}

int ftruncate(int descriptor, off_t size)
{
    REAL(ftruncate);
    return fails(WRITE, descriptor, &(size_t){0}) ? -1 : real(descriptor, size);
}

int ftruncate64(int descriptor, off64_t size)
{
    REAL(ftruncate64);
    return fails(WRITE, descriptor, &(size_t){0}) ? -1 : real(descriptor, size);
}

int fsync(int descriptor)
{
    REAL(fsync);
    return fails(SYNC, descriptor, &(size_t){0}) ? -1 : real(descriptor);
}

int fdatasync(int descriptor)
{
    REAL(fdatasync);
    return fails(SYNC, descriptor, &(size_t){0}) ? -1 : real(descriptor);
}

int rename(const char *from, const char *to)
{
    REAL(rename);
    return fails(RENAME, 3, &(size_t){0}) ? -1 : real(from, to);
}

/* ----------------------------------------------------------------- memory */

static bool refused(void)
{
    if (!strikes(ALLOC)) return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return refused() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return refused() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return refused() ? NULL : __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return refused() ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    if (refused()) return ENOMEM;
    void *memory = __libc_memalign(alignment, size);
    if (memory == NULL) return ENOMEM;
    *out = memory;
    return 0;
}

void *mmap(void *at, size_t size, int protection, int flags, int descriptor, off_t offset)
{
    REAL(mmap);
    return refused() ? MAP_FAILED : real(at, size, protection, flags, descriptor, offset);
}
