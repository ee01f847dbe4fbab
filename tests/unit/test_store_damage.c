/* Results files that are damaged, cut short or of others: each is refused, and says what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <hdf5.h>

#include "artificial_results.h"

static const char path[] = "result.h5";

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
    blob whole = blob_of_file(path);
    for (size_t length = 0; length < whole.length; length += length < 200 || length + 200 > whole.length ? 1 : 97) {
        write_bytes(path, whole.bytes, length);
        assert_int_equal(ss_result_read(&again, path), SS_ERROR_INPUT);
        assert_null(again);
    }
    free(whole.bytes);
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

static void test_missing_datasets_are_refused(void **state)
{
    (void)state;
    hid_t file = open_sample();
    assert_true(H5Ldelete(file, "links/cosine", H5P_DEFAULT) >= 0);
    H5Fclose(file);
    assert_refused(SS_ERROR_INPUT, "links/cosine is missing");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_other_files_are_refused),
        TEST(test_cut_short_files_are_refused),
        TEST(test_other_versions_are_refused),
        TEST(test_files_without_the_mark_are_refused),
        TEST(test_inconsistent_files_are_refused),
        TEST(test_missing_datasets_are_refused),
        TEST(test_missing_evidence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
