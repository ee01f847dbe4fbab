/* The main job: its result depends on the articles and the options, and on nothing else; and how it ends without one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "linked_articles.h"
#include "match.h"
#include "status.h"

static void test_order_of_input_does_not_matter(void **state)
{
    (void)state;
    ss_link_options options = ss_link_options_default();
    options.keep_candidates = true;
    ss_result *first = link_articles(make_articles(), &options, NULL);
    assert_true(first->link_count > 100);
    assert_sound(first, &options);
    for (uint64_t seed = 1; seed <= 4; seed++) {
        ss_articles articles = make_articles();
        shuffle(&articles, seed * 1000);
        ss_result *shuffled = link_articles(articles, &options, NULL);
        assert_same_results(first, shuffled);
        ss_result_free(shuffled);
    }
    ss_result_free(first);
}

static void test_threads_memory_and_matcher_do_not_matter(void **state)
{
    (void)state;
    ss_link_options options = ss_link_options_default();
    options.keep_candidates = true;
    ss_job one = {.threads = 1};
    ss_result *first = link_articles(make_articles(), &options, &one);
    const size_t memory[] = {0, (size_t)2 << 20, (size_t)64 << 20};
    for (int threads = 1; threads <= 3; threads++) {
        for (size_t m = 0; m < 3; m++) {
            ss_job job = {.threads = threads, .memory = memory[m]};
            ss_result *other = link_articles(make_articles(), &options, &job);
            assert_same_results(first, other);
            ss_result_free(other);
        }
    }
    for (size_t i = 0; ss_matcher_name(i) != NULL; i++) {
        options.matcher = ss_matcher_name(i);
        ss_result *other = link_articles(make_articles(), &options, &one);
        assert_same_results(first, other);
        assert_string_equal(other->provenance.matcher, options.matcher);
        ss_result_free(other);
    }
    ss_result_free(first);
}

static void test_ids_must_differ(void **state)
{
    (void)state;
    ss_articles articles = {0};
    push(&articles, "one", SS_LANG_EN, "a", "a", 18000);
    push(&articles, "two", SS_LANG_EN, "b", "b", 18000);
    push(&articles, "one", SS_LANG_ZH, "c", "c", 18001);
    ss_result *result;
    assert_int_equal(ss_link_articles(&result, &articles, model, NULL, NULL), SS_ERROR_INPUT);
    assert_null(result);
    assert_int_equal(articles.count, 0);
    assert_non_null(strstr(ss_last_error(), "\"one\""));
}

/* A caller may leave out what an article does not have. */
static void test_missing_texts_are_empty(void **state)
{
    (void)state;
    ss_articles articles = {0};
    ss_article article = {.lang = SS_LANG_EN};
    assert_int_equal(ss_articles_push(&articles, &article), SS_OK);
    ss_result *result;
    assert_int_equal(ss_link_articles(&result, &articles, model, NULL, NULL), SS_OK);
    assert_string_equal(ss_result_article(result, 0)->url, "");
    ss_result_free(result);
}

static void test_no_article_and_one(void **state)
{
    (void)state;
    const ss_lang langs[] = {SS_LANG_ZH, SS_LANG_EN, SS_LANG_OTHER};
    ss_result *none = link_articles((ss_articles){0}, NULL, NULL);
    assert_true(ss_result_article_count(none) == 0 && ss_result_link_count(none) == 0 &&
                ss_result_event_count(none) == 0);
    assert_null(ss_result_article(none, 0));
    assert_null(ss_result_link(none, 0));
    assert_int_equal(ss_result_event_of(none, 0), -1);
    ss_result_free(none);
    for (size_t i = 0; i < 3; i++) {
        ss_articles one = {0};
        push(&one, "only", langs[i], i == 1 ? "" : "News", "of today", TINY_UNDATED);
        ss_result *r = link_articles(one, NULL, NULL);
        assert_true(ss_result_article_count(r) == 1 && ss_result_link_count(r) == 0 && ss_result_event_count(r) == 0);
        assert_int_equal(ss_result_event_of(r, 0), -1);
        ss_result_free(r);
    }
}

static void test_empty_articles(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 3; threads++) {
        ss_articles articles = {0};
        push(&articles, "a", SS_LANG_ZH, "", "", 5);
        push(&articles, "b", SS_LANG_EN, "", "", 5);
        push(&articles, "c", SS_LANG_EN, "。", "!", TINY_UNDATED);
        ss_link_options options = ss_link_options_default();
        options.keep_candidates = true;
        ss_job job = {.threads = threads};
        ss_result *r = link_articles(articles, &options, &job);
        assert_true(r->link_count == 0 && r->event_count == 0);
        ss_result_free(r);
    }
}

static void test_bad_options(void **state)
{
    (void)state;
    ss_link_options bad[5];
    for (size_t i = 0; i < 5; i++)
        bad[i] = ss_link_options_default();
    bad[0].neighbours = -1;
    bad[1].window_days = -2;
    bad[2].threshold = 1.01;
    bad[3].threshold = NAN;
    bad[4].matcher = "abacus";
    for (size_t i = 0; i < 5; i++) {
        ss_articles articles = make_articles();
        ss_result *result = (ss_result *)&bad;
        assert_int_equal(ss_link_articles(&result, &articles, model, &bad[i], NULL), SS_ERROR_ARGUMENT);
        assert_null(result);
        assert_true(ss_last_error()[0] != '\0');
        ss_articles_clear(&articles);
    }
}

static void test_far_too_little_memory(void **state)
{
    (void)state;
    ss_articles articles = make_articles();
    ss_result *result;
    ss_job job = {.threads = 1, .memory = 100};
    assert_int_equal(ss_link_articles(&result, &articles, model, NULL, &job), SS_ERROR_MEMORY);
    assert_null(result);
    ss_articles_clear(&articles);
}

typedef struct patience {
    int asked, patience;
} patience;

static bool out_of_patience(void *user)
{
    patience *p = user;
    return p->asked++ >= p->patience;
}

/* Cancelled at the first question, the second, ... until none is asked any more. */
static void test_cancelled(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 2; threads++) {
        int interrupted = 0;
        for (int limit = 0;; limit++) {
            patience p = {.patience = limit};
            ss_job job = {.threads = threads, .cancelled = out_of_patience, .user = &p};
            ss_articles articles = make_articles();
            ss_result *result;
            ss_status status = ss_link_articles(&result, &articles, model, NULL, &job);
            ss_articles_clear(&articles);
            if (status == SS_OK) {
                ss_result_free(result);
                break;
            }
            assert_int_equal(status, SS_ERROR_INTERRUPTED);
            assert_null(result);
            interrupted++;
            assert_true(limit < 1000);
        }
        assert_true(threads > 1 || interrupted >= 3); /* while sketching, matching and linking */
    }
}

static void note_stage(void *user, const char *stage, uint64_t done, uint64_t total)
{
    strncat(user, stage, 15);
    assert_true(total == 0 || done <= total);
}

static void test_progress(void **state)
{
    (void)state;
    char stages[4096] = "";
    ss_job job = {.threads = 1, .progress = note_stage, .user = stages};
    ss_result *r = link_articles(make_articles(), NULL, &job);
    assert_non_null(strstr(stages, "sketch"));
    assert_non_null(strstr(stages, "link"));
    ss_result_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_of_input_does_not_matter),
        cmocka_unit_test(test_threads_memory_and_matcher_do_not_matter),
        cmocka_unit_test(test_ids_must_differ),
        cmocka_unit_test(test_missing_texts_are_empty),
        cmocka_unit_test(test_no_article_and_one),
        cmocka_unit_test(test_empty_articles),
        cmocka_unit_test(test_bad_options),
        cmocka_unit_test(test_far_too_little_memory),
        cmocka_unit_test(test_cancelled),
        cmocka_unit_test(test_progress),
    };
    const struct CMUnitTest learnt[] = {
        cmocka_unit_test(test_order_of_input_does_not_matter),
        cmocka_unit_test(test_threads_memory_and_matcher_do_not_matter),
        cmocka_unit_test(test_cancelled),
    };
    return cmocka_run_group_tests(tests, make_model, free_model) +
           cmocka_run_group_tests(learnt, make_learnt_model, free_model);
}
