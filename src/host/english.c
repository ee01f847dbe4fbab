#include "english.h"

#include <string.h>

#include "ngram.h"

#define LETTERS_MAX 32 /* of a word that are looked at */

static const char *const stop_words[] = {"an",  "the",  "of",   "to", "in",  "on",  "at",  "by",   "for",  "with",
                                         "and", "or",   "from", "as", "is",  "be",  "are", "was",  "were", "it",
                                         "its", "that", "this", "sb", "sth", "one", "has", "have", "not",  "no"};

static bool is_letter(ss_folded c)
{
    return SS_FOLDED_CLASS(c) == SS_CLASS_LETTER;
}

static bool equals(const uint32_t *word, size_t length, const char *other)
{
    for (size_t i = 0; i < length; i++)
        if (word[i] != (uint32_t)(unsigned char)other[i]) return false; /* also where `other` ends */
    return other[length] == '\0';
}

static bool ends_with(const uint32_t *word, size_t length, const char *suffix)
{
    size_t n = strlen(suffix);
    return length >= n && equals(word + length - n, n, suffix);
}

static bool tells_nothing(const uint32_t *word, size_t length)
{
    if (length < 2) return true;
    for (size_t i = 0; i < sizeof stop_words / sizeof *stop_words; i++)
        if (equals(word, length, stop_words[i])) return true;
    return false;
}

size_t ss_english_stem(uint32_t *word, size_t length)
{
    static const char *const suffixes[] = {"ing", "ed", "es", "s"};
    if (length > 4 && ends_with(word, length, "ies")) {
        word[length - 3] = 'y';
        return length - 2;
    }
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t n = strlen(suffixes[i]);
        if (length < n + 3 || !ends_with(word, length, suffixes[i]) || (n == 1 && word[length - 2] == 's')) continue;
        length -= n;
        break;
    }
    if (length > 3 && word[length - 1] == 'e') length--;
    if (length > 4 && word[length - 1] == word[length - 2]) length--;
    return length;
}

/* The letters of the word that begins at `begin`, initials without their dots; returns where it ends. */
static size_t read_word(const ss_folded *text, size_t length, size_t begin, uint32_t *letter, size_t *count)
{
    size_t i = begin;
    for (bool initial = true; initial;) {
        size_t from = i;
        for (; i < length && ss_in_word(text[i]); i++)
            if (*count < LETTERS_MAX) letter[(*count)++] = SS_FOLDED_CODE(text[i]);
        initial = i == from + 1 && i + 1 < length && SS_FOLDED_CODE(text[i]) == '.' && is_letter(text[i + 1]) &&
                  (i + 2 == length || !ss_in_word(text[i + 2]));
        if (initial) i++;
    }
    return i;
}

bool ss_english_next(const ss_folded *text, size_t length, size_t *at, ss_english_word *word)
{
    for (size_t i = *at; i < length;) {
        if (!ss_in_word(text[i])) {
            i++;
            continue;
        }
        uint32_t letter[LETTERS_MAX];
        size_t begin = i, count = 0;
        i = read_word(text, length, begin, letter, &count);
        if (!is_letter(text[begin]) || tells_nothing(letter, count)) continue;
        count = ss_english_stem(letter, count);
        uint64_t h = SS_NGRAM_WORD;
        for (size_t k = 0; k < count; k++)
            h = ss_hash_extend(h, letter[k]);
        *word = (ss_english_word){(uint32_t)(h >> 32), (uint32_t)begin, (uint32_t)i};
        *at = i;
        return true;
    }
    *at = length;
    return false;
}
