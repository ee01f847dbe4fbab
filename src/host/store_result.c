/* The results file: docs/format.md describes it. The tables below are its columns. */
#include <stdlib.h>
#include <string.h>

#include "event_summary.h"
#include "hdf5_columns.h"
#include "match.h"
#include "result.h"
#include "status.h"
#include "texts.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define SECONDS      "seconds since 1970-01-01T00:00:00 UTC"

static const ss_h5_format result_format = {"samestory results", 1, "was the job interrupted? run it again", false};

/* ----------------------------------------------------------------- columns */

static const ss_column article_columns[] = {
    {"articles/id", SS_TEXT, offsetof(ss_article, id), "name of the article, unique in this file", NULL},
    {"articles/title", SS_TEXT, offsetof(ss_article, title), "headline; empty if none", NULL},
    {"articles/url", SS_TEXT, offsetof(ss_article, url), "address; empty if none", NULL},
    {"articles/source", SS_TEXT, offsetof(ss_article, source), "outlet; empty if none", NULL},
    {"articles/author", SS_TEXT, offsetof(ss_article, author), "as the byline names them; empty if none", NULL},
    {"articles/origin", SS_TEXT, offsetof(ss_article, origin), "file, and line in it, that the article was read from",
     NULL},
    {"articles/published_precision", SS_UINT8, offsetof(ss_article, published.precision),
     "how much of the date is known: 0 nothing, 1 the day, 2 the second", NULL},
    {"articles/zone_minutes", SS_INT16, offsetof(ss_article, published.zone_minutes),
     "time zone as written, east of UTC; -32768 if none was, and the date is counted as if in UTC", "minutes"},
};

/* Values of an article in the form of the file. */
typedef struct article_row {
    int64_t published;
    char *lang;
} article_row;

static const ss_column article_row_columns[] = {
    {"articles/published", SS_INT64, offsetof(article_row, published),
     "when it was published; -9223372036854775808 if there is no date", SECONDS},
    {"articles/lang", SS_TEXT, offsetof(article_row, lang), "zh, en or other; other is kept and never linked", NULL},
};

/* Not in files of samestory before 0.2. */
static const ss_column copies_column = {"articles/copies", SS_UINT32, offsetof(ss_article, copies),
                                        "repeats of the same page that were read and folded into this article", NULL};
static const ss_column event_of_column = {"articles/event", SS_INT64, 0, "row in events; -1 if in none", NULL};
static const ss_column ngrams_column = {"articles/ngrams", SS_UINT32, 0, "n-grams counted in title and text", NULL};

static const ss_column text_offset_column = {"articles_text/offset", SS_UINT64, 0,
                                             "text i is bytes[offset[i]:offset[i + 1]]; one value more than articles",
                                             "bytes"};
static const ss_column text_bytes_column = {"articles_text/bytes", SS_UINT8, 0, "bodies, one after the other, as UTF-8",
                                            NULL};

static const ss_column vector_columns[SS_CHANNELS] = {
    {"sketches/whole/vector", SS_INT8, 0, "sketch of title and text, scaled so that its largest entry is 127", NULL},
    {"sketches/title/vector", SS_INT8, 0, "sketch of the title, scaled so that its largest entry is 127", NULL},
    {"sketches/lead/vector", SS_INT8, 0, "sketch of title and first sentences, scaled so that its largest entry is 127",
     NULL},
};
static const ss_column norm_columns[SS_CHANNELS] = {
    {"sketches/whole/norm", SS_UINT32, 0, "squared length of the vector; 0: nothing known in it", NULL},
    {"sketches/title/norm", SS_UINT32, 0, "squared length of the vector; 0: nothing known in it", NULL},
    {"sketches/lead/norm", SS_UINT32, 0, "squared length of the vector; 0: nothing known in it", NULL},
};

static const ss_column link_columns[] = {
    {"links/a", SS_UINT32, offsetof(ss_link, a), "row in articles; the Chinese one of a zh-en link, else below b",
     NULL},
    {"links/b", SS_UINT32, offsetof(ss_link, b), "row in articles", NULL},
    {"links/probability", SS_FLOAT32, offsetof(ss_link, probability),
     "probability that both report the same event, 0 to 1", NULL},
    {"links/cosine", SS_FLOAT32, offsetof(ss_link, cosine), "cosine of the whole articles, -1 to 1", NULL},
    {"links/margin", SS_FLOAT32, offsetof(ss_link, margin),
     "cosine over the mean cosine of both neighbourhoods (ratio margin; Artetxe & Schwenk 2019)", NULL},
    {"links/title_cosine", SS_FLOAT32, offsetof(ss_link, title_cosine), "cosine of the titles; NaN if either has none",
     NULL},
    {"links/lead_cosine", SS_FLOAT32, offsetof(ss_link, lead_cosine),
     "cosine of titles with first sentences; NaN if either has none", NULL},
    {"links/gap_ab", SS_FLOAT32, offsetof(ss_link, gap_ab),
     "how far b is ahead of a's best other neighbour in b's language, in cosine", NULL},
    {"links/gap_ba", SS_FLOAT32, offsetof(ss_link, gap_ba),
     "how far a is ahead of b's best other neighbour in a's language, in cosine", NULL},
    {"links/shared_terms", SS_FLOAT32, offsetof(ss_link, shared_terms),
     "weighted share of the telling terms of both that the other has too, 0 to 1; NaN where not looked at", NULL},
    {"links/covered_a", SS_FLOAT32, offsetof(ss_link, covered_a),
     "weighted share of a's telling terms that b has too, 0 to 1; NaN where not looked at", NULL},
    {"links/covered_b", SS_FLOAT32, offsetof(ss_link, covered_b),
     "weighted share of b's telling terms that a has too, 0 to 1; NaN where not looked at", NULL},
    {"links/shared_names", SS_FLOAT32, offsetof(ss_link, shared_names),
     "weighted share of the names of both that the other has too, by the lexicon, 0 to 1; NaN if either has none",
     NULL},
    {"links/shared_words", SS_FLOAT32, offsetof(ss_link, shared_words),
     "weighted share of all other words of both that the other has too, by the lexicon, 0 to 1; NaN if either has none",
     NULL},
    {"links/in_common_a", SS_FLOAT32, offsetof(ss_link, in_common_a),
     "of all of a's names and words those that b has too, by the lexicon, 0 to 1; NaN if there are none", NULL},
    {"links/in_common_b", SS_FLOAT32, offsetof(ss_link, in_common_b),
     "of all of b's names and words those that a has too, by the lexicon, 0 to 1; NaN if there are none", NULL},
    {"links/shared_bits", SS_FLOAT32, offsetof(ss_link, shared_bits),
     "how telling what agrees by the lexicon is, summed", "bits"},
    {"links/shared_numbers", SS_FLOAT32, offsetof(ss_link, shared_numbers),
     "numbers and dates in common over those of the article with fewer, by what they tell, 0 to 1; NaN if either has "
     "none",
     NULL},
    {"links/conflicting_numbers", SS_FLOAT32, offsetof(ss_link, conflicting_numbers),
     "of counts of dead, injured, missing, of magnitudes and scores that both give, the share that differ, 0 to 1; NaN "
     "if there are none",
     NULL},
    {"links/copied", SS_FLOAT32, offsetof(ss_link, copied),
     "share of the shorter text that stands in the other, 0 to 1; NaN where not looked at", NULL},
    {"links/alone", SS_FLOAT32, offsetof(ss_link, alone),
     "probability by the pair alone, before its company is looked at, 0 to 1", NULL},
    {"links/support", SS_FLOAT32, offsetof(ss_link, support),
     "a third article's: largest product of `alone` with a and with b, 0 to 1", NULL},
    {"links/others_a", SS_FLOAT32, offsetof(ss_link, others_a),
     "mean `alone` of b with the articles that go with a (alone from 0.6); NaN if there are none", NULL},
    {"links/others_b", SS_FLOAT32, offsetof(ss_link, others_b),
     "mean `alone` of a with the articles that go with b (alone from 0.6); NaN if there are none", NULL},
    {"links/length_ratio", SS_FLOAT32, offsetof(ss_link, length_ratio), "shorter over longer by n-grams, 0 to 1", NULL},
    {"links/days_later", SS_INT32, offsetof(ss_link, days_later),
     "from a's day of publication to b's; -2147483648 if either has no date", "days"},
    {"links/rank_ab", SS_UINT16, offsetof(ss_link, rank_ab),
     "place of b among a's nearest in b's language, from 1; 0: not among them", NULL},
    {"links/rank_ba", SS_UINT16, offsetof(ss_link, rank_ba),
     "place of a among b's nearest in a's language, from 1; 0: not among them", NULL},
    {"links/mutual", SS_UINT8, offsetof(ss_link, mutual), "1: each is the other's nearest in that language", NULL},
    {"links/relation", SS_UINT8, offsetof(ss_link, relation), "0 different, 1 related, 2 same event, 3 duplicate",
     NULL},
};
static const ss_column kind_column = {"links/kind", SS_UINT8, 0, "languages of the pair: 0 zh-en, 1 zh-zh, 2 en-en",
                                      NULL};
static const ss_column start_column = {
    "links_index/start", SS_UINT64, 0,
    "links with a = i are rows start[i] to start[i + 1] - 1 of links; one value more than articles", NULL};

static const ss_column event_columns[] = {
    {"events/size", SS_UINT32, offsetof(ss_event_summary, size), "articles in the event", NULL},
    {"events/zh", SS_UINT32, offsetof(ss_event_summary, zh), "Chinese articles among them", NULL},
    {"events/en", SS_UINT32, offsetof(ss_event_summary, en), "English articles among them", NULL},
    {"events/first", SS_INT64, offsetof(ss_event_summary, first),
     "earliest publication; -9223372036854775808 if none is dated", SECONDS},
    {"events/last", SS_INT64, offsetof(ss_event_summary, last),
     "latest publication; -9223372036854775808 if none is dated", SECONDS},
    {"events/representative_zh", SS_INT64, offsetof(ss_event_summary, representative_zh),
     "row of the Chinese article that is best linked within the event; -1 if none", NULL},
    {"events/representative_en", SS_INT64, offsetof(ss_event_summary, representative_en),
     "row of the English article that is best linked within the event; -1 if none", NULL},
};

typedef struct member {
    int64_t event, article;
} member;

static const ss_column member_columns[] = {
    {"event_members/event", SS_INT64, offsetof(member, event), "row in events, ascending", NULL},
    {"event_members/article", SS_INT64, offsetof(member, article), "row in articles, ascending in an event", NULL},
};

static const ss_column provenance_attributes[] = {
    {"version", SS_TEXT, offsetof(ss_provenance, version), NULL, NULL},
    {"command", SS_TEXT, offsetof(ss_provenance, command), NULL, NULL},
    {"started", SS_TEXT, offsetof(ss_provenance, started), NULL, NULL},
    {"matcher", SS_TEXT, offsetof(ss_provenance, matcher), NULL, NULL},
    {"model_checksum", SS_TEXT, offsetof(ss_provenance, model_checksum), NULL, NULL},
    {"model_recipe", SS_TEXT, offsetof(ss_provenance, model_recipe), NULL, NULL},
    {"model_path", SS_TEXT, offsetof(ss_provenance, model_path), NULL, NULL},
    {"seconds", SS_FLOAT64, offsetof(ss_provenance, seconds), NULL, NULL},
    {"threshold", SS_FLOAT64, offsetof(ss_provenance, threshold), NULL, NULL},
    {"neighbours", SS_INT32, offsetof(ss_provenance, neighbours), NULL, NULL},
    {"window_days", SS_INT32, offsetof(ss_provenance, window_days), NULL, NULL},
    {"threads", SS_INT32, offsetof(ss_provenance, threads), NULL, NULL},
};

/* Of ss_provenance's three truth values, as an array of numbers: a damaged file must not make a bool of 2. */
static const ss_column pair_attributes[] = {
    {"zh_en", SS_UINT8, 0, NULL, NULL},
    {"zh_zh", SS_UINT8, 1, NULL, NULL},
    {"en_en", SS_UINT8, 2, NULL, NULL},
};

static const ss_column count_attributes[] = {
    {"files", SS_UINT64, offsetof(ss_reader_counts, files), NULL, NULL},
    {"bytes", SS_UINT64, offsetof(ss_reader_counts, bytes), NULL, NULL},
    {"read", SS_UINT64, offsetof(ss_reader_counts, read), NULL, NULL},
    {"zh", SS_UINT64, offsetof(ss_reader_counts, zh), NULL, NULL},
    {"en", SS_UINT64, offsetof(ss_reader_counts, en), NULL, NULL},
    {"other", SS_UINT64, offsetof(ss_reader_counts, other), NULL, NULL},
    {"undated", SS_UINT64, offsetof(ss_reader_counts, undated), NULL, NULL},
    {"skipped", SS_UINT64, offsetof(ss_reader_counts, skipped), NULL, NULL},
};

/* ------------------------------------------------------------------ checks */

static bool is_undated(const ss_article *article)
{
    return article->published.precision == SS_DATE_NONE;
}

/* The place of the pair's languages in the description of links/kind; -1 for a pair that can't be linked. */
static int kind_of(const ss_result *result, const ss_link *link)
{
    ss_lang a = result->articles.item[link->a].lang, b = result->articles.item[link->b].lang;
    if (a == SS_LANG_ZH && b == SS_LANG_EN) return 0;
    if (a != b || link->a >= link->b) return -1;
    return a == SS_LANG_ZH ? 1 : a == SS_LANG_EN ? 2 : -1;
}

static const char *find_link_fault(const ss_result *result)
{
    for (size_t i = 0; i < result->link_count; i++) {
        const ss_link *link = &result->link[i], *last = i > 0 ? link - 1 : NULL;
        if (link->a >= result->articles.count || link->b >= result->articles.count)
            return "a link to an article that is not there";
        if (kind_of(result, link) < 0) return "a link between languages that are not linked";
        if (link->relation > SS_RELATION_DUPLICATE) return "a link of unknown relation";
        if (last != NULL && ss_link_compare(last, link) >= 0) return "links are out of order";
    }
    return NULL;
}

/* What is wrong with a result, or NULL. Whoever reads it may rely on this. */
static const char *find_fault(const ss_result *result)
{
    if (result->dimension < 1 || result->dimension > SS_MAX_DIMENSION)
        return "the dimension of the sketches is out of range";
    if (result->articles.count >= UINT32_MAX) return "too many articles";
    if (result->event_count > result->articles.count / 2) return "more events than its articles can make";
    for (size_t i = 0; i < result->articles.count; i++) {
        const ss_article *article = &result->articles.item[i];
        if (article->published.precision > SS_DATE_SECOND) return "a date of unknown precision";
        if (!is_undated(article) && article->published.seconds == SS_NO_DATE) return "a date that is none";
        int64_t event = result->event_of[i];
        if (event < -1 || (event >= 0 && (uint64_t)event >= result->event_count)) return "an event that is not there";
    }
    return find_link_fault(result);
}

/* ----------------------------------------------------------------- writing */

static ss_status write_table(ss_h5 *file, const ss_column *columns, size_t column_count, const void *items,
                             size_t stride, size_t count)
{
    for (size_t i = 0; i < column_count; i++)
        SS_TRY(ss_h5_write_column(file, &columns[i], items, stride, count));
    return SS_OK;
}

static ss_status write_article_rows(ss_h5 *file, const ss_articles *articles)
{
    static char names[3][8] = {"other", "zh", "en"};
    article_row *rows = calloc(articles->count + 1, sizeof *rows);
    if (rows == NULL) return ss_fail_memory(articles->count * sizeof *rows);
    for (size_t i = 0; i < articles->count; i++) {
        const ss_article *article = &articles->item[i];
        rows[i].published = is_undated(article) ? SS_NO_DATE : article->published.seconds;
        rows[i].lang = names[article->lang == SS_LANG_ZH ? 1 : article->lang == SS_LANG_EN ? 2 : 0];
    }
    ss_status status =
        write_table(file, article_row_columns, COUNT(article_row_columns), rows, sizeof *rows, articles->count);
    free(rows);
    return status;
}

/* The bodies as one run of bytes, of which a piece is copied at a time. */
typedef struct text_cursor {
    const ss_articles *articles;
    const uint64_t *offset; /* [articles->count + 1] */
    size_t article;
} text_cursor;

static size_t piece_of_article(text_cursor *cursor, size_t at, size_t end, char **text)
{
    while (cursor->offset[cursor->article + 1] <= at)
        cursor->article++;
    size_t stop = cursor->offset[cursor->article + 1];
    *text = cursor->articles->item[cursor->article].text + (at - cursor->offset[cursor->article]);
    return (stop < end ? stop : end) - at;
}

static ss_status give_text(void *context, void *values, size_t begin, size_t count)
{
    char *text;
    for (size_t at = begin, length; at < begin + count; at += length) {
        length = piece_of_article(context, at, begin + count, &text);
        memcpy((char *)values + (at - begin), text, length);
    }
    ss_texts_release(((const text_cursor *)context)->articles->texts);
    return SS_OK;
}

static ss_status take_text(void *context, void *values, size_t begin, size_t count)
{
    char *text;
    for (size_t at = begin, length; at < begin + count; at += length) {
        length = piece_of_article(context, at, begin + count, &text);
        memcpy(text, (char *)values + (at - begin), length);
    }
    return SS_OK;
}

static ss_status write_texts(ss_h5 *file, const ss_articles *articles)
{
    SS_TRY(ss_h5_write_group(file, "articles_text", "bodies of the articles"));
    uint64_t *offset = calloc(articles->count + 1, sizeof *offset);
    if (offset == NULL) return ss_fail_memory(articles->count * sizeof *offset);
    for (size_t i = 0; i < articles->count; i++) {
        if (i % SS_TEXTS_READ == 0) ss_texts_release(articles->texts);
        offset[i + 1] = offset[i] + strlen(articles->item[i].text);
    }
    text_cursor cursor = {articles, offset, 0};
    ss_status status = ss_h5_write_column(file, &text_offset_column, offset, sizeof *offset, articles->count + 1);
    if (status == SS_OK)
        status = ss_h5_write_pieces(file, &text_bytes_column, offset[articles->count], give_text, &cursor);
    free(offset);
    return status;
}

static ss_status write_articles(ss_h5 *file, const ss_result *result)
{
    const ss_articles *articles = &result->articles;
    SS_TRY(ss_h5_write_group(file, "articles", "one row an article, by time of publication, undated last, then by id"));
    SS_TRY(write_table(file, article_columns, COUNT(article_columns), articles->item, sizeof *articles->item,
                       articles->count));
    SS_TRY(write_article_rows(file, articles));
    SS_TRY(ss_h5_write_column(file, &copies_column, articles->item, sizeof *articles->item, articles->count));
    SS_TRY(ss_h5_write_column(file, &event_of_column, result->event_of, sizeof *result->event_of, articles->count));
    SS_TRY(ss_h5_write_column(file, &ngrams_column, result->ngrams, sizeof *result->ngrams, articles->count));
    return write_texts(file, articles);
}

static ss_status write_sketches(ss_h5 *file, const ss_result *result)
{
    static const char *const groups[SS_CHANNELS] = {"sketches/whole", "sketches/title", "sketches/lead"};
    static const char *const labels[2] = {"article", "entry"};
    size_t rows = result->articles.count;
    SS_TRY(ss_h5_write_group(file, "sketches",
                             "the articles as the matcher sees them; cosine is dot product / sqrt(norm "
                             "x norm)"));
    for (int channel = 0; channel < SS_CHANNELS; channel++) {
        SS_TRY(ss_h5_write_group(file, groups[channel], NULL));
        SS_TRY(ss_h5_write_matrix(file, &vector_columns[channel], result->vector[channel], rows,
                                  (size_t)result->dimension, labels, false)); /* gzip saves 7 % */
        SS_TRY(ss_h5_write_column(file, &norm_columns[channel], result->norm[channel], sizeof(uint32_t), rows));
    }
    return SS_OK;
}

static ss_status write_kinds_and_index(ss_h5 *file, const ss_result *result)
{
    size_t articles = result->articles.count, links = result->link_count;
    uint8_t *kind = malloc(links + 1);
    uint64_t *start = calloc(articles + 1, sizeof *start);
    ss_status status = kind == NULL || start == NULL ? ss_fail_memory(links + articles * sizeof *start) : SS_OK;
    for (size_t i = 0; i < links && status == SS_OK; i++) {
        kind[i] = (uint8_t)kind_of(result, &result->link[i]);
        start[result->link[i].a + 1]++;
    }
    for (size_t i = 0; i < articles && status == SS_OK; i++)
        start[i + 1] += start[i];
    if (status == SS_OK) status = ss_h5_write_column(file, &kind_column, kind, 1, links);
    if (status == SS_OK) status = ss_h5_write_group(file, "links_index", "where each article's links begin");
    if (status == SS_OK) status = ss_h5_write_column(file, &start_column, start, sizeof *start, articles + 1);
    free(kind);
    free(start);
    return status;
}

static ss_status write_links(ss_h5 *file, const ss_result *result)
{
    SS_TRY(ss_h5_write_group(file, "links", "one row a pair of articles, by a, then b"));
    SS_TRY(
        write_table(file, link_columns, COUNT(link_columns), result->link, sizeof *result->link, result->link_count));
    return write_kinds_and_index(file, result);
}

static ss_status write_members(ss_h5 *file, const ss_result *result, const ss_event_summary *events)
{
    size_t total = 0;
    size_t *next = calloc(result->event_count + 1, sizeof *next);
    if (next == NULL) return ss_fail_memory(result->event_count * sizeof *next);
    for (size_t i = 0; i < result->event_count; i++) {
        next[i] = total;
        total += events[i].size;
    }
    member *members = calloc(total + 1, sizeof *members);
    ss_status status = members == NULL ? ss_fail_memory(total * sizeof *members) : SS_OK;
    for (size_t i = 0; i < result->articles.count && status == SS_OK; i++)
        if (result->event_of[i] >= 0) members[next[result->event_of[i]]++] = (member){result->event_of[i], (int64_t)i};
    if (status == SS_OK)
        status = write_table(file, member_columns, COUNT(member_columns), members, sizeof *members, total);
    free(members);
    free(next);
    return status;
}

static ss_status write_events(ss_h5 *file, const ss_result *result)
{
    ss_event_summary *events;
    SS_TRY(ss_event_summaries(&events, result));
    ss_status status = ss_h5_write_group(file, "events", "one row an event of at least two articles, by first article");
    if (status == SS_OK)
        status = write_table(file, event_columns, COUNT(event_columns), events, sizeof *events, result->event_count);
    if (status == SS_OK) status = ss_h5_write_group(file, "event_members", "articles of each event, by event");
    if (status == SS_OK) status = write_members(file, result, events);
    free(events);
    return status;
}

static ss_status write_provenance(ss_h5 *file, const ss_provenance *provenance)
{
    const uint8_t pairs[3] = {provenance->zh_en, provenance->zh_zh, provenance->en_en};
    SS_TRY(ss_h5_write_group(file, "provenance", "how this file came to be"));
    SS_TRY(ss_h5_write_attributes(file, "provenance", provenance_attributes, COUNT(provenance_attributes), provenance));
    SS_TRY(ss_h5_write_attributes(file, "provenance", pair_attributes, COUNT(pair_attributes), pairs));
    SS_TRY(ss_h5_write_group(file, "provenance/counts", "what the reader met, in articles but for files and bytes"));
    return ss_h5_write_attributes(file, "provenance/counts", count_attributes, COUNT(count_attributes),
                                  &provenance->counts);
}

static ss_status write_all(ss_h5 *file, const ss_result *result)
{
    SS_TRY(write_articles(file, result));
    SS_TRY(write_sketches(file, result));
    SS_TRY(write_links(file, result));
    SS_TRY(write_events(file, result));
    SS_TRY(write_provenance(file, &result->provenance));
    return ss_h5_finish(file);
}

ss_status ss_result_write(const ss_result *result, const char *path)
{
    const char *fault = find_fault(result);
    if (fault != NULL) return ss_fail(SS_ERROR_ARGUMENT, "this result can't be written: %s", fault);
    ss_h5 *file;
    SS_TRY(ss_h5_create(&file, path, &result_format));
    ss_status status = write_all(file, result);
    ss_h5_close(file);
    return status;
}

/* ----------------------------------------------------------------- reading */

static ss_status read_table(ss_h5 *file, const ss_column *columns, size_t column_count, void *items, size_t stride,
                            size_t count)
{
    for (size_t i = 0; i < column_count; i++)
        SS_TRY(ss_h5_read_column(file, &columns[i], items, stride, count));
    return SS_OK;
}

/* A zeroed array of at least one item. */
static ss_status new_array(void **out, size_t count, size_t size)
{
    *out = calloc(count + 1, size);
    return *out == NULL ? ss_fail_memory((count + 1) * size) : SS_OK;
}

static ss_status take_article_row(ss_h5 *file, ss_article *article, const article_row *row)
{
    bool zh = strcmp(row->lang, "zh") == 0, en = strcmp(row->lang, "en") == 0;
    if (!zh && !en && strcmp(row->lang, "other") != 0)
        return ss_h5_damaged(file, "an unknown language in articles/lang");
    article->lang = zh ? SS_LANG_ZH : en ? SS_LANG_EN : SS_LANG_OTHER;
    article->published.seconds = is_undated(article) ? 0 : row->published;
    return SS_OK;
}

static ss_status read_article_rows(ss_h5 *file, ss_articles *articles)
{
    article_row *rows;
    SS_TRY(new_array((void **)&rows, articles->count, sizeof *rows));
    ss_status status =
        read_table(file, article_row_columns, COUNT(article_row_columns), rows, sizeof *rows, articles->count);
    for (size_t i = 0; i < articles->count && status == SS_OK; i++)
        status = take_article_row(file, &articles->item[i], &rows[i]);
    for (size_t i = 0; i < articles->count; i++)
        free(rows[i].lang);
    free(rows);
    return status;
}

static ss_status read_bodies(ss_h5 *file, ss_articles *articles, const uint64_t *offset)
{
    size_t total, ignored;
    SS_TRY(ss_h5_extent(file, text_bytes_column.name, &total, &ignored));
    if (offset[0] != 0 || offset[articles->count] != total)
        return ss_h5_damaged(file, "articles_text/offset does not cover the bytes");
    for (size_t i = 0; i < articles->count; i++) {
        if (offset[i + 1] < offset[i] || offset[i + 1] > total)
            return ss_h5_damaged(file, "articles_text/offset is out of order");
        articles->item[i].text = calloc(offset[i + 1] - offset[i] + 1, 1);
        if (articles->item[i].text == NULL) return ss_fail_memory(offset[i + 1] - offset[i] + 1);
    }
    text_cursor cursor = {articles, offset, 0};
    return ss_h5_read_pieces(file, &text_bytes_column, total, take_text, &cursor);
}

static ss_status read_texts(ss_h5 *file, ss_articles *articles)
{
    uint64_t *offset;
    SS_TRY(new_array((void **)&offset, articles->count, sizeof *offset));
    ss_status status = ss_h5_read_column(file, &text_offset_column, offset, sizeof *offset, articles->count + 1);
    if (status == SS_OK) status = read_bodies(file, articles, offset);
    free(offset);
    return status;
}

static ss_status read_articles(ss_h5 *file, ss_result *result)
{
    ss_articles *articles = &result->articles;
    size_t count, ignored;
    SS_TRY(ss_h5_extent(file, article_columns[0].name, &count, &ignored));
    if (count >= UINT32_MAX) return ss_h5_damaged(file, "too many articles");
    SS_TRY(new_array((void **)&articles->item, count, sizeof *articles->item));
    articles->count = articles->capacity = count;
    SS_TRY(read_table(file, article_columns, COUNT(article_columns), articles->item, sizeof *articles->item, count));
    SS_TRY(read_article_rows(file, articles));
    if (ss_h5_has(file, copies_column.name))
        SS_TRY(ss_h5_read_column(file, &copies_column, articles->item, sizeof *articles->item, count));
    SS_TRY(read_texts(file, articles));
    SS_TRY(new_array((void **)&result->event_of, count, sizeof *result->event_of));
    SS_TRY(new_array((void **)&result->ngrams, count, sizeof *result->ngrams));
    SS_TRY(ss_h5_read_column(file, &event_of_column, result->event_of, sizeof *result->event_of, count));
    return ss_h5_read_column(file, &ngrams_column, result->ngrams, sizeof *result->ngrams, count);
}

static ss_status read_sketches(ss_h5 *file, ss_result *result)
{
    size_t rows = result->articles.count, ignored, width;
    SS_TRY(ss_h5_extent(file, vector_columns[0].name, &ignored, &width));
    if (width < 1 || width > SS_MAX_DIMENSION) return ss_h5_damaged(file, "sketches of %zu entries", width);
    result->dimension = (int)width;
    for (int channel = 0; channel < SS_CHANNELS; channel++) {
        SS_TRY(new_array((void **)&result->vector[channel], rows * width, 1));
        SS_TRY(new_array((void **)&result->norm[channel], rows, sizeof(uint32_t)));
        SS_TRY(ss_h5_read_matrix(file, &vector_columns[channel], result->vector[channel], rows, width));
        SS_TRY(ss_h5_read_column(file, &norm_columns[channel], result->norm[channel], sizeof(uint32_t), rows));
    }
    return SS_OK;
}

static ss_status read_links_and_events(ss_h5 *file, ss_result *result)
{
    size_t count, ignored;
    SS_TRY(ss_h5_extent(file, link_columns[0].name, &count, &ignored));
    if (count > SIZE_MAX / sizeof *result->link - 1) return ss_h5_damaged(file, "too many links");
    SS_TRY(new_array((void **)&result->link, count, sizeof *result->link));
    result->link_count = count;
    SS_TRY(read_table(file, link_columns, COUNT(link_columns), result->link, sizeof *result->link, count));
    return ss_h5_extent(file, event_columns[0].name, &result->event_count, &ignored);
}

static ss_status read_provenance(ss_h5 *file, ss_provenance *provenance)
{
    uint8_t pairs[3] = {0};
    SS_TRY(ss_h5_read_attributes(file, "provenance", provenance_attributes, COUNT(provenance_attributes), provenance));
    SS_TRY(ss_h5_read_attributes(file, "provenance", pair_attributes, COUNT(pair_attributes), pairs));
    provenance->zh_en = pairs[0] != 0;
    provenance->zh_zh = pairs[1] != 0;
    provenance->en_en = pairs[2] != 0;
    return ss_h5_read_attributes(file, "provenance/counts", count_attributes, COUNT(count_attributes),
                                 &provenance->counts);
}

static ss_status read_all(ss_h5 *file, ss_result *result)
{
    SS_TRY(read_articles(file, result));
    SS_TRY(read_sketches(file, result));
    SS_TRY(read_links_and_events(file, result));
    SS_TRY(read_provenance(file, &result->provenance));
    const char *fault = find_fault(result);
    return fault == NULL ? SS_OK : ss_h5_damaged(file, "%s", fault);
}

ss_status ss_result_read(ss_result **out, const char *path)
{
    *out = NULL;
    ss_result *result;
    SS_TRY(ss_result_new(&result));
    ss_h5 *file;
    ss_status status = ss_h5_open(&file, path, &result_format);
    if (status == SS_OK) status = read_all(file, result);
    ss_h5_close(file);
    if (status != SS_OK) {
        ss_result_free(result);
        return status;
    }
    *out = result;
    return SS_OK;
}
