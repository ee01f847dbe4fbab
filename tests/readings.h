/* Whole runs of the reader, each in a folder of its own. Include after cmocka.h. */
#ifndef SS_TESTS_READINGS_H
#define SS_TESTS_READINGS_H

#include "reader.h"
#include "temp_files.h"
#include "warnings.h"

/* What a whole run of the reader gives. */
typedef struct reading {
    ss_articles articles;
    ss_reader_counts counts;
    ss_status status;
    warnings met;
} reading;

static inline reading *read_paths_with(const char *const *paths, size_t count, const ss_reader_options *options,
                                       bool strict)
{
    reading *run = calloc(1, sizeof *run);
    assert_non_null(run);
    ss_job job = {.warning = note_warning, .user = &run->met, .strict = strict};
    ss_reader *reader;
    assert_int_equal(ss_reader_open(&reader, paths, count, options, &job), SS_OK);
    bool more = true;
    while (more && run->status == SS_OK) {
        ss_article article;
        run->status = ss_reader_next(reader, &article, &more);
        if (run->status == SS_OK && more) assert_int_equal(ss_articles_push(&run->articles, &article), SS_OK);
    }
    run->counts = *ss_reader_get_counts(reader);
    ss_reader_free(reader);
    assert_int_equal(run->counts.read, run->articles.count);
    assert_int_equal(run->counts.zh + run->counts.en + run->counts.other, run->articles.count);
    return run;
}

static inline reading *read_paths(const char *first, const char *second)
{
    const char *paths[] = {first, second};
    return read_paths_with(paths, second != NULL ? 2 : 1, NULL, false);
}

static inline void end_run(reading *run)
{
    ss_articles_clear(&run->articles);
    free(run);
}

static inline void assert_warned(const reading *run, const char *part)
{
    if (strstr(run->met.text, part) == NULL) print_error("\"%s\" is not in:\n%s", part, run->met.text);
    assert_non_null(strstr(run->met.text, part));
}

/* Before and after a test: its folder. */
static inline int enter(void **state)
{
    *state = enter_temp_folder();
    return 0;
}

static inline int leave(void **state)
{
    leave_temp_folder(*state);
    return 0;
}

#define READER_TEST(test) cmocka_unit_test_setup_teardown(test, enter, leave)

static const char two_lines[] =
    "{\"id\": \"a\", \"url\": \"https://example.org/a\", \"lang\": \"en\", \"title\": \"Floods in Hubei\", "
    "\"text\": \"The river rose.\", \"published\": \"2021-11-23\", \"source\": \"Gazette\", \"author\": \"A. Reed\", "
    "\"extra\": [1, {\"x\": "
    "null}]}\n"
    "{\"id\": 7, \"author\": [\"A\", \"B\"], \"title\": \"湖北发生洪水\", \"text\": \"河水上涨。\", \"date\": "
    "\"2021-11-23T14:35:56Z\"}\r\n";

/* Many lines that do not compress well; freed by the caller. */
static inline blob many_lines(size_t count)
{
    blob lines = {malloc(count * 128), 0};
    assert_non_null(lines.bytes);
    uint32_t random = 1;
    for (size_t i = 0; i < count; i++) {
        int written = snprintf(lines.bytes + lines.length, 128, "{\"id\": \"%zu\", \"text\": \"", i);
        lines.length += (size_t)written;
        for (size_t k = 0; k < 60; k++) {
            random = random * 1664525 + 1013904223;
            lines.bytes[lines.length++] = (char)('a' + (random >> 24) % 26);
        }
        memcpy(lines.bytes + lines.length, "\"}\n", 3);
        lines.length += 3;
    }
    return lines;
}

#endif
