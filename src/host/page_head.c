#include "page_head.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "date.h"
#include "document.h"
#include "status.h"

#define MAX_JSON_DEPTH 8  /* of nested objects that are searched */
#define MOST_DATE      48 /* bytes of a date in a script */
#define MOST_NAME      48 /* and of the name of a property */
#define MOST_AUTHORS   16 /* that are named; a list of contributors to all the paper ever printed is no byline */

enum { URL_CANONICAL = 1, URL_OPEN_GRAPH, URL_JSON };
enum { LANG_ELEMENT = 1, LANG_JSON, LANG_META };
enum { AUTHOR_JSON = 1, AUTHOR_META };

void ss_page_head_clear(ss_page_head *head)
{
    ss_fact *facts[] = {&head->title,  &head->site, &head->url,  &head->lang,
                        &head->author, &head->name, &head->body, &head->unclear_date};
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        free(facts[i]->text);
    *head = (ss_page_head){0};
}

static bool is_wanted(const ss_fact *known, int rank)
{
    return known->rank == 0 || rank < known->rank;
}

/* Keeps `text`, which it takes over, if it says anything. */
static void keep(ss_fact *known, int rank, char *text)
{
    if (*text == '\0') {
        free(text);
        return;
    }
    free(known->text);
    *known = (ss_fact){text, rank};
}

ss_status ss_fact_offer(ss_fact *known, int rank, const char *text, size_t length)
{
    if (text == NULL || !is_wanted(known, rank)) return SS_OK;
    char *line;
    SS_TRY(ss_copy_line(&line, text, length));
    keep(known, rank, line);
    return SS_OK;
}

bool ss_page_read_date(ss_date *out, const char *text)
{
    static const int64_t not_set[] = {0, -2208988800}; /* 1970-01-01, 1900-01-01 */
    size_t used, length = strlen(text);
    if (ss_date_parse_unix(out, text, length))
        out->zone_minutes = SS_ZONE_UNTOLD;
    else if (!ss_date_parse_prefix(out, NULL, text, length, &used))
        return false;
    for (size_t i = 0; i < sizeof not_set / sizeof *not_set; i++)
        if (out->seconds == not_set[i]) return false;
    return true;
}

static ss_status offer_date(ss_page_head *head, int rank, const char *text)
{
    ss_date date;
    ss_date_order order;
    if (text == NULL || (head->date_rank > 0 && head->date_rank <= rank)) return SS_OK;
    if (ss_page_read_date(&date, text)) {
        head->published = date;
        head->date_rank = rank;
    } else if (ss_date_tell_order(&order, text, strlen(text))) {
        return ss_fact_offer(&head->unclear_date, rank, text, strlen(text));
    }
    return SS_OK;
}

/* Keeps "GB" of en-GB, en_GB and zh-Hant-HK. */
static ss_status offer_lang(ss_page_head *head, int rank, const char *tag)
{
    size_t length = strlen(tag), last = length;
    while (last > 0 && tag[last - 1] != '-' && tag[last - 1] != '_')
        last--;
    if (last > 0 && length - last == 2 && head->region[0] == '\0') memcpy(head->region, tag + last, 2);
    return ss_fact_offer(&head->lang, rank, tag, length);
}

static ss_status offer_url(ss_page_head *head, int rank, const char *text)
{
    if (text == NULL || !ss_is_web_address(text)) return SS_OK;
    return ss_fact_offer(&head->url, rank, text, strlen(text));
}

/* --------------------------------------------------------------- JSON-LD */

/* Appends the text of a JSON string, which may hold HTML. */
static ss_status add_plain(ss_buffer *out, const json_t *value)
{
    ss_buffer plain;
    ss_status status = ss_html_read(&plain, json_string_value(value), json_string_length(value), true, NULL);
    if (status == SS_OK) status = ss_buffer_append(out, plain.data, plain.length);
    ss_buffer_free(&plain);
    return status == SS_ERROR_INPUT ? SS_OK : status;
}

/* With `lines` the lines of the text stay. */
static ss_status offer_json(ss_fact *known, int rank, const json_t *value, bool lines)
{
    if (!json_is_string(value) || !is_wanted(known, rank)) return SS_OK;
    ss_buffer plain = {0};
    char *text = NULL;
    ss_status status = add_plain(&plain, value);
    if (status == SS_OK && plain.length > 0)
        status = lines ? ss_copy_text(&text, plain.data, plain.length) : ss_copy_line(&text, plain.data, plain.length);
    if (text != NULL) keep(known, rank, text);
    ss_buffer_free(&plain);
    return status;
}

/* "name", {"name": ...}, or a list of either, joined. Addresses of profiles are no names. */
static ss_status add_author(ss_buffer *names, const json_t *value, int depth)
{
    if (depth == MAX_JSON_DEPTH) return SS_OK;
    for (size_t i = 0; i < json_array_size(value) && i < MOST_AUTHORS; i++)
        SS_TRY(add_author(names, json_array_get(value, i), depth + 1));
    if (json_is_object(value)) return add_author(names, json_object_get(value, "name"), depth + 1);
    if (!json_is_string(value) || json_string_length(value) == 0 || ss_is_web_address(json_string_value(value)))
        return SS_OK;
    if (names->length > 0) SS_TRY(ss_buffer_append(names, "; ", 2));
    return add_plain(names, value);
}

static ss_status offer_authors(ss_page_head *head, const json_t *value)
{
    ss_buffer names = {0};
    ss_status status = add_author(&names, value, 0);
    if (status == SS_OK) status = ss_fact_offer(&head->author, AUTHOR_JSON, names.data, names.length);
    ss_buffer_free(&names);
    return status;
}

static ss_status read_article_object(ss_page_head *head, const json_t *object)
{
    SS_TRY(offer_json(&head->title, SS_TITLE_JSON, json_object_get(object, "headline"), false));
    SS_TRY(offer_json(&head->body, 1, json_object_get(object, "articleBody"), true));
    const char *lang = json_string_value(json_object_get(object, "inLanguage"));
    if (lang != NULL) SS_TRY(offer_lang(head, LANG_JSON, lang));
    SS_TRY(offer_authors(head, json_object_get(object, "author")));
    SS_TRY(offer_url(head, URL_JSON, json_string_value(json_object_get(object, "url"))));
    const json_t *page = json_object_get(object, "mainEntityOfPage");
    SS_TRY(offer_url(head, URL_JSON, json_string_value(json_is_object(page) ? json_object_get(page, "@id") : page)));
    const json_t *publisher = json_object_get(object, "publisher");
    if (json_is_array(publisher)) publisher = json_array_get(publisher, 0);
    return offer_json(&head->site, SS_SITE_JSON, json_object_get(publisher, "name"), false);
}

/* Whether an object is of a type that ends so, such as "NewsArticle"; of a list one has to. */
static bool is_of_type(const json_t *object, const char *const *endings)
{
    const json_t *types = json_object_get(object, "@type");
    size_t count = json_is_array(types) ? json_array_size(types) : 1;
    for (size_t i = 0; i < count; i++) {
        const char *type = json_string_value(json_is_array(types) ? json_array_get(types, i) : types);
        for (const char *const *ending = endings; type != NULL && *ending != NULL; ending++) {
            size_t length = strlen(type), size = strlen(*ending);
            if (length >= size && strcmp(type + length - size, *ending) == 0) return true;
        }
    }
    return false;
}

/* "2021-11-23", {"@value": "2021-11-23"}, 1637678156, or a list of those. */
static ss_status offer_json_date(ss_page_head *head, int rank, const json_t *value)
{
    if (json_is_array(value)) value = json_array_get(value, 0);
    if (json_is_object(value)) value = json_object_get(value, "@value");
    char number[24];
    if (!json_is_integer(value)) return offer_date(head, rank, json_string_value(value));
    snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
    return offer_date(head, rank, number);
}

static ss_status read_json_value(ss_page_head *head, const json_t *value, int depth)
{
    static const char *const articles[] = {"Article", "Posting", "Report", NULL}, *const pages[] = {"Page", "Work",
                                                                                                    NULL};
    if (depth == MAX_JSON_DEPTH) return SS_OK;
    for (size_t i = 0; i < json_array_size(value); i++)
        SS_TRY(read_json_value(head, json_array_get(value, i), depth + 1));
    if (!json_is_object(value)) return SS_OK;
    bool article = json_is_string(json_object_get(value, "headline")) || is_of_type(value, articles);
    /* Books, films and clips that an article is about are published too. */
    bool page = json_object_get(value, "@type") == NULL || is_of_type(value, pages);
    int rank = article ? SS_DATE_JSON : SS_DATE_JSON_PAGE;
    if (article || page) SS_TRY(offer_json_date(head, rank, json_object_get(value, "datePublished")));
    if (article) SS_TRY(offer_json_date(head, SS_DATE_CREATED, json_object_get(value, "dateCreated")));
    if (article) SS_TRY(read_article_object(head, value));
    const char *type = json_string_value(json_object_get(value, "@type"));
    if (type != NULL && (strcmp(type, "WebSite") == 0 || strcmp(type, "NewsMediaOrganization") == 0))
        SS_TRY(offer_json(&head->site, SS_SITE_JSON_SITE, json_object_get(value, "name"), false));
    SS_TRY(read_json_value(head, json_object_get(value, "@graph"), depth + 1));
    return read_json_value(head, json_object_get(value, "mainEntity"), depth + 1);
}

/* The date behind a key in a script: "key":"2021-11-23", key = '1637625600'. */
static bool find_scripted(ss_date *out, const char *text, size_t length, const char *key)
{
    const char *end = text + length;
    size_t size = strlen(key);
    for (const char *at = text; (at = memmem(at, (size_t)(end - at), key, size)) != NULL;) {
        at += size;
        while (at < end && strchr(" :=\\\"'", *at) != NULL && *at != '\0')
            at++;
        char date[MOST_DATE];
        size_t count = 0;
        while (at < end && count + 1 < sizeof date && strchr("\\\"'<,;", *at) == NULL)
            date[count++] = *at++;
        date[count] = '\0';
        if (ss_page_read_date(out, date)) return true;
    }
    return false;
}

bool ss_page_head_find_date(ss_date *out, const char *html, size_t length)
{
    static const char *const keys[] = {
        "datePublished",  "publishTime", "publish_time", "publishDate", "publish_date", "publishedAt",   "published_at",
        "pubTime",        "pubtime",     "pubDate",      "pub_date",    "pubdate",      "publishedDate", "ptime",
        "published_time", "createTime",  "create_time",  "created_at",  "articleDate",  "var ct",        NULL};
    for (const char *const *key = keys; *key != NULL; key++)
        if (find_scripted(out, html, length, *key)) return true;
    *out = (ss_date){0};
    return false;
}

/* A comma too many, or a quotation mark in a headline, makes JSON-LD unreadable; its date is easily found all the same. */
static void salvage_date(ss_page_head *head, const char *json)
{
    ss_date date;
    if (head->date_rank > 0 || !find_scripted(&date, json, strlen(json), "datePublished")) return;
    head->published = date;
    head->date_rank = SS_DATE_JSON_PAGE;
}

/* JSON-LD that is broken tells nothing else; the page is read without it. */
static ss_status read_json_script(ss_page_head *head, const char *text, size_t length)
{
    char *json;
    SS_TRY(ss_copy_text(&json, text, length));
    /* Line ends and tabs within strings are the commonest mistake in it; elsewhere they are white space anyway. */
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)json[i] < ' ') json[i] = ' ';
    size_t start = strcspn(json, "{["); /* behind a comment mark, as in <!-- { ... } --> */
    errno = 0;                          /* out of memory, jansson may say that the JSON is broken */
    json_t *root = json_loadb(json + start, length - start, JSON_DISABLE_EOF_CHECK, NULL);
    bool no_memory = root == NULL && errno == ENOMEM;
    if (root == NULL) salvage_date(head, json);
    free(json);
    if (root == NULL) return no_memory ? ss_fail_memory(length) : SS_OK;
    ss_status status = read_json_value(head, root, 0);
    json_decref(root);
    return status;
}

/* -------------------------------------------------------------- elements */

static bool is_one_of(const char *key, const char *const *keys)
{
    for (; *keys != NULL; keys++)
        if (strcasecmp(key, *keys) == 0) return true;
    return false;
}

static ss_status offer_meta_author(ss_page_head *head, const char *text)
{
    if (ss_is_web_address(text)) return SS_OK;
    if (strncasecmp(text, "by ", 3) == 0) text += 3;
    return ss_fact_offer(&head->author, AUTHOR_META, text, strlen(text));
}

/* The rank of a date under a name such as article:published_time, PubDate or publish-date; 0: of nothing that dates an
 * article. */
static int rank_of_date(const char *key)
{
    static const char *const published[] = {"dc.date.issued",
                                            "dcterms.issued",
                                            "dc:issued",
                                            "dc.issued",
                                            "issued",
                                            "sailthru.date",
                                            "weibo:article:create_at",
                                            "og:release_date",
                                            "release_date",
                                            "article:published",
                                            "article_date_original",
                                            "twt-published-at",
                                            "dateposted",
                                            "displaydate",
                                            "pdate",
                                            "ptime",
                                            NULL};
    static const char *const created[] = {"date",
                                          "dc.date",
                                          "dc:date",
                                          "dcterms.date",
                                          "created",
                                          "date_created",
                                          "datecreated",
                                          "dc.created",
                                          "dc:created",
                                          "dc.date.created",
                                          "dcterms.created",
                                          "article.created",
                                          "article:create_time",
                                          "content_create_date",
                                          "citation_date",
                                          "doc_date",
                                          "gentime",
                                          "apub:time",
                                          "og:time",
                                          NULL};
    static const char *const others[] = {"mod", "updat", "unpub", "expir", NULL};
    bool dated = strcasestr(key, "date") != NULL || strcasestr(key, "time") != NULL;
    bool told = (dated && strcasestr(key, "pub") != NULL) || is_one_of(key, published);
    int rank = told ? SS_DATE_META : is_one_of(key, created) ? SS_DATE_CREATED : 0;
    for (const char *const *other = others; rank > 0 && *other != NULL; other++)
        if (strcasestr(key, *other) != NULL) rank = 0;
    return rank;
}

static ss_status read_meta(ss_page_head *head, const char **attributes)
{
    static const char *const authors[] = {"author",     "article:author",  "og:article:author", "byl", "parsely-author",
                                          "dc.creator", "dcterms.creator", "sailthru.author",   NULL};
    static const char *const sites[] = {"application-name", "publisher", "dc.publisher", NULL};
    static const char *const languages[] = {"og:locale", "language", "dc.language", NULL};
    const char *content = ss_html_attribute(attributes, "content");
    const char *key = ss_html_attribute(attributes, "property");
    if (key == NULL) key = ss_html_attribute(attributes, "name");
    if (key == NULL) key = ss_html_attribute(attributes, "itemprop");
    if (key == NULL || content == NULL) return SS_OK;
    size_t length = strlen(content);
    if (strcasecmp(key, "og:title") == 0) return ss_fact_offer(&head->title, SS_TITLE_OPEN_GRAPH, content, length);
    if (strcasecmp(key, "og:site_name") == 0) return ss_fact_offer(&head->site, SS_SITE_OPEN_GRAPH, content, length);
    if (strcasecmp(key, "og:url") == 0) return offer_url(head, URL_OPEN_GRAPH, content);
    if (is_one_of(key, authors)) return offer_meta_author(head, content);
    if (is_one_of(key, languages)) return offer_lang(head, LANG_META, content);
    if (is_one_of(key, sites) && !ss_is_web_address(content))
        return ss_fact_offer(&head->site, SS_SITE_META, content, length);
    int rank = rank_of_date(key);
    return rank > 0 ? offer_date(head, rank, content) : SS_OK;
}

static ss_status read_html(ss_page_head *head, const char **attributes)
{
    const char *lang = ss_html_attribute(attributes, "lang");
    if (lang == NULL) lang = ss_html_attribute(attributes, "xml:lang");
    return lang != NULL ? offer_lang(head, LANG_ELEMENT, lang) : SS_OK;
}

/* Microdata and RDFa on an element in sight: <span itemprop="datePublished" content="...">, <span property="dc:date
 * dc:created" content="..."> */
static ss_status read_property(ss_page_head *head, const char **attributes)
{
    const char *names = ss_html_attribute(attributes, "itemprop");
    if (names == NULL) names = ss_html_attribute(attributes, "property");
    if (names == NULL) return SS_OK;
    const char *value = ss_html_attribute(attributes, "datetime");
    if (value == NULL) value = ss_html_attribute(attributes, "content");
    for (size_t length; *names != '\0'; names += length + (names[length] == ' ')) {
        char name[MOST_NAME];
        length = strcspn(names, " ");
        if (length >= sizeof name) continue;
        memcpy(name, names, length);
        name[length] = '\0';
        int rank = rank_of_date(name);
        if (rank == SS_DATE_META) rank = SS_DATE_MARKED;
        if (rank > 0) SS_TRY(offer_date(head, rank, value));
    }
    return SS_OK;
}

ss_status ss_page_head_element(ss_page_head *head, const ss_html_element *element, bool visible)
{
    const char *name = element->name, **attributes = element->attributes;
    if (ss_html_same(name, "meta")) return read_meta(head, attributes);
    if (ss_html_same(name, "html")) return read_html(head, attributes);
    if (ss_html_same(name, "link")) {
        const char *rel = ss_html_attribute(attributes, "rel");
        bool canonical = rel != NULL && strcasecmp(rel, "canonical") == 0;
        const char *property = ss_html_attribute(attributes, "itemprop");
        bool main = property != NULL && strcasecmp(property, "mainEntityOfPage") == 0;
        if (!canonical && !main) return SS_OK;
        return offer_url(head, canonical ? URL_CANONICAL : URL_JSON, ss_html_attribute(attributes, "href"));
    }
    if (ss_html_same(name, "script")) {
        const char *type = ss_html_attribute(attributes, "type");
        head->json_script = type != NULL && strncasecmp(type, "application/ld+json", 19) == 0;
    }
    return visible ? read_property(head, attributes) : SS_OK;
}

ss_status ss_page_head_content(ss_page_head *head, const char *name, const char *text, size_t length)
{
    if (ss_html_same(name, "title")) return ss_fact_offer(&head->name, 1, text, length);
    return head->json_script ? read_json_script(head, text, length) : SS_OK;
}
