/* The results file: docs/format.md describes it. The tables below are its columns. */
#include <stdlib.h>
#include <string.h>

#include "event_summary.h"
#include "match.h"
#include "sizes.h"
#include "status.h"
#include "store_articles.h"
#include "store_evidence.h"

#define MOST_THREADS 16 /* more would wait for the one that writes */

static const ss_h5_format result_format = {
    .name = SS_RESULT_NAME, .version = 1, .remedy = "was the job interrupted? run it again", .sealed = true};

/* ----------------------------------------------------------------- columns */

static const ss_column event_of_column = {"articles/event", SS_INT64, 0, "row in events; -1 if in none", NULL};
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
    {"links/title_lead_cosine", SS_FLOAT32, offsetof(ss_link, title_lead_cosine),
     "cosine of a's title to b's title and first sentences; NaN if a has no title", NULL},
    {"links/lead_title_cosine", SS_FLOAT32, offsetof(ss_link, lead_title_cosine),
     "cosine of a's title and first sentences to b's title; NaN if b has none", NULL},
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
    {"links/said_bits", SS_FLOAT32, offsetof(ss_link, said_bits),
     "all names and words of title and first sentences of the article that says less", "bits"},
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
     "earliest publication; -9223372036854775808 if none is dated", SS_SECONDS},
    {"events/last", SS_INT64, offsetof(ss_event_summary, last),
     "latest publication; -9223372036854775808 if none is dated", SS_SECONDS},
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

/* Only in a file that `link --since` wrote. */
static const char since_group[] = "provenance/since";
static const ss_column covers_from = {"covers_from", SS_INT32, offsetof(ss_provenance, covers_from), NULL, NULL};

/* ------------------------------------------------------------------ checks */

/* The place of the pair's languages in the description of links/kind; -1 for a pair that can't be linked. */
static int kind_of(const ss_result *result, const ss_link *link)
{
    ss_lang a = result->articles.item[link->a].lang, b = result->articles.item[link->b].lang;
    if (a == SS_LANG_ZH && b == SS_LANG_EN) return 0;
    if (a != b || link->a >= link->b) return -1;
    return a == SS_LANG_ZH ? 1 : a == SS_LANG_EN ? 2 : -1;
}

/* What is wrong with a result, and in which row of what. */
typedef struct fault {
    const char *what; /* NULL: nothing */
    const char *table;
    size_t row;
} fault;

static const char *link_fault(const ss_result *result, const ss_link *link, const ss_link *before)
{
    if (link->a >= result->articles.count || link->b >= result->articles.count)
        return "a link to an article that is not there";
    if (kind_of(result, link) < 0) return "a link between languages that are not linked";
    if (link->relation > SS_RELATION_DUPLICATE) return "a link of unknown relation";
    if (before != NULL && ss_link_compare(before, link) >= 0) return "links are out of order";
    return NULL;
}

static const char *article_fault(const ss_result *result, size_t row)
{
    int64_t event = result->event_of[row];
    if (event < -1 || (event >= 0 && (uint64_t)event >= result->event_count)) return "an event that is not there";
    const ss_article *article = &result->articles.item[row];
    if (row > 0 && ss_article_compare(article - 1, article) >= 0) return "articles are out of order";
    return ss_store_article_fault(article);
}

static const char *whole_fault(const ss_result *result)
{
    if (result->dimension < 1 || result->dimension > SS_MAX_DIMENSION)
        return "the dimension of the sketches is out of range";
    if (result->articles.count >= UINT32_MAX) return "too many articles";
    if (result->event_count > result->articles.count / 2) return "more events than its articles can make";
    return NULL;
}

/* Whoever reads a result may rely on there being no fault. */
static fault find_fault(const ss_result *result)
{
    fault found = {.what = whole_fault(result), .table = "/"};
    for (size_t i = 0; i < result->articles.count && found.what == NULL; i++)
        found = (fault){article_fault(result, i), "/articles", i};
    for (size_t i = 0; i < result->link_count && found.what == NULL; i++)
        found = (fault){link_fault(result, &result->link[i], i > 0 ? &result->link[i - 1] : NULL), "/links", i};
    for (size_t i = 0; i < result->evidence_count && found.what == NULL; i++)
        found = (fault){ss_store_evidence_fault(result, i), "/evidence", i};
    return found;
}

/* ----------------------------------------------------------------- writing */

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
    SS_TRY(ss_store_table_write(file, link_columns, SS_COUNT(link_columns), result->link, sizeof *result->link,
                                result->link_count));
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
        status = ss_store_table_write(file, member_columns, SS_COUNT(member_columns), members, sizeof *members, total);
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
        status = ss_store_table_write(file, event_columns, SS_COUNT(event_columns), events, sizeof *events,
                                      result->event_count);
    if (status == SS_OK) status = ss_h5_write_group(file, "event_members", "articles of each event, by event");
    if (status == SS_OK) status = write_members(file, result, events);
    free(events);
    return status;
}

static ss_status write_provenance(ss_h5 *file, const ss_provenance *provenance)
{
    const uint8_t pairs[3] = {provenance->zh_en, provenance->zh_zh, provenance->en_en};
    SS_TRY(ss_h5_write_group(file, "provenance", "how this file came to be"));
    SS_TRY(
        ss_h5_write_attributes(file, "provenance", provenance_attributes, SS_COUNT(provenance_attributes), provenance));
    SS_TRY(ss_h5_write_attributes(file, "provenance", pair_attributes, SS_COUNT(pair_attributes), pairs));
    SS_TRY(ss_h5_write_group(file, "provenance/counts", "what the reader met, in articles but for files and bytes"));
    SS_TRY(ss_h5_write_attributes(file, "provenance/counts", count_attributes, SS_COUNT(count_attributes),
                                  &provenance->counts));
    if (provenance->covers_from == SS_COVERS_ALL) return SS_OK;
    SS_TRY(ss_h5_write_group(file, since_group, "this file is a part, to be merged with those of days before"));
    return ss_h5_write_attributes(file, since_group, &covers_from, 1, provenance);
}

static ss_status write_all(ss_h5 *file, const ss_result *result, ss_pool *pool)
{
    size_t articles = result->articles.count;
    ss_h5_set_pool(file, pool);
    SS_TRY(ss_store_articles_write(file, result));
    SS_TRY(ss_h5_write_column(file, &event_of_column, result->event_of, sizeof *result->event_of, articles));
    SS_TRY(write_links(file, result));
    SS_TRY(write_events(file, result));
    SS_TRY(ss_store_evidence_write(file, result));
    SS_TRY(write_provenance(file, &result->provenance));
    return ss_h5_finish(file);
}

ss_status ss_result_write(const ss_result *result, const char *path, const ss_job *job)
{
    fault found = find_fault(result);
    if (found.what != NULL)
        return ss_fail(SS_ERROR_ARGUMENT, "this result can't be written: %s, row %zu: %s", found.table, found.row,
                       found.what);
    ss_h5 *file;
    SS_TRY(ss_h5_create(&file, path, &result_format));
    ss_pool *pool;
    ss_status status = ss_pool_new(&pool, (int)ss_smaller((size_t)ss_job_threads(job), MOST_THREADS));
    if (status == SS_OK) status = write_all(file, result, pool);
    ss_pool_free(pool);
    ss_h5_close(file);
    return status;
}

/* ----------------------------------------------------------------- reading */

static ss_status read_links_and_events(ss_h5 *file, ss_result *result)
{
    size_t count, ignored;
    SS_TRY(ss_h5_extent(file, link_columns[0].name, &count, &ignored));
    if (count > SIZE_MAX / sizeof *result->link - 1) return ss_h5_damaged(file, "too many links");
    SS_TRY(ss_store_new_array((void **)&result->link, count, sizeof *result->link));
    result->link_count = count;
    SS_TRY(
        ss_store_table_read(file, link_columns, SS_COUNT(link_columns), result->link, sizeof *result->link, 0, count));
    return ss_h5_extent(file, event_columns[0].name, &result->event_count, &ignored);
}

static ss_status read_provenance(ss_h5 *file, ss_provenance *provenance)
{
    uint8_t pairs[3] = {0};
    SS_TRY(
        ss_h5_read_attributes(file, "provenance", provenance_attributes, SS_COUNT(provenance_attributes), provenance));
    SS_TRY(ss_h5_read_attributes(file, "provenance", pair_attributes, SS_COUNT(pair_attributes), pairs));
    provenance->zh_en = pairs[0] != 0;
    provenance->zh_zh = pairs[1] != 0;
    provenance->en_en = pairs[2] != 0;
    SS_TRY(ss_h5_read_attributes(file, "provenance/counts", count_attributes, SS_COUNT(count_attributes),
                                 &provenance->counts));
    return ss_h5_has(file, since_group) ? ss_h5_read_attributes(file, since_group, &covers_from, 1, provenance) : SS_OK;
}

static ss_status read_all(ss_h5 *file, ss_result *result)
{
    size_t articles, width;
    SS_TRY(ss_store_articles_extent(file, &articles, &width));
    SS_TRY(ss_store_articles_read(file, 0, articles, result));
    SS_TRY(ss_store_new_array((void **)&result->event_of, articles, sizeof *result->event_of));
    SS_TRY(ss_h5_read_column(file, &event_of_column, result->event_of, sizeof *result->event_of, articles));
    SS_TRY(read_links_and_events(file, result));
    SS_TRY(ss_store_evidence_read(file, result));
    SS_TRY(read_provenance(file, &result->provenance));
    fault found = find_fault(result);
    return found.what == NULL ? SS_OK : ss_h5_damaged(file, "%s, row %zu: %s", found.table, found.row, found.what);
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
