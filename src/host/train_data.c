#include "train_data.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "status.h"
#include "stream.h"

#define TEXT_BYTES  4500u /* of a text that are looked at: about 1,500 Han characters */
#define BLOCK_PAIRS 4096u /* pairs that one task turns into features */

/* The pairs as text, before the vocabulary is known. */
typedef struct raw_pairs {
    char *bytes;
    size_t size, capacity;
    struct raw_pair {
        uint64_t begin[2];
        uint32_t length[2];
        uint32_t event;
        uint8_t repeat;
        bool near;
    } * pair;
    size_t count, pair_capacity;
} raw_pairs;

/* ------------------------------------------------------------ reading */

static uint32_t cut(const char *text, size_t length)
{
    if (length <= TEXT_BYTES) return (uint32_t)length;
    length = TEXT_BYTES;
    while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--;
    return (uint32_t)length;
}

static uint32_t hash_bytes(const char *bytes, size_t length)
{
    uint64_t h = length;
    for (size_t i = 0; i < length; i++)
        h = ss_hash_extend(h, (unsigned char)bytes[i]);
    return (uint32_t)ss_hash_mix(h);
}

static ss_status add_pair(raw_pairs *raw, const char *line, size_t length, ss_training_file *file)
{
    const char *tab = memchr(line, '\t', length);
    if (tab == NULL) return SS_OK;
    const char *text[2] = {line, tab + 1};
    size_t rest = length - (size_t)(tab + 1 - line);
    const char *more = memchr(tab + 1, '\t', rest); /* further columns are not looked at, but for an event */
    size_t size[2] = {(size_t)(tab - line), more != NULL ? (size_t)(more - tab - 1) : rest};
    if (size[0] == 0 || size[1] == 0) return SS_OK;
    SS_TRY(ss_grow((void **)&raw->pair, &raw->pair_capacity, raw->count + 1, sizeof *raw->pair));
    struct raw_pair *pair = &raw->pair[raw->count++];
    pair->repeat = (uint8_t)file->repeat;
    pair->near = file->near;
    pair->event = file->near && more != NULL ? hash_bytes(more + 1, (size_t)(line + length - (more + 1))) : 0;
    for (int side = 0; side < 2; side++) {
        uint32_t taken = cut(text[side], size[side]);
        SS_TRY(ss_grow((void **)&raw->bytes, &raw->capacity, raw->size + taken, 1));
        memcpy(raw->bytes + raw->size, text[side], taken);
        pair->begin[side] = raw->size;
        pair->length[side] = taken;
        raw->size += taken;
    }
    file->pairs++;
    return SS_OK;
}

/* All bytes of a pair file. */
static ss_status load(ss_buffer *buffer, const char *path, const ss_job *job)
{
    ss_stream *stream;
    SS_TRY(ss_stream_open(&stream, path, job));
    ss_status status;
    size_t got = 1;
    do {
        status = ss_buffer_reserve(buffer, 1 << 16);
        if (status == SS_OK)
            status = ss_stream_read(stream, buffer->data + buffer->length, buffer->capacity - buffer->length, &got);
        if (status == SS_OK) buffer->length += got;
    } while (status == SS_OK && got > 0);
    ss_stream_free(stream);
    return status;
}

static ss_status add_lines(raw_pairs *raw, const ss_buffer *buffer, ss_training_file *file)
{
    const char *line = buffer->data, *end = line + buffer->length;
    while (line < end) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        const char *stop = newline != NULL ? newline : end;
        size_t length = (size_t)(stop - line);
        if (length > 0 && line[length - 1] == '\r') length--;
        SS_TRY(add_pair(raw, line, length, file));
        line = stop + 1;
    }
    return SS_OK;
}

static ss_status read_file(raw_pairs *raw, ss_training_file *file, const ss_job *job)
{
    ss_buffer buffer = {0};
    ss_status status = load(&buffer, file->path, job);
    if (status == SS_OK) status = add_lines(raw, &buffer, file);
    ss_buffer_free(&buffer);
    if (status == SS_OK && file->pairs == 0)
        status = ss_fail(SS_ERROR_INPUT, "%s: no pairs in it; a line is a text, a tab and its translation", file->path);
    return status;
}

/* "FILE@3": FILE, three times an epoch; "FILE@3n": neighbours in one batch. */
static ss_status parse_path(ss_training_file *file, const char *path)
{
    size_t length = strlen(path);
    const char *at = strrchr(path, '@');
    file->repeat = 1;
    if (at != NULL && at[1] >= '1' && at[1] <= '9' && (at[2] == '\0' || (at[2] == 'n' && at[3] == '\0'))) {
        file->repeat = at[1] - '0';
        file->near = at[2] == 'n';
        length = (size_t)(at - path);
    }
    return ss_copy_text(&file->path, path, length);
}

static ss_status read_files(ss_training_set *set, raw_pairs *raw, const ss_train_options *options, const ss_job *job)
{
    set->file = calloc(options->path_count, sizeof *set->file);
    if (set->file == NULL) return ss_fail_memory(options->path_count * sizeof *set->file);
    for (size_t i = 0; i < options->path_count; i++) {
        ss_tell_progress(job, "read pairs", i, options->path_count);
        SS_TRY(ss_check_cancelled(job));
        set->file_count = i + 1;
        SS_TRY(parse_path(&set->file[i], options->paths[i]));
        SS_TRY(read_file(raw, &set->file[i], job));
    }
    return SS_OK;
}

/* ------------------------------------------------------------ features */

typedef struct scratch {
    ss_ngram_counter *counter;
    ss_folded *folded;
    size_t folded_capacity;
    uint32_t *frequency; /* [1 << bucket_bits] while the vocabulary is chosen */
} scratch;

typedef struct block_features {
    uint32_t *feature;
    size_t count, capacity;
} block_features;

typedef struct extraction {
    ss_training_set *set;
    const raw_pairs *raw;
    const ss_ngram_rules *rules;
    scratch *thread;
    int thread_count;
    block_features *block; /* NULL while the vocabulary is chosen */
    const ss_job *job;
    const char *stage;
} extraction;

static size_t block_count(const raw_pairs *raw)
{
    return (raw->count + BLOCK_PAIRS - 1) / BLOCK_PAIRS;
}

static uint32_t hash_features(const ss_feature *features, size_t count)
{
    uint64_t h = count;
    for (size_t i = 0; i < count; i++)
        h = ss_hash_extend(h, features[i].row);
    return (uint32_t)h;
}

static ss_status keep_features(block_features *block, ss_text_features *text, const ss_feature *features, size_t count)
{
    SS_TRY(ss_grow((void **)&block->feature, &block->capacity, block->count + count, sizeof *block->feature));
    text->begin = block->count; /* within the block, until the blocks are joined */
    text->count = (uint32_t)count;
    text->hash = hash_features(features, count);
    for (size_t i = 0; i < count; i++) {
        uint32_t times = features[i].count < 255 ? features[i].count : 255;
        block->feature[block->count++] = features[i].row | times << 24;
    }
    return SS_OK;
}

static ss_status extract_block(void *context, size_t index, int thread)
{
    extraction *work = context;
    scratch *mine = &work->thread[thread];
    if (thread == 0) {
        SS_TRY(ss_check_cancelled(work->job));
        ss_tell_progress(work->job, work->stage, index, block_count(work->raw));
    }
    size_t end = (index + 1) * BLOCK_PAIRS < work->raw->count ? (index + 1) * BLOCK_PAIRS : work->raw->count;
    for (size_t i = index * BLOCK_PAIRS; i < end; i++) {
        const struct raw_pair *pair = &work->raw->pair[i];
        for (int side = 0; side < 2; side++) {
            size_t length = 0, count;
            const ss_feature *features;
            SS_TRY(ss_fold_text(work->set->fold, work->raw->bytes + pair->begin[side], pair->length[side],
                                &mine->folded, NULL, &length, &mine->folded_capacity));
            SS_TRY(ss_ngram_counter_add(mine->counter, mine->folded, length));
            ss_ngram_counter_take(mine->counter, &features, &count);
            if (work->block != NULL)
                SS_TRY(keep_features(&work->block[index], &work->set->text[side][i], features, count));
            for (size_t k = 0; work->block == NULL && k < count; k++)
                mine->frequency[features[k].row]++;
        }
    }
    return SS_OK;
}

static void free_scratch(extraction *work)
{
    for (int t = 0; work->thread != NULL && t < work->thread_count; t++) {
        ss_ngram_counter_free(work->thread[t].counter);
        free(work->thread[t].folded);
        free(work->thread[t].frequency);
    }
    free(work->thread);
    work->thread = NULL;
}

static ss_status make_scratch(extraction *work, const uint32_t *row_of_bucket)
{
    work->thread = calloc((size_t)work->thread_count, sizeof *work->thread);
    if (work->thread == NULL) return ss_fail_memory((size_t)work->thread_count * sizeof *work->thread);
    size_t buckets = (size_t)1 << work->rules->bucket_bits;
    for (int t = 0; t < work->thread_count; t++) {
        scratch *mine = &work->thread[t];
        SS_TRY(ss_ngram_counter_new(&mine->counter, work->rules, row_of_bucket, work->set->row_count));
        if (row_of_bucket != NULL) continue;
        mine->frequency = calloc(buckets, sizeof *mine->frequency);
        if (mine->frequency == NULL) return ss_fail_memory(buckets * sizeof *mine->frequency);
    }
    return SS_OK;
}

/* ------------------------------------------------------------ vocabulary */

static int by_falling_frequency(const void *left, const void *right, void *frequency)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    const uint32_t *f = frequency;
    if (f[a] != f[b]) return f[a] > f[b] ? -1 : 1;
    return a < b ? -1 : 1;
}

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* The `rows` buckets that most texts touch. Rare n-grams are left out before training: their rows cost space and teach
 * little, and without them the frequent ones hardly share a bucket with anything (docs/training.md has the figures). */
static ss_status take_most_frequent(ss_training_set *set, uint32_t *frequency, size_t buckets, uint32_t rows)
{
    uint32_t *order = malloc(buckets * sizeof *order);
    if (order == NULL) return ss_fail_memory(buckets * sizeof *order);
    uint32_t met = 0;
    for (uint32_t b = 0; b < buckets; b++)
        if (frequency[b] > 1) order[met++] = b;
    qsort_r(order, met, sizeof *order, by_falling_frequency, frequency);
    set->row_count = met < rows ? met : rows;
    qsort(order, set->row_count, sizeof *order, by_number);
    set->bucket = order;
    set->document_frequency = malloc((set->row_count + 1) * sizeof *set->document_frequency);
    if (set->document_frequency == NULL) return ss_fail_memory(set->row_count * sizeof *order);
    for (uint32_t r = 0; r < set->row_count; r++)
        set->document_frequency[r] = frequency[order[r]];
    if (set->row_count == 0)
        return ss_fail(SS_ERROR_INPUT, "no n-gram stands in more than one text: far too few pairs to learn from");
    return SS_OK;
}

/* The n-grams of a model and how common they were in its own training: what they tell stays what it was. */
static ss_status take_vocabulary_of(ss_training_set *set, const ss_model *model)
{
    set->row_count = model->row_count;
    set->bucket = malloc((set->row_count + 1) * sizeof *set->bucket);
    set->document_frequency = malloc((set->row_count + 1) * sizeof *set->document_frequency);
    if (set->bucket == NULL || set->document_frequency == NULL) return ss_fail_memory(set->row_count * 8);
    for (uint32_t b = 0; b < 1u << model->rules.bucket_bits; b++)
        if (model->row_of_bucket[b] != SS_NO_ROW) set->bucket[model->row_of_bucket[b]] = b;
    for (uint32_t r = 0; r < set->row_count; r++)
        set->document_frequency[r] =
            (uint32_t)lrint(fmax(1, 2.0 * (double)set->pair_count * exp2(-model->information[r] / 256.0)));
    return SS_OK;
}

static ss_status choose_vocabulary(extraction *work, ss_pool *pool, uint32_t rows)
{
    work->stage = "choose n-grams";
    ss_status status = make_scratch(work, NULL);
    if (status == SS_OK) status = ss_pool_run(pool, block_count(work->raw), extract_block, work);
    if (status == SS_OK) {
        size_t buckets = (size_t)1 << work->rules->bucket_bits;
        uint32_t *total = work->thread[0].frequency;
        for (int t = 1; t < work->thread_count; t++)
            for (size_t b = 0; b < buckets; b++)
                total[b] += work->thread[t].frequency[b];
        status = take_most_frequent(work->set, total, buckets, rows);
    }
    free_scratch(work);
    return status;
}

/* ------------------------------------------------------------ joining */

static ss_status join_blocks(ss_training_set *set, const raw_pairs *raw, block_features *block)
{
    size_t total = 0;
    for (size_t b = 0; b < block_count(raw); b++)
        total += block[b].count;
    set->feature = malloc((total + 1) * sizeof *set->feature);
    if (set->feature == NULL) return ss_fail_memory(total * sizeof *set->feature);
    size_t used = 0;
    for (size_t b = 0; b < block_count(raw); b++) {
        size_t end = (b + 1) * BLOCK_PAIRS < raw->count ? (b + 1) * BLOCK_PAIRS : raw->count;
        for (size_t i = b * BLOCK_PAIRS; i < end; i++)
            for (int side = 0; side < 2; side++)
                set->text[side][i].begin += used;
        if (block[b].count > 0) memcpy(set->feature + used, block[b].feature, block[b].count * sizeof *set->feature);
        used += block[b].count;
        free(block[b].feature);
        block[b] = (block_features){0};
    }
    return SS_OK;
}

static ss_status extract_features(extraction *work, ss_pool *pool)
{
    ss_training_set *set = work->set;
    size_t buckets = (size_t)1 << work->rules->bucket_bits, blocks = block_count(work->raw);
    uint32_t *row_of_bucket = malloc(buckets * sizeof *row_of_bucket);
    work->block = calloc(blocks, sizeof *work->block);
    work->stage = "count n-grams";
    ss_status status = SS_OK;
    if (row_of_bucket == NULL || work->block == NULL) status = ss_fail_memory(buckets * sizeof *row_of_bucket);
    if (status == SS_OK) {
        memset(row_of_bucket, 0xff, buckets * sizeof *row_of_bucket);
        for (uint32_t r = 0; r < set->row_count; r++)
            row_of_bucket[set->bucket[r]] = r;
        status = make_scratch(work, row_of_bucket);
    }
    if (status == SS_OK) status = ss_pool_run(pool, blocks, extract_block, work);
    if (status == SS_OK) status = join_blocks(set, work->raw, work->block);
    for (size_t b = 0; work->block != NULL && b < blocks; b++)
        free(work->block[b].feature);
    free(work->block);
    free_scratch(work);
    free(row_of_bucket);
    return status;
}

static ss_status allocate_pairs(ss_training_set *set, const raw_pairs *raw)
{
    set->pair_count = raw->count;
    set->repeat = malloc(raw->count);
    set->near = malloc(raw->count * sizeof *set->near);
    set->event = malloc(raw->count * sizeof *set->event);
    if (set->repeat == NULL || set->near == NULL || set->event == NULL)
        return ss_fail_memory(raw->count * sizeof *set->event);
    for (size_t i = 0; i < raw->count; i++) {
        set->repeat[i] = raw->pair[i].repeat;
        set->near[i] = raw->pair[i].near;
        set->event[i] = raw->pair[i].event;
    }
    for (int side = 0; side < 2; side++) {
        set->text[side] = calloc(raw->count, sizeof *set->text[side]);
        if (set->text[side] == NULL) return ss_fail_memory(raw->count * sizeof *set->text[side]);
    }
    return SS_OK;
}

static ss_status fill(ss_training_set *set, raw_pairs *raw, const ss_train_options *options, const ss_model *start,
                      ss_pool *pool, const ss_job *job)
{
    SS_TRY(read_files(set, raw, options, job));
    SS_TRY(allocate_pairs(set, raw));
    SS_TRY(ss_fold_from_icu(&set->fold));
    extraction work = {.set = set,
                       .raw = raw,
                       .rules = start != NULL ? &start->rules : &options->rules,
                       .thread_count = ss_pool_threads(pool),
                       .job = job};
    if (start != NULL)
        SS_TRY(take_vocabulary_of(set, start));
    else
        SS_TRY(choose_vocabulary(&work, pool, options->rows));
    return extract_features(&work, pool);
}

ss_status ss_training_set_read(ss_training_set **out, const ss_train_options *options, const ss_model *start,
                               ss_pool *pool, const ss_job *job)
{
    *out = NULL;
    ss_training_set *set = calloc(1, sizeof *set);
    if (set == NULL) return ss_fail_memory(sizeof *set);
    raw_pairs raw = {0};
    ss_status status = fill(set, &raw, options, start, pool, job);
    free(raw.bytes);
    free(raw.pair);
    if (status != SS_OK) {
        ss_training_set_free(set);
        return status;
    }
    *out = set;
    return SS_OK;
}

void ss_training_set_free(ss_training_set *set)
{
    if (set == NULL) return;
    for (size_t i = 0; i < set->file_count; i++)
        free(set->file[i].path);
    free(set->file);
    ss_fold_free(set->fold);
    free(set->bucket);
    free(set->document_frequency);
    free(set->feature);
    free(set->text[0]);
    free(set->text[1]);
    free(set->repeat);
    free(set->near);
    free(set->event);
    free(set);
}
