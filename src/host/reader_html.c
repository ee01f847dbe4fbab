/* HTML page -> article: what its head tells, and the part of the visible text that is the article. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "date.h"
#include "document.h"
#include "html.h"
#include "reader.h"
#include "status.h"

#define MAX_JSON_DEPTH 8   /* of nested objects that are searched */
#define GOOD_BODY      200 /* characters that make a part of the page good enough to be the article, */
#define GOOD_PERCENT   40  /* or its share of the whole text */

/* Where a fact was found, best first. 0 is none. */
enum { TITLE_OPEN_GRAPH = 1, TITLE_JSON, TITLE_HEADING, TITLE_ELEMENT };
enum { SITE_OPEN_GRAPH = 1, SITE_JSON };
enum { URL_CANONICAL = 1, URL_OPEN_GRAPH };
enum { DATE_JSON = 1, DATE_META, DATE_TIME_PUBLISHED, DATE_JSON_PAGE, DATE_TIME };

/* A fact and its rank. */
typedef struct fact {
    char *text;
    int rank;
} fact;

typedef struct page_head {
    fact title, site, url, lang;
    fact body; /* JSON-LD articleBody */
    ss_date published;
    int date_rank;
    bool json_script; /* the open <script> holds JSON-LD */
} page_head;

static void clear_head(page_head *head)
{
    fact *facts[] = {&head->title, &head->site, &head->url, &head->lang, &head->body};
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        free(facts[i]->text);
}

static bool is_wanted(const fact *known, int rank)
{
    return known->rank == 0 || rank < known->rank;
}

/* Keeps `text`, which it takes over, if it says anything. */
static void keep(fact *known, int rank, char *text)
{
    if (*text == '\0') {
        free(text);
        return;
    }
    free(known->text);
    *known = (fact){text, rank};
}

/* Keeps a fact unless one as good is known. */
static ss_status offer(fact *known, int rank, const char *text, size_t length)
{
    if (text == NULL || !is_wanted(known, rank)) return SS_OK;
    char *line;
    SS_TRY(ss_copy_line(&line, text, length));
    keep(known, rank, line);
    return SS_OK;
}

static void offer_date(page_head *head, int rank, const char *text)
{
    ss_date date;
    if (text == NULL || (head->date_rank > 0 && head->date_rank <= rank)) return;
    if (!ss_date_parse(&date, text, strlen(text))) return;
    head->published = date;
    head->date_rank = rank;
}

static ss_status offer_url(page_head *head, int rank, const char *text)
{
    if (text == NULL || !ss_is_web_address(text)) return SS_OK;
    return offer(&head->url, rank, text, strlen(text));
}

/* --------------------------------------------------------------- JSON-LD */

/* Strings in JSON-LD may hold HTML. With `lines` the lines of the text stay. */
static ss_status offer_json(fact *known, int rank, const json_t *value, bool lines)
{
    if (!json_is_string(value) || !is_wanted(known, rank)) return SS_OK;
    ss_html_text plain;
    char *text = NULL;
    ss_status status = ss_html_read(&plain, json_string_value(value), json_string_length(value), true, NULL);
    if (status == SS_OK)
        status = lines ? ss_copy_text(&text, plain.text.data, plain.text.length)
                       : ss_copy_line(&text, plain.text.data, plain.text.length);
    if (status == SS_OK) keep(known, rank, text);
    ss_html_text_clear(&plain);
    return status == SS_ERROR_INPUT ? SS_OK : status;
}

static ss_status read_json_object(page_head *head, const json_t *object)
{
    bool article = json_is_string(json_object_get(object, "headline"));
    const json_t *date = json_object_get(object, "datePublished");
    offer_date(head, article ? DATE_JSON : DATE_JSON_PAGE, json_string_value(date));
    if (!article) return SS_OK;
    SS_TRY(offer_json(&head->title, TITLE_JSON, json_object_get(object, "headline"), false));
    SS_TRY(offer_json(&head->body, 1, json_object_get(object, "articleBody"), true));
    const json_t *publisher = json_object_get(object, "publisher");
    if (json_is_array(publisher)) publisher = json_array_get(publisher, 0);
    return offer_json(&head->site, SITE_JSON, json_object_get(publisher, "name"), false);
}

static ss_status read_json_value(page_head *head, const json_t *value, int depth)
{
    if (depth == MAX_JSON_DEPTH) return SS_OK;
    for (size_t i = 0; i < json_array_size(value); i++)
        SS_TRY(read_json_value(head, json_array_get(value, i), depth + 1));
    if (!json_is_object(value)) return SS_OK;
    SS_TRY(read_json_object(head, value));
    SS_TRY(read_json_value(head, json_object_get(value, "@graph"), depth + 1));
    return read_json_value(head, json_object_get(value, "mainEntity"), depth + 1);
}

/* JSON-LD that is broken tells nothing; the page is read without it. */
static ss_status read_json_script(page_head *head, const char *text, size_t length)
{
    size_t start = 0; /* behind a comment mark, as in <!-- { ... } --> */
    while (start < length && text[start] != '{' && text[start] != '[')
        start++;
    if (start == length) return SS_OK;
    json_error_t error = {0};
    json_t *root = json_loadb(text + start, length - start, JSON_DISABLE_EOF_CHECK, &error);
    if (root == NULL) return *error.text == '\0' ? ss_fail_memory(length) : SS_OK; /* memory fails without a word */
    ss_status status = read_json_value(head, root, 0);
    json_decref(root);
    return status;
}

/* -------------------------------------------------------------- elements */

static ss_status read_meta(page_head *head, const char **attributes)
{
    static const char *const date_keys[] = {"article:published_time",
                                            "article:published",
                                            "og:published_time",
                                            "og:article:published_time",
                                            "datepublished",
                                            "pubdate",
                                            "publishdate",
                                            "publish_date",
                                            "publish-date",
                                            "published_time",
                                            "publication_date",
                                            "date",
                                            "dc.date",
                                            "dc.date.issued",
                                            "dcterms.date",
                                            "dcterms.issued",
                                            "dcterms.created",
                                            "sailthru.date",
                                            "parsely-pub-date",
                                            "cxenseparse:recs:publishtime",
                                            "apub:time",
                                            "_pubtime",
                                            "publishedtime",
                                            NULL};
    const char *content = ss_html_attribute(attributes, "content");
    const char *key = ss_html_attribute(attributes, "property");
    if (key == NULL) key = ss_html_attribute(attributes, "name");
    if (key == NULL) key = ss_html_attribute(attributes, "itemprop");
    if (key == NULL || content == NULL) return SS_OK;
    size_t length = strlen(content);
    if (strcasecmp(key, "og:title") == 0) return offer(&head->title, TITLE_OPEN_GRAPH, content, length);
    if (strcasecmp(key, "og:site_name") == 0) return offer(&head->site, SITE_OPEN_GRAPH, content, length);
    if (strcasecmp(key, "og:url") == 0) return offer_url(head, URL_OPEN_GRAPH, content);
    for (const char *const *date_key = date_keys; *date_key != NULL; date_key++)
        if (strcasecmp(key, *date_key) == 0) offer_date(head, DATE_META, content);
    return SS_OK;
}

static ss_status on_element(void *user, const char *name, const char **attributes, bool visible)
{
    page_head *head = user;
    if (strcmp(name, "meta") == 0) return read_meta(head, attributes);
    if (strcmp(name, "html") == 0) {
        const char *lang = ss_html_attribute(attributes, "lang");
        if (lang == NULL) lang = ss_html_attribute(attributes, "xml:lang");
        return lang != NULL ? offer(&head->lang, 1, lang, strlen(lang)) : SS_OK;
    }
    if (strcmp(name, "link") == 0) {
        const char *rel = ss_html_attribute(attributes, "rel");
        bool canonical = rel != NULL && strcasecmp(rel, "canonical") == 0;
        return canonical ? offer_url(head, URL_CANONICAL, ss_html_attribute(attributes, "href")) : SS_OK;
    }
    if (strcmp(name, "script") == 0) {
        const char *type = ss_html_attribute(attributes, "type");
        head->json_script = type != NULL && strncasecmp(type, "application/ld+json", 19) == 0;
    }
    if (strcmp(name, "time") == 0 && visible) {
        const char *property = ss_html_attribute(attributes, "itemprop");
        bool published = property != NULL && strcasecmp(property, "datePublished") == 0;
        offer_date(head, published ? DATE_TIME_PUBLISHED : DATE_TIME, ss_html_attribute(attributes, "datetime"));
    }
    return SS_OK;
}

static ss_status on_content(void *user, const char *name, const char *text, size_t length)
{
    page_head *head = user;
    if (strcmp(name, "title") == 0) return offer(&head->title, TITLE_ELEMENT, text, length);
    return head->json_script ? read_json_script(head, text, length) : SS_OK;
}

/* --------------------------------------------------------------- article */

/* Cuts " - Site name" and its like off a title. */
static void cut_site_name(char *title, const char *site)
{
    size_t length = strlen(title), site_length = strlen(site);
    if (site_length == 0 || length <= site_length) return;
    size_t cut = length - site_length;
    if (strcasecmp(title + cut, site) != 0) return;
    static const char *const marks[] = {"-", "|", "_", ":", "\xe2\x80\x93", "\xe2\x80\x94", "\xc2\xb7", "\xc2\xbb"};
    while (cut > 0 && title[cut - 1] == ' ')
        cut--;
    size_t before_mark = cut;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t size = strlen(marks[i]);
        if (before_mark == cut && cut > size && memcmp(title + cut - size, marks[i], size) == 0) before_mark -= size;
    }
    if (before_mark == cut) return;
    while (before_mark > 0 && title[before_mark - 1] == ' ')
        before_mark--;
    if (before_mark > 0) title[before_mark] = '\0';
}

/* Characters that are no ASCII white space. */
static size_t count_characters(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)text[i] & 0xc0) != 0x80 && (unsigned char)text[i] > ' ';
    return count;
}

/* The part of the page that is the article: where the page marks one, and else what follows its heading. */
static ss_range choose_body(const ss_html_text *page, size_t all)
{
    const ss_range parts[] = {page->article, page->main, {page->heading.end, page->text.length}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t count = count_characters(page->text.data + parts[i].start, parts[i].end - parts[i].start);
        if (count > GOOD_BODY || count * 100 > all * GOOD_PERCENT) return parts[i];
    }
    return (ss_range){0, page->text.length};
}

static ss_status set_text(ss_article *article, const ss_html_text *page, const page_head *head)
{
    size_t all = count_characters(page->text.data, page->text.length);
    const char *lang = head->lang.text;
    if (head->body.text != NULL) {
        size_t length = strlen(head->body.text);
        size_t count = count_characters(head->body.text, length);
        if (count > GOOD_BODY || count * 100 > all * GOOD_PERCENT)
            return ss_document_finish(article, head->body.text, length, lang);
    }
    ss_range body = choose_body(page, all);
    return ss_document_finish(article, page->text.data + body.start, body.end - body.start, lang);
}

/* A date that the head does not tell: in the address, below the heading, on top of the page. */
static void find_date(page_head *head, const ss_html_text *page)
{
    const char *url = head->url.text;
    const char *text = page->text.data;
    size_t heading = page->heading.start;
    if (head->date_rank > 0) return;
    if (url != NULL && ss_date_find_in_url(&head->published, url, strlen(url))) return;
    if (ss_date_find(&head->published, text + heading, page->text.length - heading)) return;
    ss_date_find(&head->published, text, page->text.length);
}

static ss_status fill_article(ss_article *article, const ss_html_text *page, page_head *head)
{
    SS_TRY(offer(&head->title, TITLE_HEADING, page->text.data + page->heading.start,
                 page->heading.end - page->heading.start));
    if (head->title.text != NULL && head->site.text != NULL) cut_site_name(head->title.text, head->site.text);
    find_date(head, page);
    article->published = head->published;
    article->title = head->title.text;
    article->source = head->site.text;
    article->url = head->url.text;
    head->title.text = head->site.text = head->url.text = NULL;
    return set_text(article, page, head);
}

ss_status ss_parse_html(ss_article *article, const char *text, size_t length)
{
    page_head head = {0};
    ss_html_text page;
    const ss_html_hooks hooks = {&head, on_element, on_content};
    ss_status status = ss_html_read(&page, text, length, false, &hooks);
    if (status == SS_OK) status = fill_article(article, &page, &head);
    ss_html_text_clear(&page);
    clear_head(&head);
    return status;
}
