#include "random_articles.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tiny_model.h"

uint64_t random_seed;

size_t random_below(size_t bound)
{
    random_seed = ss_hash_mix(random_seed + 1);
    return (size_t)(random_seed >> 20) % bound;
}

void push_article(ss_articles *list, const char *title, const char *text)
{
    ss_article article = tiny_article("id", SS_LANG_EN, title, text, 0);
    assert_int_equal(ss_articles_push(list, &article), SS_OK);
}

size_t put_code_point(char *to, uint32_t code)
{
    if (code < 0x80) return (size_t)(*to = (char)code, 1);
    size_t trails = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    to[0] = (char)(0xf00u >> trails | code >> 6 * trails);
    for (size_t i = 1; i <= trails; i++)
        to[i] = (char)(0x80 | (code >> 6 * (trails - i) & 0x3f));
    return trails + 1;
}

/* Kinds of text: Chinese, English, numbers, both, anything in Unicode, broken. */
enum { TEXT_KINDS = 6 };

static size_t put_piece(char *to, size_t kind)
{
    static const char *const chinese[] = {"中", "国", "人民", "股市", "臺灣", "、", "。", "㍿", "\xf0\xa0\x80\x80",
                                          "３"};
    static const char *const english[] = {"the ", "st",  "ing ", "e", "É",  "a",        "n",    " ",
                                          "co-",  "U.S", "ﬁ",    "ß", "'s", "\xc5\xbf", "wxyz", "\xcc\x81"};
    static const char *const numbers[] = {"3", "7", "0", ",", ".", ",000", "½", "%", "a", "￥", "1", " ", "①", "٣"};
    static const char *const broken[] = {"\xff",         "\x80",         "\xe4\xb8", "\xc0\xaf", "\xed\xa0\x80",
                                         "\xf4\x90\x80", "\xf0\x9f\x98", "\xe0\x80", "\xbf\xbf", "\xc3"};
    const char *piece = "";
    switch (kind) {
    case 0:
        piece = chinese[random_below(10)];
        break;
    case 1:
        piece = english[random_below(16)];
        break;
    case 2:
        piece = numbers[random_below(14)];
        break;
    case 3:
        return put_piece(to, random_below(3));
    case 4:
        return put_code_point(to, (uint32_t)(1 + random_below(random_below(2) == 0 ? 0x10ffff : 0xffff)));
    default:
        if (random_below(3) > 0) return put_piece(to, random_below(5));
        piece = broken[random_below(10)];
    }
    memcpy(to, piece, strlen(piece));
    return strlen(piece);
}

static void random_text(char *text, size_t size)
{
    size_t kind = random_below(TEXT_KINDS), length = 0;
    while (length < size) {
        size_t begin = length;
        length += put_piece(text + length, kind);
        size_t repeats = random_below(40) == 0 ? random_below(12) : 0, piece = length - begin;
        for (; repeats > 0 && length < size; repeats--, length += piece)
            memcpy(text + length, text + begin, piece);
    }
    text[length] = '\0';
}

ss_articles random_articles(size_t count)
{
    static const size_t title_size[] = {0, 10, 60, 60, 200, 900, 1024, 1030, 3000},
                        text_size[] = {0, 1, 30, 100, 300, 590, 597, 600, 610, 1200, 2990, 3000, 3010, 9000};
    ss_articles list = {0};
    static char title[RANDOM_TEXT_SIZE], text[RANDOM_TEXT_SIZE];
    for (size_t i = 0; i < count; i++) {
        random_text(title, title_size[random_below(random_below(8) == 0 ? 9 : 4)]);
        random_text(text, text_size[random_below(random_below(3) == 0 ? 14 : 9)]);
        push_article(&list, title, text);
    }
    return list;
}
