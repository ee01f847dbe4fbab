#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output_path.h"
#include "pool.h"
#include "report_parts.h"
#include "status.h"

#define AT_ONCE 8 /* blocks a thread makes before they are written */

ss_report_options ss_report_options_default(void)
{
    return (ss_report_options){.text_bytes = SS_TEXT_BYTES, .pairs = 10, .reasons = 16};
}

/* ------------------------------------------------------------------ the file */

typedef struct page {
    const char *path;
    char *temporary;
    int descriptor;
} page;

static ss_status put(const page *p, const void *data, size_t length)
{
    const char *bytes = data;
    while (length > 0) {
        ssize_t put = write(p->descriptor, bytes, length);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return ss_output_fail(p->path, put < 0 ? errno : ENOSPC);
        bytes += put;
        length -= (size_t)put;
    }
    return SS_OK;
}

static ss_status put_script(const page *p, const char *id, const ss_json_writer *writer)
{
    char head[64];
    int length = snprintf(head, sizeof head, "<script type=\"application/json\" id=\"%s\">", id);
    SS_TRY(writer->status);
    SS_TRY(put(p, head, (size_t)length));
    SS_TRY(put(p, writer->out.data, writer->out.length));
    return put(p, "</script>\n", strlen("</script>\n"));
}

static ss_status finish(page *p)
{
    int error = fsync(p->descriptor) != 0 ? errno : 0;
    if (close(p->descriptor) != 0 && error == 0) error = errno;
    p->descriptor = -1;
    if (error == 0) error = ss_output_rename(p->temporary, p->path);
    if (error != 0) return ss_output_fail(p->path, error);
    free(p->temporary);
    p->temporary = NULL;
    return SS_OK;
}

static void give_up(page *p)
{
    if (p->descriptor >= 0) close(p->descriptor);
    if (p->temporary != NULL) unlink(p->temporary);
    free(p->temporary);
}

/* ---------------------------------------------------------------- the blocks */

/* Blocks first .. first + count - 1, made by all threads. */
typedef struct batch {
    const ss_report *report;
    size_t first, count;
    ss_json_writer *writer; /* [count] */
} batch;

static ss_status make_block(void *context, size_t index, int thread)
{
    (void)thread;
    const batch *b = context;
    ss_json_writer *w = &b->writer[index];
    size_t event = (b->first + index) * SS_REPORT_BLOCK, events = b->report->result->event_count;
    w->out.length = 0;
    w->status = SS_OK;
    w->between = false;
    ss_json_open(w, '[');
    for (size_t end = event + SS_REPORT_BLOCK; event < end && event < events; event++)
        SS_TRY(ss_report_write_event(w, b->report, event));
    ss_json_close(w, ']');
    return w->status;
}

static ss_status put_batch(const page *p, const batch *b)
{
    for (size_t i = 0; i < b->count; i++) {
        char id[32];
        snprintf(id, sizeof id, "block-%zu", b->first + i);
        SS_TRY(put_script(p, id, &b->writer[i]));
    }
    return SS_OK;
}

static ss_status put_blocks(const page *p, const ss_report *report, ss_pool *pool, const ss_job *job)
{
    size_t blocks = (report->result->event_count + SS_REPORT_BLOCK - 1) / SS_REPORT_BLOCK;
    size_t at_once = AT_ONCE * (size_t)ss_pool_threads(pool);
    batch b = {.report = report, .writer = calloc(at_once, sizeof *b.writer)};
    if (b.writer == NULL) return ss_fail_memory(at_once * sizeof *b.writer);
    ss_status status = SS_OK;
    for (; b.first < blocks && status == SS_OK; b.first += b.count) {
        b.count = blocks - b.first < at_once ? blocks - b.first : at_once;
        ss_tell_progress(job, "explaining", b.first * SS_REPORT_BLOCK, report->result->event_count);
        status = ss_check_cancelled(job);
        if (status == SS_OK) status = ss_pool_run(pool, b.count, make_block, &b);
        if (status == SS_OK) status = put_batch(p, &b);
    }
    for (size_t i = 0; i < at_once; i++)
        ss_buffer_free(&b.writer[i].out);
    free(b.writer);
    return status;
}

/* ----------------------------------------------------------------- the whole */

static ss_status gather(ss_report *report, const ss_job *job)
{
    const ss_result *result = report->result;
    SS_TRY(ss_event_articles(&report->articles, result));
    SS_TRY(ss_event_links(&report->links, result));
    SS_TRY(ss_event_summaries(&report->summary, result));
    ss_tell_progress(job, "related events", 0, 0);
    return ss_related_find(&report->related, result, report->summary, job);
}

static void release(ss_report *report)
{
    ss_event_rows_clear(&report->articles);
    ss_event_rows_clear(&report->links);
    free(report->summary);
    free(report->related);
}

static ss_status put_page(const page *p, const ss_report *report, ss_pool *pool, const ss_job *job)
{
    ss_json_writer index = {0};
    SS_TRY(put(p, ss_report_page_begin, ss_report_page_begin_size));
    ss_status status = ss_report_write_index(&index, report);
    if (status == SS_OK) status = put_script(p, "index", &index);
    ss_buffer_free(&index.out);
    SS_TRY(status);
    SS_TRY(put(p, ss_report_page_scripts, ss_report_page_scripts_size));
    SS_TRY(put_blocks(p, report, pool, job));
    return put(p, ss_report_page_end, ss_report_page_end_size);
}

ss_status ss_report_write(const ss_result *result, const ss_model *model, const ss_report_options *options,
                          const ss_job *job, const char *path)
{
    ss_report report = {.result = result, .model = model};
    report.options = options != NULL ? *options : ss_report_options_default();
    page p = {.path = path, .descriptor = -1};
    ss_pool *pool = NULL;
    SS_TRY(ss_result_check_model(result, model));
    SS_TRY(ss_output_check(path, SS_REPORT_NAME));
    ss_status status = ss_output_create(path, &p.temporary, &p.descriptor);
    if (status == SS_OK) status = ss_pool_new(&pool, ss_job_threads(job));
    if (status == SS_OK) status = gather(&report, job);
    if (status == SS_OK) status = put_page(&p, &report, pool, job);
    if (status == SS_OK) status = finish(&p);
    give_up(&p);
    ss_pool_free(pool);
    release(&report);
    return status;
}
