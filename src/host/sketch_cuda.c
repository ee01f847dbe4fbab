/* Batches of articles on their way to devices and back. A lane is a stream with a thread of its own and two batches:
 * while the device works on one, the thread takes in the sketches of the other and fills it anew. Lanes of one device
 * share its copy of the model. */
#include "sketch_cuda.h"

#include <cuda_runtime_api.h>
#include <stdlib.h>
#include <string.h>

#include "device_cuda.h"
#include "furniture.h"
#include "pool.h"
#include "sketch_model_cuda.h"
#include "status.h"
#include "texts.h"

#define BATCH_ARTICLES                                                                                                 \
    512                /* about as many blocks as run at once on the largest devices; lanes fill each other's gaps */
#define DEVICE_LANES 8 /* of one device: bringing text together takes a thread longer than sketching it a device */

/* What is known of a batch on both sides: pinned memory, or the device's. */
typedef struct batch_memory {
    char *base;
    ss_sketch_source *source;
    uint8_t *bytes;
    ss_sketch_numbers *numbers; /* what comes back begins here */
    int8_t *vector;
} batch_memory;

typedef struct batch {
    size_t first, count; /* articles; count 0: nothing is under way */
    batch_memory host, device;
    cudaEvent_t over;
} batch;

typedef struct lane {
    int device;
    const ss_device_model *model; /* borrowed */
    ss_sketcher *sketcher;        /* for what is left to the CPU */
    cudaStream_t stream;
    batch batch[2];
    int turn; /* the batch that was filled last */
    ss_sketch_profile profile;
} lane;

typedef struct sketch_job {
    const ss_sketch_places *places;
    const ss_model *model;
    const ss_articles *articles;
    const ss_job *caller;
    int device[SS_CUDA_DEVICES];
    int device_count;
    ss_device_model *copy[SS_CUDA_DEVICES]; /* NULL where the device is named a second time */
    lane *lanes;
    int lane_count;
} sketch_job;

#define TRY_CUDA(lane, call, doing)                                                                                    \
    do {                                                                                                               \
        cudaError_t try_error = (call);                                                                                \
        if (try_error != cudaSuccess) return ss_cuda_fail((int)try_error, (lane)->device, doing);                      \
    } while (0)

/* ----------------------------------------------------------------- lanes */

static size_t bytes_in(void)
{
    return BATCH_ARTICLES * (sizeof(ss_sketch_source) + SS_SKETCH_TITLE_BYTES + SS_TEXT_BYTES);
}

static size_t bytes_out(size_t articles, size_t dimension)
{
    return articles * (sizeof(ss_sketch_numbers) + SS_CHANNELS * dimension);
}

static void lay_out(batch_memory *memory, void *base)
{
    memory->base = base;
    memory->source = base;
    memory->bytes = (uint8_t *)base + BATCH_ARTICLES * sizeof(ss_sketch_source);
    memory->numbers = (void *)(memory->base + bytes_in());
    memory->vector = (int8_t *)(memory->numbers + BATCH_ARTICLES);
}

static ss_status allocate_batch(const lane *l, batch *b, size_t dimension)
{
    size_t bytes = bytes_in() + bytes_out(BATCH_ARTICLES, dimension);
    void *memory = NULL;
    TRY_CUDA(l, cudaHostAlloc(&memory, bytes, cudaHostAllocDefault), "pinning host memory");
    lay_out(&b->host, memory);
    TRY_CUDA(l, cudaMalloc(&memory, bytes), "allocating memory");
    lay_out(&b->device, memory);
    /* Of an article that is left to the CPU no vectors are written, but copied back like all. */
    TRY_CUDA(l, cudaMemsetAsync(memory, 0, bytes, l->stream), "clearing memory");
    TRY_CUDA(l, cudaEventCreateWithFlags(&b->over, cudaEventDisableTiming), "creating an event");
    return SS_OK;
}

/* To be closed in any case. */
static ss_status open_lane(lane *l, const ss_model *model, const ss_device_model *copy, int device)
{
    l->device = device;
    l->model = copy;
    TRY_CUDA(l, cudaSetDevice(device), "choosing it");
    SS_TRY(ss_sketcher_new(&l->sketcher, model));
    TRY_CUDA(l, cudaStreamCreateWithFlags(&l->stream, cudaStreamNonBlocking), "creating a stream");
    for (int i = 0; i < 2; i++)
        SS_TRY(allocate_batch(l, &l->batch[i], (size_t)model->dimension));
    return SS_OK;
}

static void close_lane(lane *l)
{
    (void)cudaSetDevice(l->device);
    if (l->stream != NULL) (void)cudaStreamSynchronize(l->stream);
    for (int i = 0; i < 2; i++) {
        if (l->batch[i].over != NULL) (void)cudaEventDestroy(l->batch[i].over);
        (void)cudaFree(l->batch[i].device.base);
        (void)cudaFreeHost(l->batch[i].host.base);
    }
    if (l->stream != NULL) (void)cudaStreamDestroy(l->stream);
    (void)cudaGetLastError(); /* what failed here has been told by the call that failed first */
    ss_sketcher_free(l->sketcher);
    *l = (lane){0};
}

/* --------------------------------------------------------------- batches */

/* Puts an article's bytes at `to`; their number. */
static size_t put_article(ss_sketch_source *source, uint8_t *to, const ss_article *article)
{
    size_t title = strlen(article->title);
    if (title > SS_SKETCH_TITLE_BYTES) {
        *source = (ss_sketch_source){.title_length = SS_SKETCH_TITLE_BYTES + 1};
        return 0;
    }
    ss_body report = ss_body_of(article);
    size_t text = ss_whole_length(report.text, report.length);
    source->title_length = (uint16_t)title;
    source->text_length = (uint16_t)text;
    source->lead_length = (uint16_t)ss_lead_length(report.text, report.length);
    memcpy(to, article->title, title);
    memcpy(to + title, report.text, text);
    return title + text;
}

static size_t fill_batch(batch *b, const ss_article *article)
{
    uint32_t used = 0;
    for (size_t i = 0; i < b->count; i++) {
        uint32_t offset = used;
        used += (uint32_t)put_article(&b->host.source[i], b->host.bytes + used, &article[b->first + i]);
        b->host.source[i].offset = offset;
    }
    return used;
}

/* To the device, the sketches, and back. */
static ss_status start_batch(lane *l, batch *b, size_t text_bytes)
{
    const ss_sketch_model *model = ss_device_model_get(l->model);
    size_t in = BATCH_ARTICLES * sizeof(ss_sketch_source) + text_bytes, out = bytes_out(b->count, model->dimension);
    TRY_CUDA(l, cudaMemcpyAsync(b->device.base, b->host.base, in, cudaMemcpyHostToDevice, l->stream),
             "copying text to it");
    ss_sketch_batch texts = {.model = *model,
                             .bytes = b->device.bytes,
                             .source = b->device.source,
                             .count = (uint32_t)b->count,
                             .vector = (int8_t *)(b->device.numbers + b->count),
                             .numbers = b->device.numbers};
    TRY_CUDA(l, (cudaError_t)ss_sketch_texts(&texts, l->stream), "sketching");
    TRY_CUDA(l, cudaMemcpyAsync(b->host.numbers, b->device.numbers, out, cudaMemcpyDeviceToHost, l->stream),
             "copying sketches from it");
    TRY_CUDA(l, cudaEventRecord(b->over, l->stream), "sketching");
    l->profile.batches++;
    l->profile.articles += b->count;
    l->profile.bytes_to_device += in;
    l->profile.bytes_from_device += out;
    return SS_OK;
}

static ss_status sketch_here(const sketch_job *job, lane *l, size_t article)
{
    const ss_sketch_places *to = job->places;
    int8_t *vector[SS_CHANNELS];
    uint32_t norm[SS_CHANNELS];
    for (int c = 0; c < SS_CHANNELS; c++)
        vector[c] = to->vector[c] + article * (size_t)job->model->dimension;
    SS_TRY(ss_sketch_channels(l->sketcher, &job->articles->item[article], vector, norm, &to->ngrams[article]));
    for (int c = 0; c < SS_CHANNELS; c++)
        to->norm[c][article] = norm[c];
    l->profile.left++;
    return SS_OK;
}

/* Waits for the batch, if there is one under way, and puts its sketches where they belong. */
static ss_status finish_batch(const sketch_job *job, lane *l, batch *b)
{
    if (b->count == 0) return SS_OK;
    TRY_CUDA(l, cudaEventSynchronize(b->over), "sketching");
    const ss_sketch_places *to = job->places;
    const ss_sketch_numbers *numbers = b->host.numbers;
    const int8_t *vector = (const int8_t *)(numbers + b->count);
    size_t width = (size_t)job->model->dimension, count = b->count;
    b->count = 0;
    for (size_t c = 0; c < SS_CHANNELS; c++)
        memcpy(to->vector[c] + b->first * width, vector + c * count * width, count * width);
    for (size_t i = 0; i < count; i++) {
        if (numbers[i].ngrams == SS_SKETCH_LEFT) {
            SS_TRY(sketch_here(job, l, b->first + i));
            continue;
        }
        for (size_t c = 0; c < SS_CHANNELS; c++)
            to->norm[c][b->first + i] = numbers[i].norm[c];
        to->ngrams[b->first + i] = numbers[i].ngrams;
    }
    return SS_OK;
}

static ss_status run_batch(void *context, size_t index, int thread)
{
    const sketch_job *job = context;
    lane *l = &job->lanes[thread];
    size_t first = index * BATCH_ARTICLES, left = job->articles->count - first;
    if (thread == 0) {
        SS_TRY(ss_check_cancelled(job->caller));
        ss_tell_progress(job->caller, "sketch", first, job->articles->count);
    }
    if (index % (SS_TEXTS_READ / BATCH_ARTICLES) == 0) ss_texts_release(job->articles->texts);
    TRY_CUDA(l, cudaSetDevice(l->device), "choosing it");
    batch *b = &l->batch[l->turn ^= 1];
    SS_TRY(finish_batch(job, l, b));
    b->first = first;
    b->count = left < BATCH_ARTICLES ? left : BATCH_ARTICLES;
    return start_batch(l, b, fill_batch(b, job->articles->item));
}

/* ------------------------------------------------------------------ jobs */

static const ss_device_model *copy_for(const sketch_job *job, int place)
{
    int same = 0;
    while (job->device[same] != job->device[place])
        same++;
    return job->copy[same];
}

static ss_status copy_model(sketch_job *job)
{
    SS_TRY(ss_cuda_in_use(job->device, &job->device_count));
    for (int i = 0; i < job->device_count; i++) {
        if (copy_for(job, i) != NULL) continue;
        cudaError_t error = cudaSetDevice(job->device[i]);
        if (error != cudaSuccess) return ss_cuda_fail((int)error, job->device[i], "choosing it");
        SS_TRY(ss_device_model_new(&job->copy[i], job->model, job->device[i]));
    }
    return SS_OK;
}

/* As many as there are threads and batches for; where a device has no memory for more, fewer do. */
static ss_status open_lanes(sketch_job *job, size_t batches)
{
    int wanted = ss_job_threads(job->caller);
    if (wanted > DEVICE_LANES * job->device_count) wanted = DEVICE_LANES * job->device_count;
    if ((size_t)wanted > batches) wanted = (int)batches;
    job->lanes = calloc((size_t)wanted, sizeof *job->lanes);
    if (job->lanes == NULL) return ss_fail_memory((size_t)wanted * sizeof *job->lanes);
    while (job->lane_count < wanted) {
        lane *l = &job->lanes[job->lane_count];
        int place = job->lane_count % job->device_count;
        ss_status status = open_lane(l, job->model, copy_for(job, place), job->device[place]);
        if (status != SS_OK) close_lane(l);
        if (status == SS_ERROR_MEMORY && job->lane_count > 0) return SS_OK;
        SS_TRY(status);
        job->lane_count++;
    }
    return SS_OK;
}

static ss_status finish_lanes(const sketch_job *job)
{
    for (int i = 0; i < job->lane_count; i++) {
        lane *l = &job->lanes[i];
        TRY_CUDA(l, cudaSetDevice(l->device), "choosing it");
        SS_TRY(finish_batch(job, l, &l->batch[0]));
        SS_TRY(finish_batch(job, l, &l->batch[1]));
    }
    return SS_OK;
}

static ss_status run(sketch_job *job)
{
    size_t batches = (job->articles->count + BATCH_ARTICLES - 1) / BATCH_ARTICLES;
    if (batches == 0) return SS_OK;
    SS_TRY(copy_model(job));
    SS_TRY(open_lanes(job, batches));
    ss_pool *pool;
    SS_TRY(ss_pool_new(&pool, job->lane_count));
    ss_status status = ss_pool_run(pool, batches, run_batch, job);
    ss_pool_free(pool);
    return status == SS_OK ? finish_lanes(job) : status;
}

static void add_profile(ss_sketch_profile *sum, const ss_sketch_profile *more)
{
    sum->articles += more->articles;
    sum->batches += more->batches;
    sum->left += more->left;
    sum->bytes_to_device += more->bytes_to_device;
    sum->bytes_from_device += more->bytes_from_device;
}

ss_status ss_sketch_articles_cuda(const ss_sketch_places *places, const ss_model *model, const ss_articles *articles,
                                  const ss_job *job, ss_sketch_profile *profile)
{
    sketch_job own = {.places = places, .model = model, .articles = articles, .caller = job};
    ss_sketch_profile sum = {0};
    ss_status status = run(&own);
    for (int i = 0; i < own.lane_count; i++) {
        add_profile(&sum, &own.lanes[i].profile);
        close_lane(&own.lanes[i]);
    }
    free(own.lanes);
    for (int i = 0; i < own.device_count; i++) {
        if (own.copy[i] == NULL) continue;
        (void)cudaSetDevice(own.device[i]);
        ss_device_model_free(own.copy[i]);
    }
    if (profile != NULL) *profile = sum;
    return status;
}
