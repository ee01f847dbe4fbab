/* samestory.h: find which Chinese and English news articles report the same event.
 *
 * The only public header. The way through it is the way of the data:
 *
 *     ss_reader   files                      -> articles
 *     ss_model    a learned n-gram table     (opened once, shared by threads)
 *     ss_link_articles()   both              -> a result: sketches, links, events
 *     ss_result   look at it, or write it to one HDF5 file
 *
 * Conventions
 *   - A function that can fail returns ss_status: SS_OK (0) or a negative value. After a failure ss_last_error() gives a
 *     message that says what went wrong, where, and how to mend it. It belongs to the calling thread.
 *   - What a function hands over through its first parameter (T **out) belongs to the caller, who frees it with the
 *     matching ss_..._free(). Freeing NULL is fine. On failure *out is NULL.
 *   - Text is UTF-8 and ends in NUL. Optional text is "" where there is none, never NULL.
 *   - The library never exits, aborts or prints.
 *   - An object may be used by one thread at a time; an ss_model, once opened, by any number.
 */
#ifndef SAMESTORY_H
#define SAMESTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SS_API                 __attribute__((visibility("default")))
#define SS_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))
#else
#define SS_API
#define SS_PRINTF(text, first)
#endif

/* ---------------------------------------------------------------- status */

typedef enum ss_status {
    SS_OK = 0,
    SS_ERROR_MEMORY = -1,      /* out of memory, or more would be needed than the job allows */
    SS_ERROR_IO = -2,          /* a file can't be opened, read or written */
    SS_ERROR_INPUT = -3,       /* the input is damaged or of another kind */
    SS_ERROR_ARGUMENT = -4,    /* a parameter is out of its range */
    SS_ERROR_DEVICE = -5,      /* the device asked for is not there or failed */
    SS_ERROR_INTERRUPTED = -6, /* ss_job.cancelled said so */
    SS_ERROR_INTERNAL = -7     /* a fault of samestory or of a library it uses */
} ss_status;

/* The message of this thread's last failure; "" before the first. Valid until the thread's next failure. */
SS_API const char *ss_last_error(void);

/* "0.1.0" */
SS_API const char *ss_version(void);

/* ------------------------------------------------------------------- job */

/* How a job runs and whom it tells. Zeroed, it is a good default. */
typedef struct ss_job {
    int threads;   /* 0: one for each processor this process may use */
    size_t memory; /* bytes that matching may take beside the articles themselves; 0: half of what is free */
    bool strict;   /* a bad article fails the job instead of being skipped */
    bool pin;      /* keep each thread that matches on one processor: pays where memory belongs to processors (NUMA) */

    /* Each may be NULL. Called from the thread that called the library. */
    bool (*cancelled)(void *user); /* asked often; true ends the job with SS_ERROR_INTERRUPTED */
    void (*progress)(void *user, const char *stage, uint64_t done, uint64_t total); /* total 0: not known */
    void (*warning)(void *user, const char *message); /* one line: what was skipped, where, and how to mend it */
    void *user;
} ss_job;

/* -------------------------------------------------------------- articles */

typedef enum ss_lang {
    SS_LANG_OTHER = 0, /* kept and counted, never linked */
    SS_LANG_ZH = 1,    /* Chinese, in either script */
    SS_LANG_EN = 2
} ss_lang;

/* "zh", "en" or "other". */
SS_API const char *ss_lang_name(ss_lang lang);

typedef enum ss_precision { SS_DATE_NONE = 0, SS_DATE_DAY = 1, SS_DATE_SECOND = 2 } ss_precision;

#define SS_ZONE_UNKNOWN INT16_MIN

/* When an article was published, and how much of that is known. A date without a time zone is kept as it was written
 * and counted as if in UTC; `zone_minutes` says that it is not known. */
typedef struct ss_date {
    int64_t seconds;      /* since 1970-01-01T00:00:00 UTC; midnight where only the day is known */
    int16_t zone_minutes; /* east of UTC as written; SS_ZONE_UNKNOWN where none was */
    uint8_t precision;    /* ss_precision */
} ss_date;

/* One news article. All text is UTF-8. */
typedef struct ss_article {
    char *id;          /* unique in one job */
    char *url;         /* "" if none */
    char *source;      /* name of the outlet, "" if none */
    char *author;      /* as the byline names them, several joined by "; "; "" if none */
    char *title;       /* "" if none */
    char *text;        /* body, without the title; "" if only the title is known */
    char *origin;      /* where it was read: "path:line", "path#record" or "path"; in an archive "archive:path..." */
    ss_date published; /* precision SS_DATE_NONE: undated, compared with articles of every day */
    ss_lang lang;
    uint32_t copies; /* repeats of this page that were folded into it (ss_link_options.keep_repeats); 0: none */
    bool lent;       /* the strings belong to the list that the article is in, are read-only and go with the list */
} ss_article;

/* A growing list of articles that owns its strings. Where bodies come to more than SS_TEXT_MEMORY bytes it keeps further
 * ones in a temporary file without a name, in $TMPDIR or /var/tmp, mapped for reading, and the other strings packed in
 * memory: to whoever reads them they are strings like others. */
typedef struct ss_articles {
    size_t count;
    size_t capacity;
    ss_article *item;
    size_t text_bytes;      /* of all bodies */
    struct ss_texts *texts; /* strings that are lent; NULL: none */
} ss_articles;

#define SS_TEXT_MEMORY ((size_t)16 << 20)

/* Frees the strings of one article and zeroes it. */
SS_API void ss_article_clear(ss_article *article);

/* Frees every article and zeroes the list. */
SS_API void ss_articles_clear(ss_articles *articles);

/* Moves *article, which owns its strings, to the end of the list; *article is zeroed on success and unchanged on failure. */
SS_API ss_status ss_articles_push(ss_articles *articles, ss_article *article);

/* ---------------------------------------------------------------- reader */

typedef struct ss_reader ss_reader;

typedef struct ss_reader_options {
    /* Names of JSON fields and columns that come before the usual ones: "text=body", "published=created_at". */
    const char *const *fields;
    size_t field_count;
    bool only_given; /* the usual names of these fields don't count at all */
} ss_reader_options;

/* What a reader met, all counts of articles but `files` and `bytes`. */
typedef struct ss_reader_counts {
    uint64_t files;
    uint64_t bytes; /* after decompression */
    uint64_t read;  /* handed out */
    uint64_t zh, en, other, undated;
    uint64_t skipped; /* lines or files left out, each of them told through ss_job.warning */
} ss_reader_counts;

/* Reads articles from files, folders (recursively, in sorted order) and "-" (standard input). JSON (lines or an
 * array), tables with a header (CSV, TSV), feeds (RSS, Atom), plain text, Markdown with front matter and HTML, each plain
 * or compressed with gzip, zstd, xz or bzip2, in any common encoding; web archives (WARC, WET); and tar and zip archives of
 * all these, also one in another. The kind of a file is told from its content, its name helps where that leaves a doubt.
 *   - Of a web archive each HTML, XHTML or plain text page is an article whose id is the record's. The day on which a page
 *     was fetched dates no article; a later date, which can't be its own, is left out.
 *   - Nothing is unpacked to disk. Links, devices and encrypted members of archives are passed over and told.
 *   - A document or line is at most 64 MB. A file may expand to 64 MB and 200 times its size, with all that is in it; what
 *     goes beyond is left out and told.
 * `options` may be NULL. Opening looks at no file yet. `paths`, `options` and `job` must outlive the reader. */
SS_API ss_status ss_reader_open(ss_reader **out, const char *const *paths, size_t path_count,
                                const ss_reader_options *options, const ss_job *job);

/* The next article into *article (cleared by the caller), *more = true; at the end *more = false. A bad article is
 * told to job->warning, counted and passed over; with job->strict it is SS_ERROR_INPUT. */
SS_API ss_status ss_reader_next(ss_reader *reader, ss_article *article, bool *more);

SS_API const ss_reader_counts *ss_reader_get_counts(const ss_reader *reader);

SS_API void ss_reader_free(ss_reader *reader);

/* ----------------------------------------------------------------- model */

/* A learned n-gram table: the vector of every n-gram, and how to find the n-grams of a text. Read-only once open. */
typedef struct ss_model ss_model;

/* Opens a model file. `path` NULL: $SAMESTORY_MODEL, or the model installed with the library, or the source tree's. */
SS_API ss_status ss_model_open(ss_model **out, const char *path);
SS_API void ss_model_free(ss_model *model);

/* Entries of a sketch vector. */
SS_API int ss_model_dimension(const ss_model *model);
/* 64 hexadecimal digits over everything in the file that bears on results. */
SS_API const char *ss_model_checksum(const ss_model *model);
/* How the model was made, as one JSON object. */
SS_API const char *ss_model_recipe(const ss_model *model);

/* ------------------------------------------------------------------ link */

/* How two articles stand to each other. */
typedef enum ss_relation {
    SS_RELATION_DIFFERENT = 0,
    SS_RELATION_RELATED = 1,  /* the same running story, another happening */
    SS_RELATION_SAME = 2,     /* both report the same event */
    SS_RELATION_DUPLICATE = 3 /* the same event, and most of the text of one stands in the other */
} ss_relation;

/* "different", "related", "same" or "duplicate". */
SS_API const char *ss_relation_name(ss_relation relation);

/* What is known about a pair of articles. Cosines lie in -1..1; NAN where a channel is empty on either side. */
typedef struct ss_link {
    uint32_t a, b;      /* rows of the result's articles; a is the zh one of a zh-en link, else a < b */
    float probability;  /* that both report the same event, 0..1 */
    float cosine;       /* of the whole articles */
    float margin;       /* cosine over the mean cosine of both neighbourhoods (ratio margin; Artetxe & Schwenk 2019); in
                              a small input a news background stands for the neighbours that are missing */
    float title_cosine; /* title to title */
    float lead_cosine;  /* title and first sentences, both */
    float title_lead_cosine; /* a's title to b's title and first sentences: one may be a headline alone */
    float lead_title_cosine; /* turned */
    float gap_ab, gap_ba;    /* how far b is ahead of a's best other neighbour in b's language, in cosine; and turned */
    /* Evidence; NAN where it was not looked at, because the cosines rule the pair out. */
    float shared_terms;         /* weighted share of telling terms that the other has too, 0..1 */
    float covered_a, covered_b; /* the same of a's terms, and of b's */
    /* By the model's lexicon, exactly; NAN too where the model has none, or an article has no such term. */
    float shared_names;             /* weighted share of the names of both that the other has too, 0..1 */
    float shared_words;             /* of all other words */
    float in_common_a, in_common_b; /* of all of a's names and words, those that b has too; and turned */
    float shared_bits;              /* what agrees, in bits: one rare name may tell more than five common words */
    float said_bits;      /* all names and words of the article that says less, in bits: how much there is to go by */
    float shared_numbers; /* numbers and dates in common over those of the article with fewer, by what they tell, 0..1;
                             NAN if one has none */
    float
        conflicting_numbers; /* of counts of dead, injured, missing, of magnitudes and scores that both give, the share
                                  that differ, 0..1; NAN if there are none */
    float copied;  /* share of the shorter text that stands in the other, 0..1; NAN between languages and where cosines
                     rule a copy out */
    float alone;   /* probability by all of the above, before the company that the pair keeps is looked at */
    float support; /* a third article's: largest product of its `alone` with a and with b, 0..1; 0 if there is none */
    float others_a, others_b; /* mean `alone` of b with the articles that go with a (alone from 0.6), and turned; NAN if
                                 there are none */
    float length_ratio;       /* shorter over longer, by count of n-grams, 0..1 */
    int32_t
        days_later; /* from a's day of publication to b's; below 0 where b came first; SS_DAYS_UNKNOWN without dates */
    uint16_t rank_ab; /* place of b among a's neighbours in b's language, from 1; 0: not among the k nearest */
    uint16_t rank_ba;
    uint8_t mutual;   /* each is the other's nearest in that language */
    uint8_t relation; /* ss_relation */
} ss_link;

#define SS_DAYS_UNKNOWN INT32_MIN

typedef struct ss_link_options {
    int neighbours;           /* k: nearest articles looked at, each way; 0: 10 */
    int window_days;          /* only articles published within so many days; -1: all */
    double threshold;         /* links of at least this probability; below 0: the model's own */
    bool zh_en, zh_zh, en_en; /* which pairs; all false: all three */
    bool keep_candidates; /* keep every neighbour pair in the result, not only links; events are made of links alone */
    bool keep_repeats;    /* keep repeats of the same page as articles; else they are folded into one (repeats.h) */
    const char *matcher;  /* NULL: the fastest present; see ss_matcher_name() */
} ss_link_options;

/* Defaults: 10 neighbours, 3 days, the model's threshold, all pairs. */
SS_API ss_link_options ss_link_options_default(void);

typedef struct ss_result ss_result;

/* Sketches, matches and links `articles`, whose contents move into the result (the list is left empty).
 * The result does not depend on the order of the articles, the number of threads or the memory allowed. With options out
 * of range the articles stay with the caller; after any later failure they are freed. */
SS_API ss_status ss_link_articles(ss_result **out, ss_articles *articles, const ss_model *model,
                                  const ss_link_options *options, const ss_job *job);
SS_API void ss_result_free(ss_result *result);

/* Articles in their final order: by time of publication, undated last, then by id. */
SS_API size_t ss_result_article_count(const ss_result *result);
SS_API const ss_article *ss_result_article(const ss_result *result, size_t row);
/* Links sorted by a, then b. */
SS_API size_t ss_result_link_count(const ss_result *result);
SS_API const ss_link *ss_result_link(const ss_result *result, size_t row);
/* Number of events with at least two articles, and the event of an article: 0 .. count - 1, or -1 if in none. */
SS_API size_t ss_result_event_count(const ss_result *result);
SS_API int64_t ss_result_event_of(const ss_result *result, size_t article_row);

/* Writes the results file (docs/format.md), whole or not at all. SS_ERROR_ARGUMENT: `path` is a file of another kind. Of
 * `job`, which may be NULL, the number of threads counts. */
SS_API ss_status ss_result_write(const ss_result *result, const char *path, const ss_job *job);
SS_API ss_status ss_result_read(ss_result **out, const char *path);

/* ----------------------------------------------------------------- match */

/* Names of the matchers in this build that this machine can run, fastest first; NULL past the last. */
SS_API const char *ss_matcher_name(size_t index);

#ifdef __cplusplus
}
#endif

#endif
