/* The main job, and what makes a model ready for it, with every allocation failing in turn: an error each time, no crash, and (seen by a sanitizer) no leak.
 * The linker puts __wrap_malloc() and its like in the place of those that the library calls; what libraries that are
 * shared objects call is not touched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate.h"
#include "explain.h"
#include "explain_evidence.h"
#include "link_evidence.h"
#include "report.h"
#include "status.h"
#include "store_linker.h"
#include "temp_files.h"
#include "tiny_model.h"
#include "web_archives.h"

#define NEVER (1L << 60)

static atomic_long left = NEVER; /* allocations that go well */
static bool recovers;            /* after one failure all go well again; else memory stays out */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

static bool refused(void)
{
    long before = atomic_fetch_sub(&left, 1);
    return recovers ? before == 0 : before <= 0;
}

void *__wrap_malloc(size_t size)
{
    return refused() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return refused() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return refused() ? NULL : __real_realloc(memory, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return refused() ? NULL : __real_aligned_alloc(alignment, size);
}

#define ARTICLES 6

static ss_model *model;

static ss_articles make_articles(void)
{
    static const struct {
        const char *id, *title, *text;
        ss_lang lang;
        int64_t day;
    } given[ARTICLES] = {{"1", "阿里巴巴股价下跌12%", "周二在香港。", SS_LANG_ZH, 10},
                         {"2", "阿里巴巴股价大跌12%", "", SS_LANG_ZH, 10},
                         {"3", "Alibaba shares fall 12%", "On Tuesday in Hong Kong.", SS_LANG_EN, 11},
                         {"4", "Alibaba shares fall", "Down 12%.", SS_LANG_EN, TINY_UNDATED},
                         {"5", "Rien", "du tout", SS_LANG_OTHER, 11},
                         {"6", "Alibaba shares fall 12%", "On Tuesday in Hong Kong.", SS_LANG_EN, 12}}; /* a copy */
    ss_articles out = {0};
    for (size_t i = 0; i < ARTICLES; i++) {
        ss_article article = tiny_article(given[i].id, given[i].lang, given[i].title, given[i].text, given[i].day);
        assert_int_equal(ss_articles_push(&out, &article), SS_OK);
    }
    return out;
}

/* Twelve articles of six events: 66 pairs, all of them labelled in gold.tsv. */
#define EVENTS 6

static ss_articles make_events(void)
{
    ss_articles out = {0};
    for (size_t i = 0; i < 2 * EVENTS; i++) {
        char id[8], zh[TINY_TEXT_SIZE], en[TINY_TEXT_SIZE];
        snprintf(id, sizeof id, "%zu", i);
        tiny_pair(i / 2, zh, en);
        ss_article article = tiny_article(id, SS_LANG_EN, en, i % 2 == 0 ? "" : "More to follow.", 10);
        assert_int_equal(ss_articles_push(&out, &article), SS_OK);
    }
    return out;
}

static void write_gold(void)
{
    FILE *file = fopen("gold.tsv", "w");
    assert_non_null(file);
    for (int i = 0; i < 2 * EVENTS; i++)
        for (int j = 0; j < i; j++)
            fprintf(file, "%d\t%d\t%s\n", j, i, i / 2 == j / 2 ? "same" : "different");
    assert_int_equal(fclose(file), 0);
}

typedef ss_articles (*make)(void);
typedef ss_status (*work)(ss_articles *articles);

/* Does the work with only so many allocations going well, 0, 1, 2 ... until it succeeds. */
static void fail_each_in_turn(make articles_of, work run, long least)
{
    long failures = 0;
    for (bool succeeded = false; !succeeded; failures += !succeeded) {
        ss_articles articles = articles_of();
        atomic_store(&left, failures);
        ss_status status = run(&articles);
        long spare = atomic_exchange(&left, NEVER);
        succeeded = status == SS_OK;
        if (succeeded)
            assert_true(spare >= 0); /* an allocation that failed must not go unnoticed */
        else if (status != SS_ERROR_MEMORY)
            fail_msg("%d: %s", status, ss_last_error());
        assert_true(ss_last_error()[0] != '\0');
        ss_articles_clear(&articles);
        assert_true(failures < 10000);
    }
    assert_true(failures >= least);
}

static void fail_each(make articles_of, work run, long least)
{
    for (int round = 0; round < 2; round++) {
        recovers = round == 1;
        fail_each_in_turn(articles_of, run, least);
    }
}

static ss_status link_with(ss_articles *articles, int threads, const char *matcher)
{
    ss_job given = {.threads = threads, .memory = (size_t)64 << 20};
    ss_link_options options = ss_link_options_default();
    options.threshold = 0;
    options.matcher = matcher;
    ss_result *result;
    ss_status status = ss_link_articles(&result, articles, model, &options, &given);
    if (status != SS_OK) {
        assert_null(result);
        return status;
    }
    assert_int_equal(ss_result_article_count(result), ARTICLES);
    assert_true(ss_result_link_count(result) > 0);
    status = ss_link_evidence_find(result, model, 3, &given);
    if (status == SS_OK) assert_true(result->evidence_count > 0);
    ss_result_free(result);
    return status;
}

static ss_status link_on_one_thread(ss_articles *articles)
{
    return link_with(articles, 1, NULL);
}

static ss_status link_on_two_threads(ss_articles *articles)
{
    return link_with(articles, 2, NULL);
}

static ss_status link_by_scalar(ss_articles *articles)
{
    return link_with(articles, 1, "scalar");
}

static ss_status explain(ss_articles *articles)
{
    ss_explanation explanation;
    ss_status status = ss_explain(&explanation, model, &articles->item[0], &articles->item[2], 20);
    if (status == SS_OK)
        assert_true(explanation.count > 5);
    else
        assert_true(explanation.count == 0 && explanation.item == NULL);
    ss_explanation_clear(&explanation);
    if (status != SS_OK) return status;
    ss_testimonies testimonies;
    status = ss_explain_evidence(&testimonies, model, &articles->item[0], &articles->item[2], 20);
    if (status == SS_OK)
        assert_true(testimonies.count > 0);
    else
        assert_true(testimonies.count == 0 && testimonies.item == NULL);
    ss_testimonies_clear(&testimonies);
    return status;
}

static void test_link(void **state)
{
    (void)state;
    fail_each(make_articles, link_on_one_thread, 50);
    fail_each(make_articles, link_by_scalar, 50);
}

static void test_link_on_two_threads(void **state)
{
    (void)state;
    fail_each(make_articles, link_on_two_threads, 50);
}

/* With a lexicon, and a linker that has learnt. */
static void test_link_with_all_there_is(void **state)
{
    (void)state;
    ss_lexicon *lexicon;
    assert_int_equal(ss_lexicon_from_tsv(&lexicon, "lexicon.tsv", model->fold, NULL), SS_OK);
    model->lexicon = lexicon;
    model->linker = tiny_linker();
    fail_each(make_articles, link_on_one_thread, 50);
    model->lexicon = NULL;
    ss_lexicon_free(lexicon);
    ss_linker_clear(&model->linker);
}

static ss_status calibrate(ss_articles *articles)
{
    static const char *const gold[] = {"gold.tsv"};
    ss_calibrate_options options = ss_calibrate_options_default();
    options.gold = gold;
    options.gold_count = 1;
    options.folds = 2;
    options.boost.bags = 1;
    options.boost.trees = 3;
    options.boost.min_leaf = 5;
    ss_link_options link = ss_link_options_default();
    link.neighbours = 2 * EVENTS;
    const ss_job job = {.threads = 1, .memory = (size_t)64 << 20};
    ss_calibration calibration;
    ss_linker linker;
    ss_status status = ss_calibrate(&calibration, &linker, articles, model, &link, &options, &job);
    if (status == SS_OK) assert_int_equal(calibration.cross_validated.pairs, EVENTS * (2 * EVENTS - 1));
    if (status == SS_OK) assert_null(ss_linker_find_fault(&linker));
    ss_linker_clear(&linker);
    return status;
}

static void test_calibrate(void **state)
{
    (void)state;
    fail_each(make_events, calibrate, 100);
}

static ss_articles make_none(void)
{
    return (ss_articles){0};
}

/* HDF5 tells no reasons: where memory was short it may be taken for a bad file. */
static ss_status read_model(ss_articles *articles)
{
    (void)articles;
    ss_model *again;
    ss_status status = ss_model_load(&again, "model.h5");
    if (status == SS_OK)
        assert_int_equal(again->linker.company.tree_count, 3);
    else
        assert_null(again);
    ss_model_free(again);
    return status == SS_OK ? SS_OK : SS_ERROR_MEMORY;
}

/* Only that the folder is synchronised with the disk may be left undone for want of memory, when all is written. */
static void test_model_file(void **state)
{
    (void)state;
    model->linker = tiny_linker();
    ss_status status = SS_ERROR_MEMORY;
    for (long failures = 0; status != SS_OK; failures++) {
        atomic_store(&left, failures);
        status = ss_model_write(model, "model.h5");
        atomic_store(&left, NEVER);
        assert_true(failures < 10000);
    }
    fail_each(make_none, read_model, 20);
    ss_linker_clear(&model->linker);
}

/* Pages in a web archive, in chunks and in another encoding, in a zip in a tar. */
static void write_archive(void)
{
    blob page =
        encoded("<html><body><h1>茶价创新高</h1><p>春茶价格今年创下新高，产区的茶农说，雨水太少。</p></body></html>",
                "gb18030");
    blob body = gzip_of(page.bytes, page.length);
    free(page.bytes);
    char size[16];
    snprintf(size, sizeof size, "%zx\r\n", body.length);
    body = joined(joined(blob_of(size), body), blob_of("\r\n0\r\n\r\n"));
    const char *fields =
        "Content-Type: text/html; charset=gb2312\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n";
    blob warc = joined(page_record(1, river_page), record_of("response", "", response_of("200 OK", fields, body)));
    const member inner[] = {{"a.warc.gz", gzip_of(warc.bytes, warc.length), 0, NULL},
                            {"b.txt", blob_of("Tea is dear this spring\n\nThe rain came too late.\n"), 0, NULL}};
    free(warc.bytes);
    const member outer[] = {{"inner.zip", pack("zip", "", inner, 2), 0, NULL}};
    write_blob("outer.tar", pack("ustar", "", outer, 1));
}

static ss_status read_archive(ss_articles *articles)
{
    const char *path = "outer.tar";
    const ss_job job = {.threads = 1};
    ss_reader *reader;
    SS_TRY(ss_reader_open(&reader, &path, 1, NULL, &job));
    ss_status status = SS_OK;
    for (bool more = true; more && status == SS_OK;) {
        ss_article article;
        status = ss_reader_next(reader, &article, &more);
        if (status == SS_OK && more) status = ss_articles_push(articles, &article);
        ss_article_clear(&article);
    }
    if (status == SS_OK) assert_int_equal(ss_reader_get_counts(reader)->read, 3);
    ss_reader_free(reader);
    return status;
}

static void test_archive(void **state)
{
    (void)state;
    write_archive();
    fail_each(make_none, read_archive, 50);
}

static void test_explain(void **state)
{
    (void)state;
    fail_each(make_articles, explain, 50);
}

typedef ss_status (*output)(const ss_result *result, const char *path);

static ss_status write_page(const ss_result *result, const char *path)
{
    const ss_job job = {.threads = 1};
    return ss_report_write(result, model, NULL, &job, path);
}

/* HDF5 tells no reasons here either. */
static ss_status write_results(const ss_result *result, const char *path)
{
    const ss_job job = {.threads = 2};
    return ss_result_write(result, path, &job) == SS_OK ? SS_OK : SS_ERROR_MEMORY;
}

/* There is a whole file or none; the folder again may stay unsynchronised. */
static void fail_each_in_writing(const ss_result *result, output write, const char *path, long least)
{
    for (int round = 0; round < 2; round++) {
        long failures = 0;
        recovers = round == 1;
        for (ss_status status = SS_ERROR_MEMORY; status != SS_OK; failures++) {
            atomic_store(&left, failures);
            status = write(result, path);
            atomic_store(&left, NEVER);
            assert_true(status == SS_OK || status == SS_ERROR_MEMORY);
            assert_int_equal(access(path, F_OK) == 0, status == SS_OK);
            assert_true(failures < 10000);
        }
        assert_true(failures > least);
        remove(path);
    }
}

static ss_result *linked(ss_articles *articles)
{
    ss_link_options options = ss_link_options_default();
    ss_result *result;
    options.threshold = 0;
    assert_int_equal(ss_link_articles(&result, articles, model, &options, NULL), SS_OK);
    assert_true(ss_result_event_count(result) > 0);
    return result;
}

static void test_report(void **state)
{
    (void)state;
    ss_articles articles = make_articles();
    ss_result *result = linked(&articles);
    fail_each_in_writing(result, write_page, "report.html", 50);
    ss_result_free(result);
}

#define LONG_TEXT ((size_t)1 << 20) /* several chunks of the file */

static void test_results_file(void **state)
{
    (void)state;
    ss_articles articles = make_articles();
    char *text = malloc(LONG_TEXT + 1);
    assert_non_null(text);
    memset(text, 'x', LONG_TEXT);
    text[LONG_TEXT] = '\0';
    ss_article article = tiny_article("7", SS_LANG_EN, "A long one", text, 12);
    assert_int_equal(ss_articles_push(&articles, &article), SS_OK);
    free(text);
    ss_result *result = linked(&articles);
    assert_int_equal(ss_link_evidence_find(result, model, 3, NULL), SS_OK);
    fail_each_in_writing(result, write_results, "results.h5", 15);
    ss_result_free(result);
}

/* ss_fold_load() and the fold table itself; ICU's own memory is not touched. */
static void test_fold(void **state)
{
    (void)state;
    uint8_t *bytes = NULL;
    size_t size = 0;
    ss_fold *fold;
    atomic_store(&left, 0);
    assert_int_equal(ss_fold_save(model->fold, &bytes, &size), SS_ERROR_MEMORY);
    atomic_store(&left, NEVER);
    assert_int_equal(ss_fold_save(model->fold, &bytes, &size), SS_OK);
    for (long allocations = 0; allocations < 3; allocations++) {
        atomic_store(&left, allocations);
        ss_status status = ss_fold_load(&fold, bytes, size);
        atomic_store(&left, NEVER);
        assert_int_equal(status, SS_ERROR_MEMORY);
        assert_null(fold);
    }
    free(bytes);
}

static char *folder;

static int make_model(void **state)
{
    (void)state;
    folder = enter_temp_folder();
    write_gold();
    write_text("lexicon.tsv", "阿里巴巴\tAlibaba\torganisation\t10\n股价\tshare price\tword\t6\n\tshare\tword\t5\n");
    model = tiny_model();
    return 0;
}

static int free_model(void **state)
{
    (void)state;
    ss_model_free(model);
    leave_temp_folder(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_link),
        cmocka_unit_test(test_link_on_two_threads),
        cmocka_unit_test(test_link_with_all_there_is),
        cmocka_unit_test(test_calibrate),
        cmocka_unit_test(test_model_file),
        cmocka_unit_test(test_archive),
        cmocka_unit_test(test_explain),
        cmocka_unit_test(test_report),
        cmocka_unit_test(test_results_file),
        cmocka_unit_test(test_fold),
    };
    return cmocka_run_group_tests(tests, make_model, free_model);
}
