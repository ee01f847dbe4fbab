/* Articles and sketches in the log. */
#include <string.h>

#include "checkpoint_parts.h"
#include "sizes.h"
#include "status.h"
#include "texts.h"

#define SKETCHES_AT_ONCE 1024

/* --------------------------------------------------------------- articles */

enum { TEXTS = 7 };

/* An article without its texts, which come behind it. */
typedef struct article_head {
    uint32_t length[TEXTS];
    uint32_t lang;
    int64_t seconds;
    int16_t zone_minutes;
    uint8_t precision;
    uint8_t unused;
    uint32_t copies;
} article_head;

static void list_texts(ss_article *article, char **texts[TEXTS])
{
    /* A field more must be kept here too. */
    _Static_assert(sizeof *article == TEXTS * sizeof(char *) + sizeof article->published + 4 * sizeof article->lang,
                   "an article has other fields");
    texts[0] = &article->id;
    texts[1] = &article->url;
    texts[2] = &article->source;
    texts[3] = &article->title;
    texts[4] = &article->text;
    texts[5] = &article->origin;
    texts[6] = &article->author;
}

static ss_status put_article(ss_checkpoint *c, const ss_article *given)
{
    ss_article article = *given;
    char **texts[TEXTS];
    list_texts(&article, texts);
    article_head head = {.lang = article.lang,
                         .seconds = article.published.seconds,
                         .zone_minutes = article.published.zone_minutes,
                         .precision = article.published.precision,
                         .copies = article.copies};
    for (int i = 0; i < TEXTS; i++)
        head.length[i] = (uint32_t)strlen(*texts[i]);
    c->record.length = 0;
    SS_TRY(ss_buffer_append(&c->record, (const char *)&head, sizeof head));
    for (int i = 0; i < TEXTS; i++)
        SS_TRY(ss_buffer_append(&c->record, *texts[i], head.length[i]));
    ss_checkpoint_put(c, SS_RECORD_ARTICLE, c->record.data, c->record.length);
    return c->status;
}

static ss_status parse_article(const ss_checkpoint *c, ss_article *article)
{
    article_head head;
    if (c->record.length < sizeof head) return ss_checkpoint_fail_damaged(c);
    memcpy(&head, c->record.data, sizeof head);
    uint64_t length = sizeof head;
    for (int i = 0; i < TEXTS; i++)
        length += head.length[i];
    if (length != c->record.length || head.lang > SS_LANG_EN || head.precision > SS_DATE_SECOND)
        return ss_checkpoint_fail_damaged(c);
    article->lang = (ss_lang)head.lang;
    article->published = (ss_date){head.seconds, head.zone_minutes, head.precision};
    article->copies = head.copies;
    char **texts[TEXTS];
    list_texts(article, texts);
    const char *text = c->record.data + sizeof head;
    for (int i = 0; i < TEXTS; i++) {
        SS_TRY(ss_copy_text(texts[i], text, head.length[i]));
        text += head.length[i];
    }
    return SS_OK;
}

typedef struct position_record {
    ss_reader_position position;
    uint64_t all_read;
} position_record;

static void put_position(ss_checkpoint *c)
{
    position_record record = {c->position, c->all_read};
    ss_checkpoint_put(c, SS_RECORD_POSITION, &record, sizeof record);
}

/* --------------------------------------------------------------- sketches */

typedef struct sketches_head {
    uint64_t first, count;
} sketches_head;

/* Where the parts of a record of sketches are. */
typedef struct sketches_part {
    void *there;
    size_t size;
} sketches_part;

enum { SKETCH_PARTS = 2 * SS_CHANNELS + 1 };

static void list_parts(const ss_sketches *s, const sketches_head *head, sketches_part part[SKETCH_PARTS])
{
    const ss_sketch_places at = ss_sketches_at(s, (size_t)head->first);
    size_t d = (size_t)s->dimension, count = (size_t)head->count;
    for (size_t i = 0; i < SS_CHANNELS; i++) {
        part[2 * i] = (sketches_part){at.vector[i], count * d};
        part[2 * i + 1] = (sketches_part){at.norm[i], count * sizeof *at.norm[i]};
    }
    part[2 * SS_CHANNELS] = (sketches_part){at.ngrams, count * sizeof *at.ngrams};
}

static ss_status put_block(ss_checkpoint *c, const ss_sketches *sketches, size_t count)
{
    sketches_head head = {c->sketches, count};
    sketches_part part[SKETCH_PARTS];
    list_parts(sketches, &head, part);
    c->record.length = 0;
    SS_TRY(ss_buffer_append(&c->record, (const char *)&head, sizeof head));
    for (int i = 0; i < SKETCH_PARTS; i++)
        SS_TRY(ss_buffer_append(&c->record, part[i].there, part[i].size));
    ss_checkpoint_put(c, SS_RECORD_SKETCHES, c->record.data, c->record.length);
    return c->status;
}

static void put_sketches(ss_checkpoint *c, const ss_sketches *sketches)
{
    while (c->sketches < sketches->count && c->status == SS_OK) {
        size_t block = ss_smaller(SKETCHES_AT_ONCE, sketches->count - c->sketches);
        c->status = put_block(c, sketches, block);
        c->sketches += block;
    }
}

/* Those of a record, of `articles` at most in all. */
static ss_status parse_sketches(const ss_checkpoint *c, ss_sketches *sketches, size_t articles)
{
    sketches_head head = {0};
    sketches_part part[SKETCH_PARTS];
    if (c->record.length >= sizeof head) memcpy(&head, c->record.data, sizeof head);
    if (head.first != sketches->count || head.count == 0 || head.count > articles - sketches->count)
        return ss_checkpoint_fail_damaged(c);
    SS_TRY(ss_sketches_reserve(sketches, sketches->count + (size_t)head.count));
    list_parts(sketches, &head, part);
    size_t size = sizeof head;
    for (int i = 0; i < SKETCH_PARTS; i++)
        size += part[i].size;
    if (size != c->record.length) return ss_checkpoint_fail_damaged(c);
    const char *bytes = c->record.data + sizeof head;
    for (int i = 0; i < SKETCH_PARTS; bytes += part[i++].size)
        memcpy(part[i].there, bytes, part[i].size);
    sketches->count += (size_t)head.count;
    return SS_OK;
}

/* ------------------------------------------------------------------ saving */

static void put_reading(ss_checkpoint *c, const ss_articles *articles, const ss_sketches *sketches)
{
    for (; c->articles < articles->count && c->status == SS_OK; c->articles++) {
        c->status = put_article(c, &articles->item[c->articles]);
        if (c->articles % SS_TEXTS_READ == 0) ss_texts_release(articles->texts);
    }
    put_sketches(c, sketches);
    put_position(c);
}

void ss_checkpoint_put_articles(ss_checkpoint *c, const ss_result *result)
{
    const ss_sketches sketches = ss_sketches_of(result);
    if (c->articles < result->articles.count) put_reading(c, &result->articles, &sketches);
}

/* A part of an input that can't be read again helps nobody. */
void ss_checkpoint_save_articles(ss_checkpoint *c, const ss_articles *articles, const ss_sketches *sketches,
                                 const ss_reader_position *position)
{
    if (c == NULL || !ss_checkpoint_begin(c)) return;
    if (position != NULL) c->position = *position;
    if (c->rereadable || c->all_read) put_reading(c, articles, sketches);
    ss_checkpoint_commit(c);
}

void ss_checkpoint_end_articles(ss_checkpoint *c, const ss_articles *articles, const ss_sketches *sketches,
                                const ss_reader_position *position)
{
    if (c == NULL) return;
    c->position = *position;
    c->all_read = true;
    if (c->log == NULL || c->status != SS_OK) return;
    put_reading(c, articles, sketches);
    ss_checkpoint_commit(c);
}

/* ----------------------------------------------------------------- loading */

static ss_status take_article(ss_checkpoint *c, ss_articles *articles, bool *taken)
{
    SS_TRY(ss_checkpoint_take(c, SS_RECORD_ARTICLE, taken));
    if (!*taken) return SS_OK;
    ss_article article = {0};
    ss_status status = parse_article(c, &article);
    if (status == SS_OK) status = ss_articles_push(articles, &article);
    ss_article_clear(&article);
    return status;
}

static ss_status take_position(ss_checkpoint *c, bool *taken)
{
    position_record record;
    SS_TRY(ss_checkpoint_take(c, SS_RECORD_POSITION, taken));
    if (!*taken) return SS_OK;
    if (c->record.length != sizeof record) return ss_checkpoint_fail_damaged(c);
    memcpy(&record, c->record.data, sizeof record);
    c->position = record.position;
    c->all_read = record.all_read != 0;
    return SS_OK;
}

ss_status ss_checkpoint_load_articles(ss_checkpoint *c, ss_articles *articles, ss_sketches *sketches,
                                      ss_reader_position *position, bool *all)
{
    *position = (ss_reader_position){0};
    *all = false;
    if (c == NULL) return SS_OK;
    for (bool taken = true; taken;) {
        SS_TRY(take_article(c, articles, &taken));
        if (taken) continue;
        SS_TRY(ss_checkpoint_take(c, SS_RECORD_SKETCHES, &taken));
        if (taken)
            SS_TRY(parse_sketches(c, sketches, articles->count));
        else
            SS_TRY(take_position(c, &taken));
    }
    if (c->all_read ? sketches->count < articles->count
                    : c->log != NULL && ss_record_log_next_kind(c->log) != SS_RECORD_LOG_END)
        return ss_checkpoint_fail_damaged(c);
    *position = c->position;
    *all = c->all_read;
    c->articles = articles->count;
    c->sketches = sketches->count;
    return SS_OK;
}
