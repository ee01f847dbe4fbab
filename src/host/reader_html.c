/* HTML page -> article: what its head tells, and the part of the visible text that is the article. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "date.h"
#include "date_token.h"
#include "document.h"
#include "main_text.h"
#include "page.h"
#include "page_byline.h"
#include "page_custom.h"
#include "page_date.h"
#include "page_title.h"
#include "reader.h"
#include "status.h"

#define GOOD_BODY 200 /* characters from which on a body in JSON-LD may stand for what the page shows */

/* Characters that are no ASCII white space. */
static size_t count_characters(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)text[i] & 0xc0) != 0x80 && (unsigned char)text[i] > ' ';
    return count;
}

/* A date such as 9/4/2018 in the head, if that tells none as well as it. */
static bool clear_date(ss_date *date, const ss_page_head *head, const ss_date_custom *custom)
{
    const char *text = head->unclear_date.text;
    size_t used;
    ss_date found;
    if (text == NULL || (head->date_rank > 0 && head->date_rank < head->unclear_date.rank)) return false;
    if (!ss_date_parse_prefix(&found, custom, text, strlen(text), &used)) return false;
    *date = found;
    return true;
}

/* A date that the head does not tell: in the address, around the heading, in a script, anywhere. */
static void find_date(ss_date *date, ss_date_custom *custom, const ss_page *page, const ss_page_article *place,
                      const char *url, const char *html, size_t length)
{
    ss_date filed, seen, changed;
    if (url != NULL && ss_date_find_in_url(&filed, url, strlen(url))) {
        /* What the page shows may tell the hour too. */
        bool same = ss_page_find_date(&seen, custom, page, place) && ss_date_day(seen) == ss_date_day(filed);
        *date = same ? seen : filed;
        return;
    }
    if (ss_page_find_date(date, custom, page, place)) return;
    changed = *date;
    if (ss_page_head_find_date(date, html, length) || ss_page_find_date_anywhere(date, custom, page)) return;
    *date = changed;
    custom->year = ss_page_year(url);
    if (custom->year > 0 && ss_page_find_date(&seen, custom, page, place)) *date = seen;
}

static void set_date(ss_article *article, const ss_page_head *head, const ss_page *page, const ss_page_article *place,
                     const char *html, size_t length)
{
    ss_date_custom custom;
    article->published = head->published;
    if (head->date_rank > 0 && head->unclear_date.text == NULL) return;
    ss_page_custom(&custom, page, head, article->url, article->lang);
    if (!clear_date(&article->published, head, &custom) && head->date_rank == 0)
        find_date(&article->published, &custom, page, place, article->url, html, length);
}

/* What was told in seconds since 1970 is shown on the clock that readers of Chinese live by. */
static void set_zone(ss_article *article)
{
    ss_date *date = &article->published;
    if (date->zone_minutes == SS_ZONE_UNTOLD) date->zone_minutes = article->lang == SS_LANG_ZH ? SS_BEIJING : 0;
}

/* The host of an address, without "www.". */
static ss_status copy_host(char **out, const char *url)
{
    const char *host = strstr(url, "://");
    host = host != NULL ? host + 3 : url;
    if (strncasecmp(host, "www.", 4) == 0) host += 4;
    return ss_copy_text(out, host, strcspn(host, "/:?#"));
}

/* Where the reader knows the address (a crawl tells it), that of the page's own is better still: it is without what
 * brought the visitor there. */
static ss_status set_origin(ss_article *article, ss_page_head *head)
{
    if (head->url.text != NULL) {
        free(article->url);
        article->url = head->url.text;
        head->url.text = NULL;
    }
    article->source = head->site.text;
    head->site.text = NULL;
    if (article->source == NULL && article->url != NULL) return copy_host(&article->source, article->url);
    return SS_OK;
}

/* The body that JSON-LD holds, where the page shows but a beginning of it, or nothing without scripts. */
static bool is_body_better(const char *body, const ss_buffer *text)
{
    if (body == NULL) return false;
    size_t count = count_characters(body, strlen(body));
    return count > GOOD_BODY && count > 2 * count_characters(text->data, text->length);
}

static ss_status fill_article(ss_article *article, ss_page_article *place, const ss_page *page, ss_page_head *head)
{
    ss_buffer text = {0};
    SS_TRY(ss_page_find_title(head, page, &place->heading));
    article->title = head->title.text;
    head->title.text = NULL;
    SS_TRY(set_origin(article, head));
    ss_status status = ss_main_text(&text, page, article->title, &place->start, &place->end);
    const char *body = text.data != NULL ? text.data : "";
    size_t length = text.length;
    if (is_body_better(head->body.text, &text)) {
        body = head->body.text;
        length = strlen(body);
    }
    if (status == SS_OK) status = ss_document_finish(article, body, length, head->lang.text);
    ss_buffer_free(&text);
    SS_TRY(status);
    return ss_page_find_author(&article->author, head->author.text, article->source, page, place);
}

ss_status ss_parse_html(ss_article *article, const char *text, size_t length)
{
    ss_page_head head = {0};
    ss_page page = {0};
    ss_status status = ss_page_read(&page, &head, text, length);
    ss_page_article place = {0};
    if (status == SS_OK) status = fill_article(article, &place, &page, &head);
    if (status == SS_OK) set_date(article, &head, &page, &place, text, length);
    set_zone(article);
    ss_page_clear(&page);
    ss_page_head_clear(&head);
    return status;
}
