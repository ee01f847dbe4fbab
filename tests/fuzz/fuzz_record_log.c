#include <string.h>
#include <unistd.h>

#include "link.h"
#include "record_log.h"
#include "standalone.h"
#include "status.h"

/* What follows the first byte is a file, or records of kind, length and bytes, which are framed here: else hardly one would
 * have the right checksum. */
static bool write_file(int file, const char *path, const uint8_t *data, size_t size)
{
    if (data[0] % 2 == 0) return write(file, data + 1, size - 1) == (ssize_t)(size - 1);
    ss_record_log *log;
    if (ss_record_log_create(&log, path) != SS_OK) return false;
    bool ok = ss_record_log_append(log, 1, "a: b\n", 6) == SS_OK;
    for (size_t at = 1; ok && at + 3 <= size;) {
        size_t length = data[at + 1] | (size_t)data[at + 2] << 8, left = size - at - 3;
        length = length < left ? length : left;
        ok = ss_record_log_append(log, 1 + data[at] % 10, data + at + 3, length) == SS_OK;
        at += 3 + length;
    }
    ok = ok && ss_record_log_commit(log) == SS_OK;
    ss_record_log_free(log);
    return ok;
}

#define ARTICLES  3
#define DIMENSION 8

/* Reads it all as a job of three articles would. */
static void load(ss_checkpoint *checkpoint)
{
    ss_result *result;
    ss_reader_position position;
    bool all;
    size_t capacity = 0, linked;
    if (ss_result_new(&result) != SS_OK) abort();
    ss_sketches sketches = {.dimension = DIMENSION};
    ss_status status = ss_checkpoint_load_articles(checkpoint, &result->articles, &sketches, &position, &all);
    if (sketches.count > result->articles.count) abort();
    ss_sketches_clear(&sketches);
    while (result->articles.count < ARTICLES) {
        ss_article empty = {0};
        if (ss_articles_push(&result->articles, &empty) != SS_OK) abort();
    }
    size_t n = result->articles.count;
    ss_neighbours list[3] = {0};
    for (int i = 0; i < 3; i++)
        list[i] = (ss_neighbours){n, 2, calloc(n, sizeof(uint32_t)), calloc(2 * n, sizeof(ss_neighbour))};
    ss_matching matching[SS_CROSSINGS] = {{.used = true, .list = {&list[0], &list[1]}, .other_count = {n, n}},
                                          {.used = true, .list = {&list[2], NULL}, .other_count = {n, 0}}};
    if (status == SS_OK) status = ss_checkpoint_load_candidates(checkpoint, matching, result, &capacity, &linked);
    for (int i = 0; i < 3; i++) {
        for (size_t row = 0; row < n; row++)
            if (list[i].found[row] > 2 || (list[i].found[row] > 0 && list[i].item[2 * row].index >= n)) abort();
        ss_neighbours_clear(&list[i]);
    }
    for (size_t i = 0; status == SS_OK && i < result->link_count; i++)
        if (result->link[i].a >= n || result->link[i].b >= n) abort();
    ss_result_free(result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char output[64], path[80];
    if (size == 0) return 0;
    /* A name of its own for each process: fuzzers run in several. */
    snprintf(output, sizeof output, "/dev/shm/fuzz-record-log-%d", (int)getpid());
    snprintf(path, sizeof path, "%s.resume", output);
    FILE *file = fopen(path, "wb");
    if (file == NULL) return 0;
    bool written = write_file(fileno(file), path, data, size);
    fclose(file);
    const ss_checkpoint_options options = {.output = output, .seconds = 60, .resume = true, .identity = "a: b\n"};
    ss_checkpoint *checkpoint;
    if (written && ss_checkpoint_open(&checkpoint, &options) == SS_OK) {
        load(checkpoint);
        ss_checkpoint_free(checkpoint);
    }
    unlink(path);
    return 0;
}
