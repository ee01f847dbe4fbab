#include "quantity_parts.h"

#define BLANKS_MAX  3
#define LETTERS_MAX 24 /* no word that matters is longer */

static bool blank(uint32_t code)
{
    return code == ' ' || code == '\t';
}

size_t ss_skip_blanks(const ss_passage *p, size_t at)
{
    for (int i = 0; i < BLANKS_MAX && blank(ss_code_at(p, at)); i++)
        at++;
    return at;
}

size_t ss_skip_blanks_back(const ss_passage *p, size_t at)
{
    for (int i = 0; i < BLANKS_MAX && blank(ss_code_at(p, at - 1)); i++)
        at--;
    return at;
}

size_t ss_match(const ss_passage *p, size_t at, const char16_t *word)
{
    for (; *word != 0; word++, at++)
        if (ss_code_at(p, at) != *word) return 0;
    bool inside = ss_class_at(p, at - 1) == SS_CLASS_LETTER && ss_class_at(p, at) == SS_CLASS_LETTER;
    return inside ? 0 : at;
}

size_t ss_match_any(const ss_passage *p, size_t at, ss_words words)
{
    uint32_t first = ss_code_at(p, at);
    for (; *words != NULL; words++) {
        if (**words != first) continue;
        size_t end = ss_match(p, at, *words);
        if (end > 0) return end;
    }
    return 0;
}

size_t ss_match_any_back(const ss_passage *p, size_t at, ss_words words)
{
    for (; *words != NULL; words++) {
        size_t length = 0;
        while ((*words)[length] != 0)
            length++;
        if (length <= at && ss_match(p, at - length, *words) == at) return at - length;
    }
    return SIZE_MAX;
}

bool ss_one_of(const ss_passage *p, size_t at, const char16_t *characters)
{
    uint32_t code = ss_code_at(p, at);
    for (; *characters != 0; characters++)
        if (code == *characters) return true;
    return false;
}

bool ss_word_after(const ss_passage *p, size_t at, ss_span *word)
{
    for (int i = 0; i < BLANKS_MAX && (blank(ss_code_at(p, at)) || ss_code_at(p, at) == '-'); i++)
        at++;
    *word = (ss_span){at, at};
    while (word->end - at <= LETTERS_MAX && ss_class_at(p, word->end) == SS_CLASS_LETTER)
        word->end++;
    return word->end > at;
}

bool ss_word_before(const ss_passage *p, size_t at, ss_span *word)
{
    for (int i = 0; i < BLANKS_MAX && (blank(ss_code_at(p, at - 1)) || ss_code_at(p, at - 1) == '-'); i++)
        at--;
    *word = (ss_span){at, at};
    while (at - word->begin <= LETTERS_MAX && ss_class_at(p, word->begin - 1) == SS_CLASS_LETTER)
        word->begin--;
    return word->begin < at;
}

bool ss_word_is(const ss_passage *p, ss_span word, const char16_t *known)
{
    for (size_t i = word.begin; i < word.end; i++, known++)
        if (ss_code_at(p, i) != *known) return false; /* also where `known` ends: no character is 0 there */
    return *known == 0;
}

bool ss_word_in(const ss_passage *p, ss_span word, ss_words words)
{
    uint32_t first = ss_code_at(p, word.begin);
    for (; *words != NULL; words++)
        if (**words == first && ss_word_is(p, word, *words)) return true;
    return false;
}
