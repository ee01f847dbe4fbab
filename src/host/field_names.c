#include "field_names.h"

#include <string.h>

#include "status.h"

#define LONGEST_NAME 40 /* bytes */

/* The usual names of each field, best first, as they are compared: "publishedat" for publishedAt and published_at. From
 * CC-News and other crawls of news-please, GDELT, Media Cloud, NewsAPI, Event Registry, the sets of Kaggle and Hugging Face. */
static const char *const USUAL[SS_FIELD_COUNT][32] = {
    [SS_FIELD_ID] = {"id"},
    [SS_FIELD_URL] = {"url", "link", "weburl", "articleurl", "newsurl", "permalink", "链接", "網址", "网址", "連結"},
    [SS_FIELD_LANG] = {"lang", "language", "语言", "語言"},
    [SS_FIELD_TITLE] = {"title", "headline", "newstitle", "articletitle", "webtitle", "heading", "标题", "標題"},
    /* A summary stands last: it is read where there is no full text. */
    [SS_FIELD_TEXT] =
        {"text",     "fulltext",      "maintext",  "articletext", "articlebody", "bodytext", "body",
         "content",  "article",       "storytext", "story",       "newscontent", "newstext", "contents",
         "正文",     "内容",          "內容",      "document",    "description", "summary",  "shortdescription",
         "abstract", "leadparagraph", "摘要"},
    [SS_FIELD_PUBLISHED] = {"published",
                            "date",
                            "publishedat",
                            "publishdate",
                            "datepublish",
                            "datepublished",
                            "publisheddate",
                            "publicationdate",
                            "pubdate",
                            "publishtime",
                            "publishedtime",
                            "webpublicationdate",
                            "publicationtime",
                            "pubtime",
                            "datetime",
                            "createdat",
                            "created",
                            "seendate",
                            "time",
                            "timestamp",
                            "发布时间",
                            "发布日期",
                            "發布時間",
                            "發佈時間",
                            "日期",
                            "时间",
                            "時間"},
    [SS_FIELD_SOURCE] = {"source", "publication", "outlet", "sitename", "medianame", "newspaper", "sourcename",
                         "publisher", "provider", "sourcedomain", "domain", "site", "来源", "來源", "媒体"},
    [SS_FIELD_AUTHOR] = {"author", "authors", "byline", "writer", "作者", "记者", "記者"},
};

static size_t fold(char out[LONGEST_NAME], const char *key, size_t length, uint32_t *hash)
{
    size_t size = 0;
    *hash = 0;
    for (size_t i = 0; i < length; i++) {
        char c = key[i];
        if (c == ' ' || ((c == '_' || c == '-') && size > 0)) continue;
        if (size == LONGEST_NAME) return 0;
        if (c >= 'A' && c <= 'Z') c |= 0x20;
        out[size++] = c;
        *hash = *hash * 31 + (unsigned char)c;
    }
    return size;
}

static void add_name(ss_field_names *names, const char *text, size_t field, size_t rank, bool exact)
{
    char folded[LONGEST_NAME];
    uint32_t hash;
    size_t length = strlen(text);
    fold(folded, text, length, &hash);
    names->name[names->count++] = (ss_field_name){text, (uint8_t)length, (uint8_t)field, (uint8_t)rank, exact};
    size_t slot = hash % SS_NAME_SLOTS;
    while (names->slot[slot] != 0)
        slot = (slot + 1) % SS_NAME_SLOTS;
    names->slot[slot] = (uint8_t)names->count;
    if (rank == 0) names->own[field] = text;
}

ss_status ss_field_names_set(ss_field_names *names, const char *const *entries, size_t entry_count, bool only_given)
{
    const char *given[SS_FIELD_COUNT] = {NULL};
    *names = (ss_field_names){0};
    for (size_t i = 0; i < entry_count; i++) {
        const char *entry = entries[i], *equals = strchr(entry, '=');
        if (equals == NULL || equals[1] == '\0')
            return ss_fail(SS_ERROR_ARGUMENT, "field \"%s\": write OURS=THEIRS, such as text=body", entry);
        if (strlen(equals + 1) >= LONGEST_NAME)
            return ss_fail(SS_ERROR_ARGUMENT, "field \"%s\": a name of more than %d bytes", entry, LONGEST_NAME - 1);
        size_t length = (size_t)(equals - entry), field = 0;
        while (field < SS_FIELD_COUNT &&
               (strncmp(USUAL[field][0], entry, length) != 0 || USUAL[field][0][length] != '\0'))
            field++;
        if (field == SS_FIELD_COUNT)
            return ss_fail(SS_ERROR_ARGUMENT,
                           "field \"%s\": before the '=' may stand id, url, lang, title, text, published, source or "
                           "author",
                           entry);
        given[field] = equals + 1;
    }
    for (size_t field = 0; field < SS_FIELD_COUNT; field++) {
        size_t own = given[field] != NULL;
        if (own) add_name(names, given[field], field, 0, true);
        for (size_t i = 0; USUAL[field][i] != NULL && !(own && only_given); i++)
            add_name(names, USUAL[field][i], field, own + i, false);
    }
    return SS_OK;
}

/* A name is that of a key if both are the same folded; one that a user gave, if it is the key. */
static bool is_same(const ss_field_name *name, const char *key, size_t length, const char *folded, size_t size)
{
    if (name->exact) return name->length == length && memcmp(name->text, key, length) == 0;
    return name->length == size && memcmp(name->text, folded, size) == 0;
}

size_t ss_field_names_find(const ss_field_names *names, const char *key, size_t length,
                           const ss_field_name *found[SS_FIELD_COUNT])
{
    char folded[LONGEST_NAME];
    uint32_t hash;
    size_t count = 0, size = fold(folded, key, length, &hash);
    for (size_t slot = hash % SS_NAME_SLOTS; names->slot[slot] != 0; slot = (slot + 1) % SS_NAME_SLOTS) {
        const ss_field_name *name = &names->name[names->slot[slot] - 1];
        if (!is_same(name, key, length, folded, size)) continue;
        /* One that is given and also usual: what is given comes first, here as in the table. */
        bool known = false;
        for (size_t i = 0; i < count; i++)
            known = known || found[i]->field == name->field;
        if (!known) found[count++] = name;
    }
    return count;
}

const ss_field_name *ss_field_names_find_loosely(const ss_field_names *names, const char *key, size_t length)
{
    char folded[LONGEST_NAME], own[LONGEST_NAME];
    uint32_t hash;
    size_t size = fold(folded, key, length, &hash);
    for (size_t i = 0; i < names->count; i++) {
        const ss_field_name *name = &names->name[i];
        if (name->exact && fold(own, name->text, name->length, &hash) == size && memcmp(own, folded, size) == 0)
            return name;
    }
    return NULL;
}

bool ss_field_name_usual(const char *key, size_t length, ss_field *field)
{
    char folded[LONGEST_NAME];
    uint32_t hash;
    size_t size = fold(folded, key, length, &hash);
    for (size_t i = 0; i < SS_FIELD_COUNT; i++)
        for (const char *const *name = USUAL[i]; *name != NULL; name++)
            if (strlen(*name) == size && memcmp(*name, folded, size) == 0) {
                *field = (ss_field)i;
                return true;
            }
    return false;
}
