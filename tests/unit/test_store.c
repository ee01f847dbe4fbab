/* The results file: what is written comes back, damaged files are refused, and a failed write leaves nothing.
 *
 * `test_store --sample PATH` writes the small result below to PATH for the checks with h5py, pandas and h5dump. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <hdf5.h>
#include <math.h>
#include <signal.h>
#include <sys/resource.h>

#include "artificial_results.h"
#include "event_summary.h"

#define LINK_BYTES     (offsetof(ss_link, relation) + sizeof(uint8_t)) /* of a link, up to the end of its last field */
#define EVIDENCE_BYTES (offsetof(ss_link_evidence, conflict) + sizeof(uint8_t))

static const char path[] = "result.h5";

/* Enough to fill several blocks of every kind of dataset, the last of them in part. */
static ss_result *large_result(void)
{
    enum { ARTICLES = 3001, LINKS = 70001 };
    ss_result *result = new_result();
    char id[32], text[512];
    for (int i = 0; i < ARTICLES; i++) {
        snprintf(id, sizeof id, "id-%d", i);
        memset(text, 'a' + i % 26, sizeof text);
        text[(i * 37) % (int)sizeof text] = '\0';
        const ss_date date = {.seconds = 86400 * (int64_t)i, .precision = SS_DATE_DAY};
        add_article(result, id, SS_LANG_EN, "", text, date);
    }
    fill_columns(result, 257, LINKS);
    for (uint32_t i = 0; i < LINKS; i++)
        result->link[i] = (ss_link){.a = i / 30, .b = i / 30 + 1 + i % 30, .probability = (float)(i * 2654435761U)};
    ss_link_evidence *evidence = add_evidence(result, LINKS);
    for (uint32_t i = 0; i < LINKS; i++) { /* no word, or the first letter of each body */
        bool letter = i / 30 % 512 != 0 && result->link[i].b % 512 != 0;
        evidence[i] = (ss_link_evidence){.link = i, .begin = {1, 1}, .end = {1 + letter, 1 + letter}, .bits = (float)i};
    }
    return result;
}

/* --------------------------------------------------------------- helpers */

static void assert_same_articles(const ss_result *a, const ss_result *b)
{
    assert_int_equal(ss_result_article_count(a), ss_result_article_count(b));
    for (size_t i = 0; i < ss_result_article_count(a); i++) {
        const ss_article *x = ss_result_article(a, i), *y = ss_result_article(b, i);
        assert_string_equal(x->id, y->id);
        assert_string_equal(x->url, y->url);
        assert_string_equal(x->source, y->source);
        assert_string_equal(x->author, y->author);
        assert_string_equal(x->title, y->title);
        assert_string_equal(x->text, y->text);
        assert_string_equal(x->origin, y->origin);
        assert_int_equal(x->lang, y->lang);
        assert_int_equal(x->published.seconds, y->published.seconds);
        assert_int_equal(x->published.zone_minutes, y->published.zone_minutes);
        assert_int_equal(x->published.precision, y->published.precision);
        assert_int_equal(ss_result_event_of(a, i), ss_result_event_of(b, i));
    }
}

static void assert_same(const ss_result *a, const ss_result *b)
{
    assert_same_articles(a, b);
    size_t count = a->articles.count;
    assert_int_equal(a->dimension, b->dimension);
    for (int channel = 0; channel < SS_CHANNELS; channel++) {
        assert_memory_equal(a->vector[channel], b->vector[channel], count * (size_t)a->dimension);
        assert_memory_equal(a->norm[channel], b->norm[channel], count * sizeof(uint32_t));
    }
    assert_memory_equal(a->ngrams, b->ngrams, count * sizeof *a->ngrams);
    assert_int_equal(ss_result_event_count(a), ss_result_event_count(b));
    assert_int_equal(ss_result_link_count(a), ss_result_link_count(b));
    for (size_t i = 0; i < a->link_count; i++) /* NaN too, bit for bit; padding, at the end, apart */
        assert_memory_equal(&a->link[i], &b->link[i], LINK_BYTES);
    assert_int_equal(a->evidence_most, b->evidence_most);
    assert_int_equal(a->evidence_count, b->evidence_count);
    for (size_t i = 0; i < a->evidence_count; i++)
        assert_memory_equal(&a->evidence[i], &b->evidence[i], EVIDENCE_BYTES);
    const ss_provenance *p = &a->provenance, *q = &b->provenance;
    assert_string_equal(p->version, q->version);
    assert_string_equal(p->command, q->command);
    assert_string_equal(p->started, q->started);
    assert_string_equal(p->model_recipe, q->model_recipe);
    assert_true(p->seconds == q->seconds && p->threshold == q->threshold);
    assert_int_equal(p->window_days, q->window_days);
    assert_int_equal(p->neighbours, q->neighbours);
    assert_true(p->zh_en == q->zh_en && p->zh_zh == q->zh_zh && p->en_en == q->en_en);
    assert_memory_equal(&p->counts, &q->counts, sizeof p->counts);
}

static size_t files_in_folder(void)
{
    size_t count = 0;
    DIR *directory = opendir(".");
    assert_non_null(directory);
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;)
        if (entry->d_name[0] != '.') count++;
    closedir(directory);
    return count;
}

static int make_folder(void **state)
{
    *state = enter_temp_folder();
    return 0;
}

static int remove_folder(void **state)
{
    leave_temp_folder(*state);
    return 0;
}

/* --------------------------------------------------------------- tests */

static void round_trip(ss_result *result)
{
    ss_result *again;
    assert_int_equal(ss_result_write(result, path, NULL), SS_OK);
    assert_int_equal(files_in_folder(), 1);
    assert_int_equal(ss_result_read(&again, path), SS_OK);
    assert_same(result, again);
    ss_result_free(again);
    ss_result_free(result);
}

static void test_no_article(void **state)
{
    (void)state;
    ss_result *result = new_result();
    fill_columns(result, DIMENSION, 0);
    round_trip(result);
}

static void test_one_article(void **state)
{
    (void)state;
    ss_result *result = new_result();
    add_article(result, "只有一篇", SS_LANG_ZH, "", "", (ss_date){0});
    fill_columns(result, 1, 0);
    round_trip(result);
}

static void test_several_articles(void **state)
{
    (void)state;
    round_trip(sample_result());
}

/* No column of links is forgotten or taken for another. */
static void test_every_column(void **state)
{
    (void)state;
    ss_result *result = sample_result();
    result->link_count = result->evidence_count = 1;
    char *bytes = (char *)&result->link[0];
    for (size_t i = offsetof(ss_link, probability); i < LINK_BYTES; i++)
        bytes[i] = (char)(i + 1);
    result->link[0].relation = SS_RELATION_RELATED;
    round_trip(result);
}

static void test_many_blocks(void **state)
{
    (void)state;
    round_trip(large_result());
}

static void test_long_provenance(void **state)
{
    (void)state;
    ss_result *result = sample_result();
    char *command = malloc(200001);
    assert_non_null(command);
    memset(command, 'x', 200000);
    command[200000] = '\0';
    assert_int_equal(ss_set_text(&result->provenance.command, command), SS_OK);
    free(command);
    round_trip(result);
}

static void test_an_older_file_is_replaced(void **state)
{
    (void)state;
    ss_result *older = new_result();
    fill_columns(older, DIMENSION, 0);
    round_trip(older);
    round_trip(sample_result());
}

/* A forgotten output name makes one of the inputs the output. */
static void test_a_file_of_others_is_not_replaced(void **state)
{
    (void)state;
    static const char *const others[] = {"{\"title\": \"news\"}\n", "samestory model\n", "samestory archive\n",
                                         "\x89HDF\r\n\x1a\n", "<!DOCTYPE html>\n<!-- samestory report -->"};
    ss_result *result = sample_result();
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        write_text(path, others[i]);
        assert_int_equal(ss_result_write(result, path, NULL), SS_ERROR_ARGUMENT);
        blob left = blob_of_file(path);
        assert_int_equal(left.length, strlen(others[i]));
        assert_memory_equal(left.bytes, others[i], left.length);
        free(left.bytes);
    }
    ss_result_free(result);
}

static void test_accessors_out_of_range(void **state)
{
    (void)state;
    ss_result *result = sample_result();
    assert_null(ss_result_article(result, 5));
    assert_null(ss_result_link(result, 3));
    assert_int_equal(ss_result_event_of(result, 5), -1);
    ss_result_free(result);
    ss_result_free(NULL);
}

static void test_event_summaries(void **state)
{
    (void)state;
    ss_result *result = sample_result();
    ss_event_summary *events;
    assert_int_equal(ss_event_summaries(&events, result), SS_OK);
    assert_int_equal(events[0].size, 3);
    assert_int_equal(events[0].zh, 2);
    assert_int_equal(events[0].en, 1);
    assert_int_equal(events[0].first, -1);
    assert_int_equal(events[0].last, 1700784000);
    assert_int_equal(events[0].representative_zh, 0);
    assert_int_equal(events[0].representative_en, 2);
    free(events);
    /* A link of 1 to 2 would make 1 the best linked, but not while it counts as a candidate only. */
    result->link[2] = (ss_link){.a = 1, .b = 2, .probability = 0.75F};
    result->provenance.threshold = 0.75;
    assert_int_equal(ss_event_summaries(&events, result), SS_OK);
    assert_int_equal(events[0].representative_zh, 1);
    free(events);
    result->provenance.threshold = 0.8;
    assert_int_equal(ss_event_summaries(&events, result), SS_OK);
    assert_int_equal(events[0].representative_zh, 0);
    free(events);
    ss_result_free(result);
}

static void test_faulty_results_are_not_written(void **state)
{
    (void)state;
    ss_result *result = sample_result();
    result->link[1].b = 5;
    assert_int_equal(ss_result_write(result, path, NULL), SS_ERROR_ARGUMENT);
    result->link[1].b = 1;
    assert_int_equal(ss_result_write(result, path, NULL), SS_ERROR_ARGUMENT);
    result->link[1].b = 4; /* neither zh nor en */
    assert_int_equal(ss_result_write(result, path, NULL), SS_ERROR_ARGUMENT);
    result->link[1].b = 2;
    result->link[1].relation = SS_RELATION_DUPLICATE + 1;
    assert_int_equal(ss_result_write(result, path, NULL), SS_ERROR_ARGUMENT);
    result->link[1].relation = SS_RELATION_SAME;
    result->event_of[4] = 1;
    assert_int_equal(ss_result_write(result, path, NULL), SS_ERROR_ARGUMENT);
    assert_int_equal(files_in_folder(), 0);
    ss_result_free(result);
}

static void test_evidence_of_nothing(void **state)
{
    (void)state;
    ss_result *result = new_result();
    fill_columns(result, DIMENSION, 0);
    add_evidence(result, 0);
    round_trip(result);
    result = sample_result();
    result->evidence[1].bits = NAN;
    assert_int_equal(ss_result_write(result, path, NULL), SS_ERROR_ARGUMENT);
    ss_result_free(result);
}

static void test_places_that_cannot_be_written(void **state)
{
    (void)state;
    ss_result *result = sample_result();
    assert_int_equal(ss_result_write(result, "no/such/folder.h5", NULL), SS_ERROR_IO);
    assert_non_null(strstr(ss_last_error(), "No such file or directory"));
    assert_int_equal(ss_result_write(result, ".", NULL), SS_ERROR_ARGUMENT);
    assert_int_equal(ss_result_write(result, "/dev/null", NULL), SS_ERROR_ARGUMENT);
    assert_int_equal(ss_result_write(result, "", NULL), SS_ERROR_IO);
    struct stat known;
    assert_int_equal(stat("/dev/null", &known), 0);
    assert_true(S_ISCHR(known.st_mode));
    ss_result_free(result);
}

static ss_status write_limited(const ss_result *result, size_t limit)
{
    struct rlimit before, now;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    now = before;
    now.rlim_cur = limit;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
    ss_status status = ss_result_write(result, path, NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    return status;
}

/* A limit on the size of files stands in for a full disk: writes fail in the same way. */
static void fill_disk(const ss_result *result, size_t steps)
{
    assert_int_equal(ss_result_write(result, path, NULL), SS_OK);
    struct stat whole, known;
    assert_int_equal(stat(path, &whole), 0);
    for (size_t i = 0; i < steps; i++) {
        assert_int_equal(write_limited(result, (size_t)whole.st_size * i / steps), SS_ERROR_IO);
        assert_non_null(strstr(ss_last_error(), "make room"));
        assert_int_equal(files_in_folder(), 1);
        assert_int_equal(stat(path, &known), 0);
        assert_int_equal(known.st_ino, whole.st_ino); /* the file of before is untouched */
    }
    assert_int_equal(write_limited(result, (size_t)whole.st_size), SS_OK);
}

static void test_full_disk(void **state)
{
    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    ss_result *small = sample_result(), *large = large_result();
    fill_disk(small, 100);
    fill_disk(large, 20);
    ss_result_free(small);
    round_trip(large); /* HDF5 has taken no harm */
}

static int write_sample(const char *where)
{
    ss_result *result = sample_result();
    ss_status status = ss_result_write(result, where, NULL);
    if (status != SS_OK) fprintf(stderr, "%s\n", ss_last_error());
    ss_result_free(result);
    return status == SS_OK ? 0 : 1;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--sample") == 0) return write_sample(argv[2]);
    const struct CMUnitTest tests[] = {
        TEST(test_no_article),
        TEST(test_one_article),
        TEST(test_several_articles),
        TEST(test_every_column),
        TEST(test_many_blocks),
        TEST(test_long_provenance),
        TEST(test_an_older_file_is_replaced),
        TEST(test_a_file_of_others_is_not_replaced),
        TEST(test_accessors_out_of_range),
        TEST(test_event_summaries),
        TEST(test_faulty_results_are_not_written),
        TEST(test_evidence_of_nothing),
        TEST(test_places_that_cannot_be_written),
        TEST(test_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
