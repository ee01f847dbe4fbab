/* HTML page -> article: what its head tells, and the part of the visible text that is the article. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "date.h"
#include "document.h"
#include "main_text.h"
#include "page.h"
#include "page_byline.h"
#include "reader.h"
#include "status.h"

#define GOOD_BODY 200 /* characters from which on a body in JSON-LD may stand for what the page shows */

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

/* Whether an element stands on top of the page rather than of an article: there <h1> is the name of the site. */
static bool is_of_page(const ss_page *page, const ss_page_element *element)
{
    bool header = false;
    for (; element != page->element; element = &page->element[element->parent]) {
        if (element->tag == SS_TAG_ARTICLE || element->tag == SS_TAG_MAIN) return false;
        header |= element->tag == SS_TAG_HEADER;
    }
    return header;
}

/* The first <h1> with text that is not the site's. */
static const ss_page_element *find_heading(const ss_page *page, const char *site)
{
    for (size_t i = 1; i < page->elements; i++) {
        const ss_page_element *element = &page->element[i];
        if (element->tag != SS_TAG_TITLE || element->end == element->start || is_of_page(page, element)) continue;
        const char *text = page->text.data + element->start;
        text += strspn(text, " \n");
        bool named = site != NULL && strncasecmp(text, site, strlen(site)) == 0;
        if (!named) return element;
    }
    return NULL;
}

static ss_status set_title(ss_article *article, ss_page_head *head, const ss_page *page, const ss_page_element *heading)
{
    if (heading != NULL)
        SS_TRY(ss_fact_offer(&head->title, SS_TITLE_HEADING, page->text.data + heading->start,
                             heading->end - heading->start));
    if (head->title.text != NULL && head->site.text != NULL) cut_site_name(head->title.text, head->site.text);
    article->title = head->title.text;
    head->title.text = NULL;
    return SS_OK;
}

/* A date that the head does not tell: in the address, around the heading. */
static void set_date(ss_article *article, const ss_page_head *head, const ss_page *page, const ss_page_article *place)
{
    const char *url = article->url;
    if (head->date_rank > 0)
        article->published = head->published;
    else if (url == NULL || !ss_date_find_in_url(&article->published, url, strlen(url)))
        ss_page_find_date(&article->published, page, place);
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

static ss_status fill_article(ss_article *article, const ss_page *page, ss_page_head *head)
{
    const ss_page_element *heading = find_heading(page, head->site.text);
    ss_page_article place = {.heading = heading != NULL ? heading->start : 0};
    ss_buffer text = {0};
    SS_TRY(set_title(article, head, page, heading));
    SS_TRY(set_origin(article, head));
    ss_status status = ss_main_text(&text, page, article->title, &place.start, &place.end);
    const char *body = text.data != NULL ? text.data : "";
    size_t length = text.length;
    if (is_body_better(head->body.text, &text)) {
        body = head->body.text;
        length = strlen(body);
    }
    if (status == SS_OK) status = ss_document_finish(article, body, length, head->lang.text);
    ss_buffer_free(&text);
    SS_TRY(status);
    set_date(article, head, page, &place);
    article->author = head->author.text;
    head->author.text = NULL;
    return article->author != NULL ? SS_OK : ss_page_find_author(&article->author, page, &place);
}

ss_status ss_parse_html(ss_article *article, const char *text, size_t length)
{
    ss_page_head head = {0};
    ss_page page = {0};
    ss_status status = ss_page_read(&page, &head, text, length);
    if (status == SS_OK) status = fill_article(article, &page, &head);
    ss_page_clear(&page);
    ss_page_head_clear(&head);
    return status;
}
