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

#include "event_summary.h"
#include "explain_evidence.h"
#include "status.h"
#include "temp_files.h"

#define DIMENSION      6
#define LINK_BYTES     (offsetof(ss_link, relation) + sizeof(uint8_t)) /* of a link, up to the end of its last field */
#define EVIDENCE_BYTES (offsetof(ss_link_evidence, conflict) + sizeof(uint8_t))

static const char path[] = "result.h5";

/* --------------------------------------------------------------- artificial results */

static void add_article(ss_result *result, const char *id, ss_lang lang, const char *title, const char *text,
                        ss_date published)
{
    ss_article article = {.published = published, .lang = lang};
    assert_int_equal(ss_copy_text(&article.id, id, strlen(id)), SS_OK);
    assert_int_equal(ss_copy_text(&article.url, "", 0), SS_OK);
    assert_int_equal(ss_copy_text(&article.source, "晨报", strlen("晨报")), SS_OK);
    assert_int_equal(ss_copy_text(&article.author, "林予安", strlen("林予安")), SS_OK);
    assert_int_equal(ss_copy_text(&article.title, title, strlen(title)), SS_OK);
    assert_int_equal(ss_copy_text(&article.text, text, strlen(text)), SS_OK);
    assert_int_equal(ss_copy_text(&article.origin, "sample.jsonl:1", strlen("sample.jsonl:1")), SS_OK);
    assert_int_equal(ss_articles_push(&result->articles, &article), SS_OK);
}

/* Sketches that differ from article to article, and room for `links` links. */
static void fill_columns(ss_result *result, int dimension, size_t links)
{
    size_t count = result->articles.count;
    result->dimension = dimension;
    for (int channel = 0; channel < SS_CHANNELS; channel++) {
        result->vector[channel] = calloc(count * (size_t)dimension + 1, 1);
        result->norm[channel] = calloc(count + 1, sizeof(uint32_t));
        assert_non_null(result->vector[channel]);
        assert_non_null(result->norm[channel]);
        for (size_t i = 0; i < count * (size_t)dimension; i++)
            result->vector[channel][i] = (int8_t)((int)((i * 7 + (size_t)channel * 31) % 255) - 127);
        for (size_t i = 0; i < count; i++)
            for (int k = 0; k < dimension; k++) {
                int32_t entry = result->vector[channel][i * (size_t)dimension + (size_t)k];
                result->norm[channel][i] += (uint32_t)(entry * entry);
            }
    }
    result->ngrams = calloc(count + 1, sizeof *result->ngrams);
    result->event_of = calloc(count + 1, sizeof *result->event_of);
    result->link = calloc(links + 1, sizeof *result->link);
    assert_non_null(result->ngrams);
    assert_non_null(result->event_of);
    assert_non_null(result->link);
    result->link_count = links;
    for (size_t i = 0; i < count; i++) {
        result->ngrams[i] = (uint32_t)(i * 3 + 1);
        result->event_of[i] = -1;
    }
}

static ss_result *new_result(void)
{
    ss_result *result;
    assert_int_equal(ss_result_new(&result), SS_OK);
    ss_provenance *p = &result->provenance;
    assert_int_equal(ss_set_text(&p->version, "0.1.0"), SS_OK);
    assert_int_equal(ss_set_text(&p->command, "samestory link 新闻.jsonl"), SS_OK);
    assert_int_equal(ss_set_text(&p->model_recipe, "{\"pairs\": 3}"), SS_OK);
    p->seconds = 1.5;
    p->threshold = 0.5;
    p->neighbours = 10;
    p->window_days = -1;
    p->threads = 2;
    p->zh_en = p->en_en = true;
    p->counts = (ss_reader_counts){.files = 1, .bytes = 1000, .read = 5, .zh = 2, .en = 2, .other = 1, .skipped = 7};
    return result;
}

static ss_link_evidence *add_evidence(ss_result *result, size_t count)
{
    result->evidence_most = 3;
    result->evidence_count = count;
    result->evidence = calloc(count + 1, sizeof *result->evidence);
    assert_non_null(result->evidence);
    return result->evidence;
}

/* 台风 ↔ 台风; 登陆 ↔ landfall, and as if they were two counts of the dead, 三万人 ↔ Thirty thousand people. */
static void add_sample_evidence(ss_result *result)
{
    ss_link_evidence *evidence = add_evidence(result, 3);
    evidence[0] =
        (ss_link_evidence){.link = 0, .kind = SS_TESTIMONY_TERM, .begin = {0, 16}, .end = {6, 22}, .bits = 12.5F};
    evidence[1] = (ss_link_evidence){.link = 1, .kind = SS_TERM_WORD, .begin = {6, 14}, .end = {12, 22}, .bits = 9.25F};
    evidence[2] = (ss_link_evidence){
        .link = 1, .kind = SS_TESTIMONY_TERM + SS_QUANTITY_DEAD, .begin = {59, 23}, .end = {68, 45}, .conflict = 1};
}

static ss_result *sample_result(void)
{
    const ss_date day = {.seconds = 1700697600, .zone_minutes = SS_ZONE_UNKNOWN, .precision = SS_DATE_DAY};
    const ss_date next = {.seconds = 1700784000, .zone_minutes = SS_ZONE_UNKNOWN, .precision = SS_DATE_DAY};
    const ss_date second = {.seconds = -1, .zone_minutes = 480, .precision = SS_DATE_SECOND};
    const ss_date none = {.zone_minutes = SS_ZONE_UNKNOWN};
    ss_result *result = new_result();
    add_article(result, "zh-1", SS_LANG_ZH, "台风登陆海岸", "周四清晨，台风在海岸登陆。\n三万人撤离。", second);
    add_article(result, "zh-2", SS_LANG_ZH, "", "气象台发布台风警报。", day);
    add_article(result, "en-1", SS_LANG_EN, "Typhoon makes landfall", "Thirty thousand people left their homes.", next);
    add_article(result, "en-2", SS_LANG_EN, "No body", "", none);
    add_article(result, "fr-1", SS_LANG_OTHER, "Le typhon", "Trente mille personnes.", none);
    fill_columns(result, DIMENSION, 3);
    result->event_of[0] = result->event_of[1] = result->event_of[2] = 0;
    result->event_count = 1;
    result->link[0] = (ss_link){.a = 0, .b = 1, .probability = 0.75F, .cosine = 0.5F, .title_cosine = NAN, .mutual = 1};
    result->link[0].relation = SS_RELATION_DUPLICATE;
    result->link[0].copied = 0.75F;
    result->link[1] = (ss_link){.a = 0, .b = 2, .probability = 0.5F, .cosine = -0.25F, .rank_ab = 1, .rank_ba = 65535};
    result->link[1].days_later = -3;
    result->link[1].relation = SS_RELATION_SAME;
    result->link[1].others_a = NAN;
    result->link[2] =
        (ss_link){.a = 1, .b = 3, .probability = 0.25F, .days_later = SS_DAYS_UNKNOWN, .margin = INFINITY};
    add_sample_evidence(result);
    return result;
}

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

static void assert_refused(ss_status status, const char *part)
{
    ss_result *result;
    assert_int_equal(ss_result_read(&result, path), status);
    assert_null(result);
    if (strstr(ss_last_error(), part) == NULL) fail_msg("'%s' lacks '%s'", ss_last_error(), part);
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

static char *read_file(size_t *size)
{
    struct stat known;
    assert_int_equal(stat(path, &known), 0);
    *size = (size_t)known.st_size;
    char *bytes = malloc(*size + 1);
    FILE *file = fopen(path, "rb");
    assert_true(bytes != NULL && file != NULL);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
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
        size_t size;
        char *bytes = read_file(&size);
        assert_int_equal(size, strlen(others[i]));
        assert_memory_equal(bytes, others[i], size);
        free(bytes);
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

static void test_other_files_are_refused(void **state)
{
    (void)state;
    assert_refused(SS_ERROR_IO, "No such file");
    write_text(path, "");
    assert_refused(SS_ERROR_INPUT, "is empty");
    write_text(path, "{\"id\": \"a news item\"}");
    assert_refused(SS_ERROR_INPUT, "not a samestory results file");
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    assert_refused(SS_ERROR_INPUT, "not a samestory results file");
    ss_result *result;
    assert_int_equal(ss_result_read(&result, "."), SS_ERROR_IO);
}

static void test_cut_short_files_are_refused(void **state)
{
    (void)state;
    ss_result *result = sample_result(), *again;
    assert_int_equal(ss_result_write(result, path, NULL), SS_OK);
    ss_result_free(result);
    size_t size;
    char *bytes = read_file(&size);
    for (size_t length = 0; length < size; length += length < 200 || length + 200 > size ? 1 : 97) {
        write_bytes(path, bytes, length);
        assert_int_equal(ss_result_read(&again, path), SS_ERROR_INPUT);
        assert_null(again);
    }
    free(bytes);
}

static hid_t open_sample(void)
{
    ss_result *result = sample_result();
    assert_int_equal(ss_result_write(result, path, NULL), SS_OK);
    ss_result_free(result);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0);
    return file;
}

static void test_other_versions_are_refused(void **state)
{
    (void)state;
    hid_t file = open_sample(), attribute = H5Aopen(file, "format_version", H5P_DEFAULT);
    const int version = 2;
    assert_true(H5Awrite(attribute, H5T_NATIVE_INT, &version) >= 0);
    H5Aclose(attribute);
    H5Fclose(file);
    assert_refused(SS_ERROR_INPUT, "format version 2");
}

static void test_files_without_the_mark_are_refused(void **state)
{
    (void)state;
    hid_t file = open_sample();
    assert_true(H5Adelete(file, "complete") >= 0);
    H5Fclose(file);
    assert_refused(SS_ERROR_INPUT, "cut short");
}

static void spoil(const char *name, size_t row, int64_t value, const char *complaint)
{
    hid_t file = open_sample(), dataset = H5Dopen2(file, name, H5P_DEFAULT), space = H5Dget_space(dataset);
    const hsize_t start = row, one = 1;
    hid_t memory = H5Screate_simple(1, &one, NULL);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &one, NULL);
    assert_true(H5Dwrite(dataset, H5T_NATIVE_INT64, memory, space, H5P_DEFAULT, &value) >= 0);
    H5Sclose(memory);
    H5Sclose(space);
    H5Dclose(dataset);
    H5Fclose(file);
    assert_refused(SS_ERROR_INPUT, complaint);
}

static void test_inconsistent_files_are_refused(void **state)
{
    (void)state;
    spoil("links/a", 0, 5, "not there");
    spoil("links/b", 2, 4000000000, "not there");
    spoil("links/b", 1, 1, "out of order");
    spoil("links/b", 1, 4, "languages");
    spoil("links/relation", 2, 4, "relation");
    spoil("articles/event", 4, 1, "event");
    spoil("articles/event", 4, -2, "event");
    spoil("articles/published_precision", 0, 3, "precision");
    spoil("articles/published", 0, 4000000000, "out of order");
    spoil("sketches/lead/norm", 3, 1, "sketches/lead/norm, row 3");
    spoil("articles_text/offset", 0, 1, "offset");
    spoil("articles_text/offset", 1, 1000000, "offset");
    spoil("articles_text/offset", 2, 1, "offset");
    spoil("articles_text/offset", 5, 7, "offset");
    spoil("evidence/link", 2, 3, "/evidence, row 2: evidence of a link that is not there");
    spoil("evidence/link", 2, 0, "evidence is out of order");
    spoil("evidence/kind", 0, SS_TESTIMONY_KINDS, "evidence of unknown kind");
    spoil("evidence/conflict", 0, 2, "evidence of unknown kind");
    spoil("evidence/bits", 0, -1, "bits that are none");
    spoil("evidence/a_begin", 0, 7, "does not stand in its article");
    spoil("evidence/a_end", 2, 1000, "does not stand in its article");
    spoil("evidence/b_end", 0, 4294967295, "does not stand in its article");
}

/* Evidence may be absent as a whole, but not in part. */
static void test_missing_evidence(void **state)
{
    (void)state;
    ss_result *result;
    hid_t file = open_sample();
    assert_true(H5Ldelete(file, "evidence", H5P_DEFAULT) >= 0);
    H5Fclose(file);
    assert_int_equal(ss_result_read(&result, path), SS_OK);
    assert_true(result->evidence == NULL && result->evidence_most == 0);
    ss_result_free(result);
    static const char *const parts[] = {"evidence/link", "evidence/bits", "evidence/a", "evidence/b"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        file = open_sample();
        assert_true(H5Ldelete(file, parts[i], H5P_DEFAULT) >= 0);
        H5Fclose(file);
        assert_refused(SS_ERROR_INPUT, "is missing");
    }
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

static void test_missing_datasets_are_refused(void **state)
{
    (void)state;
    hid_t file = open_sample();
    assert_true(H5Ldelete(file, "links/cosine", H5P_DEFAULT) >= 0);
    H5Fclose(file);
    assert_refused(SS_ERROR_INPUT, "links/cosine is missing");
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
        TEST(test_other_files_are_refused),
        TEST(test_cut_short_files_are_refused),
        TEST(test_other_versions_are_refused),
        TEST(test_files_without_the_mark_are_refused),
        TEST(test_inconsistent_files_are_refused),
        TEST(test_missing_datasets_are_refused),
        TEST(test_missing_evidence),
        TEST(test_evidence_of_nothing),
        TEST(test_places_that_cannot_be_written),
        TEST(test_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
