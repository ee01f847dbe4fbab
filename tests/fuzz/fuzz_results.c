/* A results file with any numbers in its columns: it is refused, or what was read can be trusted. That the file is no
 * HDF5 file at all is another matter: HDF5 itself does not bear every damage (docs/security.md). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "link_evidence.h"
#include "standalone.h"
#include "taking.h"
#include "tiny_model.h"

#define ARTICLES  4
#define DIMENSION 4
#define MOST      8 /* links; and pieces of evidence */

static void fill_article(ss_result *r, source *from, size_t i)
{
    char id[2] = {(char)('a' + (i + take_byte(from)) % 26), '\0'}; /* zeros: in their order */
    ss_article article = tiny_article(id, SS_LANG_EN, "title", "text", 19000);
    article.lang = (ss_lang)(take_byte(from) % 4);
    if (take_byte(from) % 2 != 0) take(from, &article.published, sizeof article.published);
    if (ss_articles_push(&r->articles, &article) != SS_OK) abort();
    for (int c = 0; c < SS_CHANNELS; c++) {
        take(from, r->vector[c] + i * DIMENSION, DIMENSION);
        r->norm[c][i] = take_byte(from);
        for (size_t k = 0; k < DIMENSION; k++)
            r->norm[c][i] += (uint32_t)(r->vector[c][i * DIMENSION + k] * r->vector[c][i * DIMENSION + k]);
    }
    r->event_of[i] = (int8_t)take_byte(from);
}

/* Near what may be, so that some of it is. */
static void take_evidence(source *from, ss_link_evidence *piece)
{
    take(from, piece, sizeof *piece);
    piece->link %= MOST;
    piece->kind %= SS_TESTIMONY_KINDS + 1;
    piece->conflict %= 3;
    for (int side = 0; side < 2; side++) {
        piece->begin[side] %= 16;
        piece->end[side] %= 16;
    }
}

static ss_result *make_result(source *from)
{
    ss_result *r;
    if (ss_result_new(&r) != SS_OK) abort();
    r->dimension = DIMENSION;
    for (int c = 0; c < SS_CHANNELS; c++) {
        r->vector[c] = calloc(ARTICLES, DIMENSION);
        r->norm[c] = calloc(ARTICLES, sizeof **r->norm);
        if (r->vector[c] == NULL || r->norm[c] == NULL) abort();
    }
    r->ngrams = calloc(ARTICLES, sizeof *r->ngrams);
    r->event_of = calloc(ARTICLES, sizeof *r->event_of);
    r->link = calloc(MOST, sizeof *r->link);
    r->evidence = calloc(MOST, sizeof *r->evidence);
    if (r->ngrams == NULL || r->event_of == NULL || r->link == NULL || r->evidence == NULL) abort();
    for (size_t i = 0; i < ARTICLES; i++)
        fill_article(r, from, i);
    r->event_count = take_byte(from) % 4;
    r->link_count = take_byte(from) % (MOST + 1);
    for (size_t i = 0; i < r->link_count; i++) {
        take(from, &r->link[i], sizeof *r->link);
        r->link[i].a %= 8;
        r->link[i].b %= 8;
    }
    r->evidence_most = take_byte(from) % 4;
    r->evidence_count = take_byte(from) % (MOST + 1);
    for (size_t i = 0; i < r->evidence_count; i++)
        take_evidence(from, &r->evidence[i]);
    return r;
}

static void check_evidence(const ss_result *r)
{
    for (size_t link = 0, seen = 0; link < r->link_count; link++) {
        ss_testimonies words;
        if (ss_link_evidence_words(&words, r, link, MOST) != SS_OK) abort();
        for (size_t i = 0; i < words.count; i++, seen++) {
            if (!(words.item[i].bits >= 0) || ss_testimony_kind_name(words.item[i].kind)[0] == '\0') abort();
            if (strlen(words.item[i].a) > strlen("title\ntext") || strlen(words.item[i].b) > strlen("title\ntext"))
                abort();
        }
        ss_testimonies_clear(&words);
        if (link + 1 == r->link_count && seen != r->evidence_count) abort();
    }
}

/* What the rest of the program relies on. */
static void check(const ss_result *r)
{
    for (size_t i = 0; i < r->link_count; i++) {
        const ss_link *link = &r->link[i];
        if (link->a >= r->articles.count || link->b >= r->articles.count || link->a == link->b) abort();
        if (link->relation > SS_RELATION_DUPLICATE || !(link->probability >= 0 && link->probability <= 1)) abort();
        if (i > 0 && ss_link_compare(link - 1, link) >= 0) abort();
        ss_result_cosine(r, SS_CHANNEL_WHOLE, link->a, link->b);
    }
    for (size_t i = 0; i < r->articles.count; i++) {
        if (r->event_of[i] < -1 || r->event_of[i] >= (int64_t)r->event_count) abort();
        if ((unsigned)r->articles.item[i].lang > SS_LANG_EN) abort();
        if (i > 0 && ss_article_compare(&r->articles.item[i - 1], &r->articles.item[i]) >= 0) abort();
        for (int c = 0; c < SS_CHANNELS; c++)
            if (!ss_sketch_is_sound(r->vector[c] + i * DIMENSION, r->norm[c][i], DIMENSION)) abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char folder[] = "/dev/shm/fuzz-results-XXXXXX";
    static char path[sizeof folder + 8];
    if (path[0] == '\0') {
        if (mkdtemp(folder) == NULL) abort();
        snprintf(path, sizeof path, "%s/r.h5", folder);
    }
    source from = {data, size};
    ss_result *made = make_result(&from), *read;
    if (ss_result_write(made, path, NULL) == SS_OK && ss_result_read(&read, path) == SS_OK) {
        check(read);
        check_evidence(read);
        ss_result_free(read);
    }
    ss_result_free(made);
    remove(path);
    return 0;
}
