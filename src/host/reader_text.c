/* Plain text -> article: the headline is the first line that looks like one. */
#include "date.h"
#include "reader.h"
#include "status.h"

#include <string.h>

#define LONGEST_HEADLINE 200 /* bytes: so many Latin letters, or a third as many Chinese characters */
#define SEARCHED_LINES   40

/* A line without the white space around it. */
typedef struct ss_span {
    const char *text;
    size_t length;
} ss_span;

/* Bytes of white space at the start, or the end, of a line; an ideographic space indents Chinese paragraphs. */
static size_t space_before(ss_span span)
{
    if (span.length > 0 && memchr(" \t\r\n\f\v", span.text[0], 6) != NULL) return 1;
    return span.length >= 3 && memcmp(span.text, "\xe3\x80\x80", 3) == 0 ? 3 : 0;
}

static size_t space_after(ss_span span)
{
    if (span.length > 0 && memchr(" \t\r\n\f\v", span.text[span.length - 1], 6) != NULL) return 1;
    return span.length >= 3 && memcmp(span.text + span.length - 3, "\xe3\x80\x80", 3) == 0 ? 3 : 0;
}

static ss_span trim(ss_span span)
{
    for (size_t count; (count = space_before(span)) > 0; span.length -= count)
        span.text += count;
    for (size_t count; (count = space_after(span)) > 0;)
        span.length -= count;
    return span;
}

/* Takes the first line off *rest. */
static ss_span take_line(ss_span *rest)
{
    const char *newline = memchr(rest->text, '\n', rest->length);
    size_t length = newline != NULL ? (size_t)(newline - rest->text) : rest->length;
    ss_span line = {rest->text, length};
    size_t taken = newline != NULL ? length + 1 : length;
    rest->text += taken;
    rest->length -= taken;
    return trim(line);
}

/* Words of a Latin script; a Chinese character counts half a word. */
static size_t count_words(ss_span line)
{
    size_t words = 0, han = 0;
    bool inside = false;
    for (size_t i = 0; i < line.length; i++) {
        unsigned char byte = (unsigned char)line.text[i];
        if (byte >= 0xe3) han++;
        bool letter = byte > ' ' && byte < 0x80;
        words += letter && !inside;
        inside = letter;
    }
    return words + han / 2;
}

/* Advertisement, Business, 首页: what a saved page has above its headline. */
static bool is_navigation(ss_span line)
{
    return count_words(line) < 2;
}

/* On a page with navigation lines the headline is the first line of five words that stands between blank lines. A long
 * paragraph before it means that the headline was not saved. */
static ss_span find_lone_headline(ss_span rest, ss_span *body)
{
    bool after_blank = true;
    for (size_t i = 0; i < SEARCHED_LINES && rest.length > 0; i++) {
        ss_span line = take_line(&rest);
        if (line.length > LONGEST_HEADLINE) break;
        ss_span ahead = rest;
        bool before_blank = take_line(&ahead).length == 0;
        if (line.length > 0 && after_blank && before_blank && count_words(line) >= 5) {
            *body = trim(rest);
            return line;
        }
        after_blank = line.length == 0;
    }
    return (ss_span){0};
}

/* The headline of `all`, of length 0 if it has none; *body is what follows it. */
static ss_span find_headline(ss_span all, ss_span *body)
{
    ss_span rest = all;
    bool navigation = false;
    *body = all;
    for (size_t i = 0; i < SEARCHED_LINES && rest.length > 0; i++) {
        ss_span line = take_line(&rest);
        ss_date date;
        if (line.length == 0 || ss_date_parse(&date, line.text, line.length)) continue;
        if (is_navigation(line)) {
            navigation = true;
            continue;
        }
        if (navigation) {
            ss_span lone = find_lone_headline(all, body);
            if (lone.length > 0) return lone;
        }
        ss_span after = trim(rest);
        if (line.length > LONGEST_HEADLINE || after.length == 0) break;
        *body = after;
        return line;
    }
    return (ss_span){0};
}

ss_status ss_parse_text(ss_article *article, const char *text, size_t length)
{
    ss_span all = trim((ss_span){text, length}), body;
    if (all.length == 0) return ss_fail(SS_ERROR_INPUT, "no text in it");
    ss_span headline = find_headline(all, &body);
    SS_TRY(ss_copy_text(&article->title, headline.text, headline.length));
    SS_TRY(ss_copy_text(&article->text, body.text, body.length));
    if (!ss_date_find(&article->published, NULL, all.text, all.length)) article->published = (ss_date){0};
    return ss_article_detect_lang(article);
}
