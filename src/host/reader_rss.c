/* Feeds (RSS 0.9 to 2.0, Atom) -> articles, through the events of libxml2's parser. Entities that the file declares are never
 * stored, so none can grow; nothing is fetched; and the parser's own bounds on depth and length hold. */
#include <libxml/HTMLparser.h>
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "date.h"
#include "document.h"
#include "html.h"
#include "reader.h"
#include "status.h"
#include "xml_errors.h"

/* Facts of an item; those of the channel stand for what it does not tell. */
typedef enum fact_kind { TITLE, LINK, ID, DATE, BODY, AUTHOR, SOURCE, LANG, FACTS } fact_kind;

typedef struct fact {
    char *text;
    int rank; /* of where it was found, best first; 0: not found */
} fact;

typedef enum name_space { ANY, PLAIN, CONTENT, DUBLIN_CORE } name_space;

/* What elements tell, and how well. */
static const struct told {
    const char *name;
    name_space space;
    fact_kind kind;
    int rank;
} told[] = {
    {"title", PLAIN, TITLE, 1},
    {"link", PLAIN, LINK, 1},
    {"guid", PLAIN, ID, 1},
    {"id", PLAIN, ID, 1},
    {"pubDate", PLAIN, DATE, 1},
    {"published", PLAIN, DATE, 1},
    {"issued", PLAIN, DATE, 2},
    {"date", DUBLIN_CORE, DATE, 3},
    {"created", PLAIN, DATE, 4},
    {"updated", PLAIN, DATE, 5},
    {"modified", PLAIN, DATE, 6},
    {"encoded", CONTENT, BODY, 1},
    {"content", PLAIN, BODY, 2},
    {"description", PLAIN, BODY, 3},
    {"summary", PLAIN, BODY, 4},
    {"source", PLAIN, SOURCE, 1},
    {"creator", DUBLIN_CORE, AUTHOR, 1},
    {"author", PLAIN, AUTHOR, 2},
    {"language", PLAIN, LANG, 1},
    {"language", DUBLIN_CORE, LANG, 1},
};
#define TOLD (sizeof told / sizeof *told)

typedef struct rss_walk {
    xmlParserCtxtPtr parser;
    ss_take_item take;
    void *user;
    ss_status status;
    char *broken;            /* the first error */
    int depth;               /* of the element that is open */
    int item, channel;       /* their depths; 0: none is open */
    const struct told *open; /* whose text is being collected, and its depth */
    int open_depth;
    bool plain; /* that text holds no markup: Atom's type="text" */
    bool tree;  /* it is markup with its elements as XML: Atom's type="xhtml" */
    bool muted; /* the characters that come do not belong to it */
    ss_buffer text;
    xmlChar character[8]; /* that an entity stands for */
    xmlEntity entity;
    fact of_item[FACTS], of_channel[FACTS];
} rss_walk;

static void clear_facts(fact *facts)
{
    for (int i = 0; i < FACTS; i++)
        free(facts[i].text);
    memset(facts, 0, FACTS * sizeof *facts);
}

static void stop(rss_walk *walk, ss_status status)
{
    if (status == SS_OK || walk->status != SS_OK) return;
    walk->status = status;
    xmlStopParser(walk->parser);
}

/* ------------------------------------------------------------------- facts */

/* Markup becomes what a reader sees; text without any stays as it is. */
static ss_status make_plain(char **out, const char *text, size_t length, bool lines)
{
    *out = NULL;
    bool marked = memchr(text, '<', length) != NULL || memchr(text, '&', length) != NULL;
    if (!marked) return lines ? ss_copy_text(out, text, length) : ss_copy_line(out, text, length);
    ss_buffer page;
    ss_status status = ss_html_read(&page, text, length, false, NULL);
    if (status == SS_OK)
        status = lines ? ss_copy_text(out, page.data, page.length) : ss_copy_line(out, page.data, page.length);
    ss_buffer_free(&page);
    return status;
}

/* Keeps what an element told, if it says anything and nothing better is known. */
static ss_status keep(fact *known, int rank, fact_kind kind, const char *text, size_t length, bool plain)
{
    if (known->rank > 0 && known->rank <= rank) return SS_OK;
    char *copy;
    if (plain || kind == LINK || kind == ID || kind == DATE)
        SS_TRY(kind == BODY ? ss_copy_text(&copy, text, length) : ss_copy_line(&copy, text, length));
    else
        SS_TRY(make_plain(&copy, text, length, kind == BODY));
    if (copy[strspn(copy, " \t\r\n")] == '\0') {
        free(copy);
        return SS_OK;
    }
    free(known->text);
    *known = (fact){copy, rank};
    return SS_OK;
}

static void give(char **to, fact *from)
{
    *to = from->text;
    from->text = NULL;
}

static ss_status fill_item(rss_walk *walk, ss_article *article)
{
    fact *item = walk->of_item, *channel = walk->of_channel;
    const char *date = item[DATE].text;
    if (date != NULL) ss_date_parse(&article->published, date, strlen(date));
    give(&article->title, &item[TITLE]);
    give(&article->author, &item[AUTHOR]);
    give(&article->id, &item[ID]);
    if (item[LINK].text != NULL && ss_is_web_address(item[LINK].text))
        give(&article->url, &item[LINK]);
    else if (article->id != NULL && ss_is_web_address(article->id))
        SS_TRY(ss_copy_text(&article->url, article->id, strlen(article->id)));
    if (item[SOURCE].text != NULL)
        give(&article->source, &item[SOURCE]);
    else if (channel[TITLE].text != NULL)
        SS_TRY(ss_copy_text(&article->source, channel[TITLE].text, strlen(channel[TITLE].text)));
    const char *body = item[BODY].text != NULL ? item[BODY].text : "";
    const char *lang = item[LANG].text != NULL ? item[LANG].text : channel[LANG].text;
    return ss_document_finish(article, body, strlen(body), lang);
}

static ss_status end_item(rss_walk *walk)
{
    ss_article article = {0};
    ss_status status = fill_item(walk, &article);
    clear_facts(walk->of_item);
    walk->item = 0;
    if (status != SS_OK) ss_article_clear(&article);
    walk->take(walk->user, &article, status);
    return SS_OK;
}

/* ---------------------------------------------------------------- elements */

static name_space space_of(const xmlChar *uri)
{
    static const struct {
        const char *uri;
        name_space space;
    } known[] = {
        {"http://www.w3.org/2005/Atom", PLAIN},
        {"http://purl.org/atom/ns#", PLAIN},
        {"http://purl.org/rss/1.0/", PLAIN},
        {"http://channel.netscape.com/rdf/simple/0.9/", PLAIN},
        {"http://my.netscape.com/rdf/simple/0.9/", PLAIN},
        {"http://backend.userland.com/rss2", PLAIN},
        {"http://purl.org/rss/1.0/modules/content/", CONTENT},
        {"http://purl.org/dc/elements/1.1/", DUBLIN_CORE},
        {"http://purl.org/dc/terms/", DUBLIN_CORE},
    };
    if (uri == NULL) return PLAIN;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp((const char *)uri, known[i].uri) == 0) return known[i].space;
    return ANY;
}

static const struct told *find_told(const char *name, name_space in)
{
    for (size_t i = 0; i < TOLD; i++)
        if (told[i].space == in && strcmp(told[i].name, name) == 0) return &told[i];
    return NULL;
}

/* The value of an attribute among those of SAX2, five pointers each; NULL if it is not there. */
static const char *find_attribute(const xmlChar **attributes, int count, const char *name, size_t *length)
{
    for (int i = 0; i < count; i++) {
        const xmlChar **attribute = attributes + 5 * i;
        if (strcmp((const char *)attribute[0], name) != 0) continue;
        *length = (size_t)(attribute[4] - attribute[3]);
        return (const char *)attribute[3];
    }
    *length = 0;
    return NULL;
}

static bool attribute_is(const xmlChar **attributes, int count, const char *name, const char *value)
{
    size_t length;
    const char *found = find_attribute(attributes, count, name, &length);
    return found != NULL && length == strlen(value) && memcmp(found, value, length) == 0;
}

/* Atom's <link href>, of which only that to the page itself is one; and xml:lang. */
static ss_status read_attributes(fact *facts, const char *name, const xmlChar **attributes, int count)
{
    size_t length;
    const char *lang = find_attribute(attributes, count, "lang", &length);
    if (lang != NULL) SS_TRY(keep(&facts[LANG], 2, LANG, lang, length, true));
    if (strcmp(name, "link") != 0) return SS_OK;
    size_t rel_length;
    bool page = find_attribute(attributes, count, "rel", &rel_length) == NULL ||
                attribute_is(attributes, count, "rel", "alternate");
    const char *address = find_attribute(attributes, count, "href", &length);
    char *plain; /* libxml2 leaves an ampersand as &#38; */
    if (address == NULL || !page) return SS_OK;
    SS_TRY(make_plain(&plain, address, length, false));
    ss_status status = keep(&facts[LINK], 1, LINK, plain, strlen(plain), true);
    free(plain);
    return status;
}

/* The facts that the open element tells of, NULL if it is none of a channel's or item's own. The title of Atom's <source>, and
 * the name of its <author>, are told by what stands around them. */
static fact *facts_here(rss_walk *walk)
{
    if (walk->item > 0) return walk->depth == walk->item + 1 ? walk->of_item : NULL;
    return walk->depth == walk->channel + 1 ? walk->of_channel : NULL;
}

static void open_text(rss_walk *walk, const char *name, name_space in, const xmlChar **attributes, int count)
{
    walk->open = find_told(name, in);
    if (walk->open == NULL) return;
    walk->open_depth = walk->depth;
    walk->text.length = 0;
    walk->plain = attribute_is(attributes, count, "type", "text");
    walk->tree = attribute_is(attributes, count, "type", "xhtml");
    walk->muted = false;
}

/* A tag inside the element whose text is being collected. Of Atom's <source> the title alone is wanted, of its <author> the
 * name; elsewhere it is markup. */
static ss_status add_tag(rss_walk *walk, const char *opening, const char *name)
{
    ss_buffer *text = &walk->text;
    if (walk->open->kind == SOURCE || walk->open->kind == AUTHOR) {
        walk->muted = opening[1] == '/' || (strcmp(name, "title") != 0 && strcmp(name, "name") != 0);
        if (!walk->muted) text->length = 0;
        return SS_OK;
    }
    SS_TRY(ss_buffer_append(text, opening, strlen(opening)));
    SS_TRY(ss_buffer_append(text, name, strlen(name)));
    return ss_buffer_append(text, ">", 1);
}

static ss_status begin_element(rss_walk *walk, const char *name, const xmlChar *uri, const xmlChar **attributes,
                               int count)
{
    walk->depth++;
    if (walk->open != NULL) return add_tag(walk, "<", name);
    name_space in = space_of(uri);
    bool item = strcmp(name, "item") == 0 || strcmp(name, "entry") == 0;
    if (in == PLAIN && item && walk->item == 0) {
        walk->item = walk->depth;
        return read_attributes(walk->of_item, "", attributes, count);
    }
    bool channel = strcmp(name, "channel") == 0 || strcmp(name, "feed") == 0;
    if (in == PLAIN && channel && walk->item == 0) walk->channel = walk->depth;
    if (walk->depth == 1 || walk->depth == walk->channel)
        return read_attributes(walk->of_channel, "", attributes, count);
    fact *facts = facts_here(walk);
    if (facts == NULL) return SS_OK;
    open_text(walk, name, in, attributes, count);
    return in == PLAIN ? read_attributes(facts, name, attributes, count) : SS_OK;
}

static ss_status end_element(rss_walk *walk, const char *name)
{
    int depth = walk->depth--;
    if (walk->open != NULL && depth > walk->open_depth) return add_tag(walk, "</", name);
    if (walk->open != NULL) {
        const struct told *open = walk->open;
        fact *facts = walk->item > 0 ? walk->of_item : walk->of_channel;
        walk->open = NULL;
        if (walk->text.length == 0) return SS_OK;
        return keep(&facts[open->kind], open->rank, open->kind, walk->text.data, walk->text.length, walk->plain);
    }
    if (depth == walk->item) return end_item(walk);
    if (depth == walk->channel) walk->channel = 0;
    return SS_OK;
}

static ss_status add_characters(rss_walk *walk, const char *text, size_t length)
{
    if (walk->open == NULL || walk->muted) return SS_OK;
    if (!walk->tree) return ss_buffer_append(&walk->text, text, length);
    for (size_t i = 0; i < length; i++) {
        const char *escape = text[i] == '<' ? "&lt;" : text[i] == '&' ? "&amp;" : NULL;
        SS_TRY(ss_buffer_append(&walk->text, escape != NULL ? escape : text + i, escape != NULL ? strlen(escape) : 1));
    }
    return SS_OK;
}

/* ------------------------------------------------------------------ events */

/* Behind the first error, even where it recovers, libxml2 passes over all entities, &amp; too. */
static void go_on(rss_walk *walk)
{
    walk->parser->wellFormed = 1;
}

static void on_start(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespaces,
                     const xmlChar **namespace, int attributes, int defaulted, const xmlChar **attribute)
{
    (void)prefix, (void)namespaces, (void)namespace, (void)defaulted;
    rss_walk *walk = user;
    go_on(walk);
    if (walk->status == SS_OK) stop(walk, begin_element(walk, (const char *)name, uri, attribute, attributes));
}

static void on_end(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    (void)prefix, (void)uri;
    rss_walk *walk = user;
    if (walk->status == SS_OK) stop(walk, end_element(walk, (const char *)name));
}

static void on_characters(void *user, const xmlChar *text, int length)
{
    rss_walk *walk = user;
    go_on(walk);
    if (walk->status == SS_OK && length > 0) stop(walk, add_characters(walk, (const char *)text, (size_t)length));
}

/* Feeds use the names of HTML's characters, declared or not. In attributes libxml2 would take but the first byte. */
static xmlEntityPtr on_entity(void *user, const xmlChar *name)
{
    rss_walk *walk = user;
    const htmlEntityDesc *known = walk->open != NULL ? htmlEntityLookup(name) : NULL;
    if (known == NULL) return NULL;
    walk->character[xmlCopyChar(0, walk->character, (int)known->value)] = '\0';
    walk->entity = (xmlEntity){
        .type = XML_ENTITY_DECL, .name = name, .content = walk->character, .etype = XML_INTERNAL_PREDEFINED_ENTITY};
    return &walk->entity;
}

static ss_status note_broken(rss_walk *walk, int line, const char *what)
{
    char message[200];
    if (walk->broken != NULL) return SS_OK;
    snprintf(message, sizeof message, "line %d: %.*s", line, (int)strcspn(what, "\n"), what);
    return ss_copy_text(&walk->broken, message, strlen(message));
}

static void on_entity_declared(void *user, const xmlChar *name, int type, const xmlChar *public_id,
                               const xmlChar *system_id, xmlChar *content)
{
    (void)name, (void)type, (void)public_id, (void)system_id, (void)content;
    rss_walk *walk = user;
    stop(walk, note_broken(walk, xmlSAX2GetLineNumber(walk->parser),
                           "entities are declared, as no feed needs them; they are left out of the text"));
}

static void on_error(void *user, ss_xml_error *error)
{
    rss_walk *walk = user;
    if (walk->status != SS_OK) return;
    if (error->code == XML_ERR_NO_MEMORY) {
        stop(walk, ss_fail_memory(sizeof(xmlParserCtxt)));
        return;
    }
    if (error->code == XML_ERR_UNDECLARED_ENTITY || error->code == XML_WAR_UNDECLARED_ENTITY) return;
    if (error->level >= XML_ERR_ERROR)
        stop(walk, note_broken(walk, error->line, error->message != NULL ? error->message : "broken"));
}

static void walk_feed(rss_walk *walk, const char *text, size_t length)
{
    walk->parser = xmlCreateMemoryParserCtxt(text, (int)length);
    if (walk->parser == NULL) {
        walk->status = ss_fail_memory(length);
        return;
    }
    *walk->parser->sax = (xmlSAXHandler){.initialized = XML_SAX2_MAGIC,
                                         .startElementNs = on_start,
                                         .endElementNs = on_end,
                                         .characters = on_characters,
                                         .ignorableWhitespace = on_characters,
                                         .cdataBlock = on_characters,
                                         .entityDecl = on_entity_declared,
                                         .getEntity = on_entity};
    walk->parser->userData = walk;
    xmlCtxtUseOptions(walk->parser, XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
    xmlSwitchEncoding(walk->parser, XML_CHAR_ENCODING_UTF8);
    xmlParseDocument(walk->parser);
    xmlFreeDoc(walk->parser->myDoc);
    xmlFreeParserCtxt(walk->parser);
}

ss_status ss_parse_rss(const char *text, size_t length, ss_take_item take, void *user, char **broken)
{
    *broken = NULL;
    if (length > INT_MAX) return ss_fail(SS_ERROR_INPUT, "a feed of more than 2 GiB; split it");
    rss_walk walk = {.take = take, .user = user};
    ss_xml_errors before = ss_xml_errors_take(on_error, &walk);
    walk_feed(&walk, text, length);
    ss_xml_errors_give_back(before);
    clear_facts(walk.of_item);
    clear_facts(walk.of_channel);
    ss_buffer_free(&walk.text);
    *broken = walk.broken;
    return walk.status;
}
