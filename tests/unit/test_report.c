/* The report: what its page holds agrees with the result, whoever wrote the articles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <math.h>
#include <string.h>
#include <unicode/ustring.h>

#include "event_rows.h"
#include "linked_articles.h"
#include "report.h"
#include "status.h"
#include "temp_files.h"

static ss_result *result;

/* A page, and the JSON in it. */
typedef struct page {
    char *text;
    size_t length;
} page;

static page read_page(const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    page p = {.length = (size_t)ftell(file)};
    rewind(file);
    p.text = malloc(p.length + 1);
    assert_non_null(p.text);
    assert_int_equal(fread(p.text, 1, p.length, file), p.length);
    p.text[p.length] = '\0';
    fclose(file);
    assert_int_equal(strlen(p.text), p.length);
    return p;
}

static page make_page(const ss_report_options *options, const ss_job *job)
{
    assert_int_equal(ss_report_write(result, model, options, job, "report.html"), SS_OK);
    return read_page("report.html");
}

static json_t *script(const page *p, const char *id)
{
    char head[80];
    snprintf(head, sizeof head, "<script type=\"application/json\" id=\"%s\">", id);
    const char *begin = strstr(p->text, head);
    if (begin == NULL) return NULL;
    begin += strlen(head);
    const char *end = strstr(begin, "</script>");
    assert_non_null(end);
    json_error_t error;
    json_t *read = json_loadb(begin, (size_t)(end - begin), 0, &error);
    if (read == NULL) fail_msg("%s: %s", id, error.text);
    return read;
}

static int make_result(void **state)
{
    make_learnt_model(state);
    ss_link_options options = ss_link_options_default();
    options.keep_candidates = true;
    result = link_articles(make_articles(), &options, NULL);
    assert_true(result->event_count >= EVENTS / 2);
    return 0;
}

static int free_result(void **state)
{
    ss_result_free(result);
    return free_model(state);
}

static json_int_t whole(const json_t *array, size_t index)
{
    return json_integer_value(json_array_get(array, index));
}

/* ------------------------------------------------------------------ the index */

static void check_event(const json_t *event, size_t number, const ss_event_rows *articles, const ss_event_rows *links)
{
    const json_t *list = json_array_get(event, 3), *related = json_array_get(event, 4);
    size_t begin = articles->begin[number], size = articles->begin[number + 1] - begin;
    assert_int_equal(whole(event, 0), links->begin[number + 1] - links->begin[number]);
    assert_int_equal(json_array_size(list), size);
    for (size_t i = 0; i < size; i++) {
        const json_t *article = json_array_get(list, i);
        const ss_article *wanted = &result->articles.item[articles->row[begin + i]];
        assert_int_equal(whole(article, 0), wanted->lang);
        bool dated = wanted->published.precision != SS_DATE_NONE;
        assert_true(json_is_null(json_array_get(article, 2)) == !dated);
        if (dated) assert_int_equal(whole(article, 2), wanted->published.seconds);
        assert_string_equal(json_string_value(json_array_get(article, 4)), wanted->title);
        double best = json_number_value(json_array_get(article, 5));
        assert_true(best >= result->provenance.threshold - 1e-4 && best <= 1);
    }
    for (size_t i = 0; i < json_array_size(related); i++) {
        json_int_t other = whole(json_array_get(related, i), 0);
        assert_true(other >= 0 && (size_t)other < result->event_count && (size_t)other != number);
    }
}

static void test_index(void **state)
{
    (void)state;
    page p = make_page(NULL, NULL);
    json_t *index = script(&p, "index");
    ss_event_rows articles, links;
    assert_int_equal(ss_event_articles(&articles, result), SS_OK);
    assert_int_equal(ss_event_links(&links, result), SS_OK);
    const json_t *events = json_object_get(index, "events"), *counts = json_object_get(index, "counts");
    assert_int_equal(json_array_size(events), result->event_count);
    for (size_t i = 0; i < result->event_count; i++)
        check_event(json_array_get(events, i), i, &articles, &links);
    assert_int_equal(json_integer_value(json_object_get(counts, "articles")), ARTICLES);
    assert_int_equal(json_integer_value(json_object_get(counts, "other")), FRENCH);
    json_int_t linked = 0, bars = 0;
    for (size_t i = 0; i < result->link_count; i++)
        linked += (double)result->link[i].probability >= result->provenance.threshold;
    for (size_t kind = 0; kind < 3; kind++)
        for (size_t i = 0; i < 20; i++)
            bars += whole(json_array_get(json_object_get(index, "probabilities"), kind), i);
    assert_int_equal(bars, linked);
    ss_event_rows_clear(&articles);
    ss_event_rows_clear(&links);
    json_decref(index);
    free(p.text);
}

/* Dates that no browser can show are left out of the page, whoever wrote the result. */
static void test_times_of_no_calendar(void **state)
{
    (void)state;
    static const int64_t times[] = {INT64_MAX, INT64_MIN + 1, 253402300800, -30610224001};
    static ss_date kept[ARTICLES];
    for (size_t i = 0; i < ARTICLES; i++)
        kept[i] = result->articles.item[i].published;
    for (size_t t = 0; t < sizeof times / sizeof *times; t++) {
        for (size_t i = 0; i < ARTICLES; i++)
            result->articles.item[i].published = (ss_date){.seconds = times[t], .precision = SS_DATE_DAY};
        page p = make_page(NULL, NULL);
        char text[32];
        snprintf(text, sizeof text, ",%lld,1,", (long long)times[t]);
        assert_null(strstr(p.text, text));
        assert_non_null(strstr(p.text, ",null,1,"));
        free(p.text);
    }
    for (size_t i = 0; i < ARTICLES; i++)
        result->articles.item[i].published = kept[i];
}

/* ----------------------------------------------------------------- the events */

/* The whole of an article as the page has it, in UTF-16. */
static size_t whole_text(UChar *out, size_t room, const json_t *article)
{
    char text[2000];
    snprintf(text, sizeof text, "%s\n%s", json_string_value(json_object_get(article, "title")),
             json_string_value(json_object_get(article, "text")));
    UErrorCode status = U_ZERO_ERROR;
    int32_t length;
    u_strFromUTF8(out, (int32_t)room, &length, text, -1, &status);
    assert_true(U_SUCCESS(status));
    return (size_t)length;
}

/* Every place lies in the text; the first one of some item is what the item says. Returns how many there are. */
static size_t check_places(const json_t *item, size_t at, const char *said, const json_t *article)
{
    const json_t *places = json_array_get(item, at);
    UChar text[2000];
    size_t length = whole_text(text, 2000, article), exact = 0;
    assert_int_equal(json_array_size(places) % 2, 0);
    for (size_t i = 0; i < json_array_size(places); i += 2) {
        json_int_t begin = whole(places, i), size = whole(places, i + 1);
        assert_true(begin >= 0 && size > 0 && (size_t)(begin + size) <= length);
        char found[500];
        UErrorCode status = U_ZERO_ERROR;
        u_strToUTF8(found, sizeof found, NULL, text + begin, (int32_t)size, &status);
        assert_true(U_SUCCESS(status));
        exact += strcmp(found, said) == 0;
    }
    if (json_array_size(places) > 0) assert_true(exact > 0);
    return json_array_size(places) / 2;
}

static size_t check_items(const json_t *pair, const char *name, size_t text_at, const json_t *articles)
{
    const json_t *items = json_object_get(pair, name), *item;
    size_t index, places = 0;
    assert_non_null(items);
    json_array_foreach(items, index, item)
    {
        for (size_t side = 0; side < 2; side++) {
            size_t of = (size_t)json_integer_value(json_object_get(pair, side == 0 ? "a" : "b"));
            const char *said = json_string_value(json_array_get(item, text_at + side));
            places += check_places(item, text_at + 2 + side, said, json_array_get(articles, of));
        }
    }
    return places;
}

static void check_pair(const json_t *pair, const json_t *articles, size_t *places)
{
    const json_t *shares = json_object_get(pair, "shares");
    double odds = json_number_value(json_object_get(pair, "start"));
    for (size_t i = 0; i < json_array_size(shares); i++)
        odds += json_number_value(json_array_get(shares, i));
    double p = json_number_value(json_object_get(pair, "p"));
    assert_true(fabs(1 / (1 + exp(-odds)) - p) <= 0.02);
    *places += check_items(pair, "common", 2, articles) + check_items(pair, "conflict", 2, articles) +
               check_items(pair, "words", 1, articles);
}

static void test_events(void **state)
{
    (void)state;
    const ss_report_options options = {.text_bytes = 40, .pairs = 3, .reasons = 5};
    page p = make_page(&options, NULL);
    size_t events = 0, places = 0, number, index;
    const json_t *event, *article, *pair;
    for (size_t block = 0; block * 16 < result->event_count; block++) {
        char id[32];
        snprintf(id, sizeof id, "block-%zu", block);
        json_t *list = script(&p, id);
        json_array_foreach(list, number, event)
        {
            const json_t *articles = json_object_get(event, "articles"), *pairs = json_object_get(event, "pairs");
            json_array_foreach(articles, index, article)
            {
                const char *text = json_string_value(json_object_get(article, "text"));
                assert_true(strlen(text) <= 40);
                assert_true(strlen(text) >= 38 || json_object_get(article, "more") == NULL);
            }
            assert_true(json_array_size(pairs) >= 1 && json_array_size(pairs) <= 3);
            json_array_foreach(pairs, index, pair) check_pair(pair, articles, &places);
            events++;
        }
        json_decref(list);
    }
    assert_int_equal(events, result->event_count);
    assert_true(places > 10 * events);
    free(p.text);
}

/* An event of all articles, with one link, of the last two. */
static ss_result *one_event(size_t count)
{
    ss_articles articles = {0};
    char id[32];
    for (size_t i = 0; i < count; i++) {
        snprintf(id, sizeof id, "m%04zu", i);
        push(&articles, id, SS_LANG_EN, id, "Nobody was hurt.", 18000);
    }
    ss_link_options options = ss_link_options_default();
    options.keep_repeats = true;
    ss_result *made = link_articles(articles, &options, NULL);
    free(made->link);
    made->link = calloc(1, sizeof *made->link);
    assert_non_null(made->link);
    made->link_count = 1;
    *made->link = (ss_link){.a = (uint32_t)count - 2,
                            .b = (uint32_t)count - 1,
                            .probability = 1,
                            .cosine = 1,
                            .relation = SS_RELATION_SAME};
    made->event_count = 1;
    for (size_t i = 0; i < count; i++)
        made->event_of[i] = 0;
    return made;
}

static void test_texts_of_a_large_event(void **state)
{
    (void)state;
    enum { MANY = 1010, KEPT = 1000 };
    ss_result *usual = result;
    result = one_event(MANY);
    page p = make_page(NULL, NULL);
    json_t *list = script(&p, "block-0");
    const json_t *articles = json_object_get(json_array_get(list, 0), "articles"), *article;
    assert_int_equal(json_array_size(articles), MANY);
    size_t i;
    json_array_foreach(articles, i, article)
    {
        bool kept = i < KEPT || i >= MANY - 2;
        assert_string_equal(json_string_value(json_object_get(article, "text")), kept ? "Nobody was hurt." : "");
        assert_int_equal(json_integer_value(json_object_get(article, "more")), kept ? 0 : 16);
    }
    json_decref(list);
    free(p.text);
    ss_result_free(result);
    result = usual;
}

static void test_threads_do_not_matter(void **state)
{
    (void)state;
    ss_job one = {.threads = 1}, three = {.threads = 3};
    page first = make_page(NULL, &one), second = make_page(NULL, &three);
    assert_int_equal(first.length, second.length);
    assert_memory_equal(first.text, second.text, first.length);
    free(first.text);
    free(second.text);
}

/* -------------------------------------------------------------- hostile articles */

static char evil[] = "</script><script>alert(1)</script><!-- \xe2\x80\xa8 \"&' \xf0\x9f\x9a\xa2 ";

static size_t count_of(const page *p, const char *what)
{
    size_t count = 0;
    for (const char *at = p->text; (at = strstr(at, what)) != NULL; at++)
        count++;
    return count;
}

static void test_hostile_articles(void **state)
{
    (void)state;
    page sound = make_page(NULL, NULL);
    char **fields[] = {&result->articles.item[0].title, &result->articles.item[0].source, &result->articles.item[0].url,
                       &result->provenance.command};
    char *kept[4];
    for (size_t i = 0; i < 4; i++) {
        kept[i] = *fields[i];
        *fields[i] = evil;
    }
    const ss_report_options options = {.title = evil, .text_bytes = 100, .pairs = 5, .reasons = 5};
    page p = make_page(&options, NULL);
    assert_int_equal(count_of(&p, "<script"), count_of(&sound, "<script"));
    assert_int_equal(count_of(&p, "</script"), count_of(&sound, "</script"));
    assert_int_equal(count_of(&p, "<!--"), count_of(&sound, "<!--"));
    json_t *index = script(&p, "index");
    assert_string_equal(json_string_value(json_object_get(index, "title")), evil);
    assert_string_equal(json_string_value(json_object_get(json_object_get(index, "made"), "command")), evil);
    json_decref(index);
    for (size_t i = 0; i < 4; i++)
        *fields[i] = kept[i];
    free(p.text);
    free(sound.text);
}

/* -------------------------------------------------------------------- failures */

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

static void test_other_model(void **state)
{
    (void)state;
    ss_model *other = tiny_model();
    remove("other.html");
    assert_int_equal(ss_report_write(result, other, NULL, NULL, "other.html"), SS_ERROR_ARGUMENT);
    assert_non_null(strstr(ss_last_error(), "--model"));
    assert_false(is_there("other.html"));
    ss_model_free(other);
}

static void test_what_is_there(void **state)
{
    (void)state;
    write_text("letter.html", "<!DOCTYPE html>\n<p>Dear");
    assert_int_equal(ss_report_write(result, model, NULL, NULL, "letter.html"), SS_ERROR_ARGUMENT);
    page p = read_page("letter.html");
    assert_string_equal(p.text, "<!DOCTYPE html>\n<p>Dear");
    free(p.text);
    assert_int_equal(ss_report_write(result, model, NULL, NULL, "nowhere/report.html"), SS_ERROR_IO);
    assert_int_equal(ss_result_write(result, "mine.h5", NULL), SS_OK);
    assert_int_equal(ss_report_write(result, model, NULL, NULL, "mine.h5"), SS_ERROR_ARGUMENT);
    free(make_page(NULL, NULL).text);
    free(make_page(NULL, NULL).text); /* over its own */
    assert_int_equal(ss_result_write(result, "report.html", NULL), SS_ERROR_ARGUMENT);
}

static bool cancel(void *user)
{
    (void)user;
    return true;
}

static void test_cancelled(void **state)
{
    (void)state;
    ss_job job = {.cancelled = cancel};
    char temporary[64];
    remove("cancelled.html");
    assert_int_equal(ss_report_write(result, model, NULL, &job, "cancelled.html"), SS_ERROR_INTERRUPTED);
    snprintf(temporary, sizeof temporary, "cancelled.html.tmp-%ld", (long)getpid());
    assert_false(is_there("cancelled.html") || is_there(temporary));
}

static void test_no_events(void **state)
{
    (void)state;
    ss_result *kept = result;
    ss_articles none = {0};
    push(&none, "1", SS_LANG_EN, "Alone", "Nobody else.", 18000);
    result = link_articles(none, NULL, NULL);
    page p = make_page(NULL, NULL);
    json_t *index = script(&p, "index"), *block = script(&p, "block-0");
    assert_int_equal(json_array_size(json_object_get(index, "events")), 0);
    assert_null(block);
    json_decref(index);
    free(p.text);
    ss_result_free(result);
    result = kept;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_index),
        cmocka_unit_test(test_times_of_no_calendar),
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_texts_of_a_large_event),
        cmocka_unit_test(test_threads_do_not_matter),
        cmocka_unit_test(test_hostile_articles),
        cmocka_unit_test(test_other_model),
        cmocka_unit_test(test_what_is_there),
        cmocka_unit_test(test_cancelled),
        cmocka_unit_test(test_no_events),
    };
    return cmocka_run_group_tests(tests, make_result, free_result);
}
