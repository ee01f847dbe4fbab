/* A job that adds to an archive is killed, or loses power, at each of its writes: the archive is what it was before, or what
 * it was to become, and the job, done again, ends with the same data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "archives.h"
#include "journal.h"
#include "sanitizers.h"
#include "status.h"
#include "temp_files.h"

/* Every call is the last in turn. */
#define STEP SS_IF_SANITIZED(7, 1)

/* ------------------------------------------------------- calls that can be the last */

typedef enum ending { KILLED, POWER_LOST, FAILING } ending;

static long calls_left = -1; /* below 0: none is the last */
static ending how;
static unsigned chance;

/* What has been written and may not have reached the disk, with what was there before. */
typedef struct unsynced {
    int descriptor;
    size_t size;
    off_t offset;
    char *before;
} unsynced;

static unsynced pending[4096];
static size_t pending_count;

ssize_t __real_pwrite(int descriptor, const void *bytes, size_t size, off_t offset);
ssize_t __wrap_pwrite(int descriptor, const void *bytes, size_t size, off_t offset);
int __wrap_fsync(int descriptor);
int __real_ftruncate(int descriptor, off_t size);
int __wrap_ftruncate(int descriptor, off_t size);
int __real_unlink(const char *path);
int __wrap_unlink(const char *path);

static unsigned draw(void)
{
    chance = chance * 1664525u + 1013904223u;
    return chance >> 16;
}

/* Any of the writes since the last fsync() may be lost. */
static void lose_power(void)
{
    for (size_t i = pending_count; i-- > 0;)
        if (draw() % 2 == 0)
            (void)!__real_pwrite(pending[i].descriptor, pending[i].before, pending[i].size, pending[i].offset);
}

/* Whether this call fails; the last one does not return. */
static bool is_last(void)
{
    if (calls_left < 0 || calls_left-- > 0) return false;
    if (how == FAILING) {
        calls_left = 0;
        errno = ENOSPC;
        return true;
    }
    if (how == POWER_LOST) lose_power();
    raise(SIGKILL);
    return false;
}

ssize_t __wrap_pwrite(int descriptor, const void *bytes, size_t size, off_t offset)
{
    if (is_last()) return -1;
    if (calls_left >= 0 && how == POWER_LOST && pending_count < sizeof pending / sizeof *pending) {
        unsynced *write = &pending[pending_count++];
        *write = (unsynced){descriptor, size, offset, calloc(size, 1)};
        /* A file open for writing only, the journal, is new: zeros. */
        if (write->before == NULL) abort();
        (void)!pread(descriptor, write->before, size, offset);
    }
    return __real_pwrite(descriptor, bytes, size, offset);
}

/* What a killed process has written is there without it; it would only take time. */
int __wrap_fsync(int descriptor)
{
    if (is_last()) return -1;
    size_t kept = 0;
    for (size_t i = 0; i < pending_count; i++)
        if (pending[i].descriptor != descriptor) pending[kept++] = pending[i];
    pending_count = kept;
    return 0;
}

int __wrap_ftruncate(int descriptor, off_t size)
{
    return is_last() ? -1 : __real_ftruncate(descriptor, size);
}

int __wrap_unlink(const char *path)
{
    return is_last() ? -1 : __real_unlink(path);
}

/* ------------------------------------------------------------------- the job */

#define BEFORE 20
#define AFTER  45

static const char path[] = "archive.h5";
static ss_result *before, *after, *more; /* in the archive; and those that are added, sketched */

static int begin(void **state)
{
    make_model(state);
    write_archive("base.h5", some_articles(0, BEFORE));
    before = read_archive("base.h5");
    more = sketched(some_articles(BEFORE, AFTER));
    copy_file("base.h5", path);
    ss_archive *archive;
    const ss_batch about = {.read = AFTER - BEFORE};
    assert_int_equal(ss_archive_open(&archive, path, true), SS_OK);
    assert_int_equal(ss_archive_append(archive, more, &about, NULL), SS_OK);
    ss_archive_close(archive);
    after = read_archive(path);
    assert_int_equal(after->articles.count, AFTER);
    return 0;
}

static int end(void **state)
{
    ss_result_free(before);
    ss_result_free(after);
    ss_result_free(more);
    return free_model(state);
}

static ss_status add(void)
{
    ss_archive *archive;
    const ss_batch about = {.read = AFTER - BEFORE};
    SS_TRY(ss_archive_open(&archive, path, true));
    ss_status status = ss_archive_append(archive, more, &about, NULL);
    ss_archive_close(archive);
    return status;
}

static ss_status create(void)
{
    ss_archive *archive;
    SS_TRY(ss_archive_create(&archive, path, model, ""));
    ss_archive_close(archive);
    return SS_OK;
}

/* Runs the job in a process of its own that ends at call number `call`; true: it came to its end before that. */
static bool run_until(ss_status (*job)(void), long call, ending kind)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        calls_left = call;
        how = kind;
        chance = (unsigned)call * 2654435761u;
        _exit(job() == SS_OK ? 0 : 1);
    }
    int result;
    assert_int_equal(waitpid(child, &result, 0), child);
    if (kind == FAILING)
        assert_true(WIFEXITED(result));
    else if (WIFSIGNALED(result))
        assert_int_equal(WTERMSIG(result), SIGKILL);
    return WIFEXITED(result) && WEXITSTATUS(result) == 0;
}

static bool journal_is_there(void)
{
    return access("archive.h5.journal", F_OK) == 0;
}

static void assert_sound_archive(void)
{
    ss_archive *archive;
    if (ss_archive_open(&archive, path, false) != SS_OK) fail_msg("%s", ss_last_error());
    assert_int_equal(ss_archive_check(archive, NULL), SS_OK);
    ss_archive_close(archive);
    assert_false(journal_is_there());
}

/* Returns whether the batch is in it. */
static bool assert_before_or_after(void)
{
    ss_result *found = read_archive(path);
    bool added = found->articles.count != BEFORE;
    assert_same_parts(found, added ? after : before);
    ss_result_free(found);
    assert_false(journal_is_there());
    return added;
}

static void test_adding_ends_anywhere(void **state)
{
    const ending *kind = *state;
    bool added = false;
    long points = 0;
    for (bool ended = false; !ended; points += STEP) {
        copy_file("base.h5", path);
        __real_unlink("archive.h5.journal");
        ended = run_until(add, points, *kind);
        bool there = assert_before_or_after();
        assert_true(there || !added || *kind == FAILING); /* once it is committed it stays */
        added = there;
        if (there || points / STEP % 8 != 0) continue;
        assert_int_equal(add(), SS_OK);
        assert_true(assert_before_or_after());
        assert_sound_archive();
    }
    assert_true(added && points > 20);
}

/* The first commit makes an archive of nothing; until then the file is none. */
static void test_creating_ends_anywhere(void **state)
{
    const ending *kind = *state;
    for (long call = 0;; call += STEP) {
        __real_unlink(path);
        __real_unlink("archive.h5.journal");
        bool ended = run_until(create, call, *kind);
        ss_archive *archive = NULL;
        if (ss_archive_open(&archive, path, true) != SS_OK) {
            assert_false(ended);
            assert_int_equal(create(), SS_OK);
        }
        ss_archive_close(archive);
        if (!ended && call / STEP % 8 != 0) continue;
        assert_int_equal(add(), SS_OK);
        ss_result *found = read_archive(path);
        assert_same_parts(found, more);
        ss_result_free(found);
        if (ended) break;
    }
}

/* Makes whole.journal, which the batch of archive.h5 needs, and brings that to its end. */
static void leave_journal(void)
{
    long call = 0;
    do {
        copy_file("base.h5", path);
        __real_unlink("archive.h5.journal");
        assert_false(run_until(add, call, KILLED));
        call += STEP;
        copy_file(path, "cut-off.h5");
        rename("archive.h5.journal", "whole.journal");
        copy_file("base.h5", path);
        if (access("whole.journal", F_OK) == 0) copy_file("whole.journal", "archive.h5.journal");
        copy_file("cut-off.h5", path);
    } while (!assert_before_or_after());
}

/* A journal is believed only when it is whole. */
static void test_damaged_journals(void **state)
{
    (void)state;
    leave_journal();
    FILE *journal = fopen("whole.journal", "r+b");
    assert_non_null(journal);
    assert_int_equal(fseek(journal, 5000, SEEK_SET), 0);
    int byte = fgetc(journal);
    assert_int_equal(fseek(journal, 5000, SEEK_SET), 0);
    assert_int_not_equal(fputc(byte ^ 1, journal), EOF);
    assert_int_equal(fclose(journal), 0);
    copy_file("base.h5", path);
    copy_file("whole.journal", "archive.h5.journal");
    assert_false(assert_before_or_after());
}

/* What is not the journal of this very archive is left alone: reading goes on without it, writing does not begin. */
static void assert_left_alone(const char *journal)
{
    ss_archive *archive;
    copy_file(journal, "archive.h5.journal");
    ss_result *found = read_archive(path);
    assert_same_parts(found, before);
    ss_result_free(found);
    assert_int_equal(ss_archive_open(&archive, path, true), SS_ERROR_IO);
    assert_non_null(strstr(ss_last_error(), "won't replace 'archive.h5.journal'"));
    assert_int_equal(create(), SS_ERROR_IO);
    assert_true(journal_is_there());
    __real_unlink("archive.h5.journal");
    assert_sound_archive();
    assert_false(assert_before_or_after());
}

static void test_foreign_journals(void **state)
{
    (void)state;
    leave_journal();
    write_archive(path, some_articles(0, BEFORE)); /* another archive of the same articles */
    assert_left_alone("whole.journal");
    write_text("diary.txt", "Dear journal");
    assert_left_alone("diary.txt");
    assert_int_equal(mkdir("archive.h5.journal", 0777), 0);
    ss_archive *archive;
    assert_int_equal(ss_archive_open(&archive, path, true), SS_ERROR_IO);
    assert_int_equal(rmdir("archive.h5.journal"), 0);
    write_text("archive.h5.journal", ""); /* as removing leaves it when power is lost */
    assert_sound_archive();
}

int main(void)
{
    static ending kinds[] = {KILLED, POWER_LOST, FAILING};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(test_adding_ends_anywhere, &kinds[0]),
        cmocka_unit_test_prestate(test_adding_ends_anywhere, &kinds[1]),
        cmocka_unit_test_prestate(test_adding_ends_anywhere, &kinds[2]),
        cmocka_unit_test_prestate(test_creating_ends_anywhere, &kinds[0]),
        cmocka_unit_test_prestate(test_creating_ends_anywhere, &kinds[1]),
        cmocka_unit_test_prestate(test_creating_ends_anywhere, &kinds[2]),
        cmocka_unit_test(test_damaged_journals),
        cmocka_unit_test(test_foreign_journals),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
