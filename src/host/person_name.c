#include "person_name.h"

#include <stdlib.h>

#include "ngram.h"
#include "pinyin.h"

#define WORD_LETTERS_MAX (2 * SS_PINYIN_LETTERS) /* of two syllables */

typedef struct name_list {
    ss_person_name *name; /* [SS_PERSON_NAMES_MAX] */
    size_t count;
} name_list;

static void add(name_list *out, uint64_t sound, size_t begin, size_t end)
{
    if (out->count == SS_PERSON_NAMES_MAX) return;
    out->name[out->count++] = (ss_person_name){(uint32_t)(sound >> 32), (uint16_t)begin, (uint16_t)end};
}

static uint64_t extend_by_syllable(uint64_t sound, size_t place)
{
    uint32_t letter, code = ss_pinyin_syllable[place];
    for (int i = 0; i < SS_PINYIN_LETTERS && (letter = SS_PINYIN_LETTER(code, i)) != 0; i++)
        sound = ss_hash_extend(sound, letter);
    return sound;
}

/* ------------------------------------------------------------------ Chinese */

static const ss_pinyin_han *reading_of(ss_folded c)
{
    uint32_t code = SS_FOLDED_CODE(c);
    return code < SS_PINYIN_FIRST || code > SS_PINYIN_LAST ? NULL : &ss_pinyin_of[code - SS_PINYIN_FIRST];
}

/* Adds the name text[begin, at) with one more character, and with two. */
static void add_given(name_list *out, uint64_t sound, const ss_folded *text, size_t length, size_t begin, size_t at)
{
    const ss_pinyin_han *han = at < length ? reading_of(text[at]) : NULL;
    if (han == NULL) return;
    const uint16_t reading[2] = {han->reading, han->also};
    for (int i = 0; i < 2 && reading[i] != 0; i++) {
        uint64_t longer = extend_by_syllable(sound, reading[i] - 1u);
        add(out, longer, begin, at + 1);
        if (at == begin + 1) add_given(out, longer, text, length, begin, at + 1);
    }
}

static void find_in_chinese(name_list *out, const ss_folded *text, size_t length)
{
    for (size_t i = 0; i + 1 < length; i++) {
        const ss_pinyin_han *han = reading_of(text[i]);
        if (han != NULL && han->family != 0)
            add_given(out, extend_by_syllable(SS_NGRAM_WORD, han->family - 1u), text, length, i, i + 1);
    }
}

/* ------------------------------------------------------------------ English */

typedef struct word {
    const ss_folded *text;
    size_t begin, end;
    bool family; /* it sounds like a family name */
} word;

/* The letter as pinyin packs it; ü is written u, or v behind l and n. */
static uint32_t letter_at(const word *w, size_t at)
{
    uint32_t first = SS_FOLDED_CODE(w->text[w->begin]), code = SS_FOLDED_CODE(w->text[at]);
    bool umlaut = code == 'v' && at == w->begin + 1 && (first == 'l' || first == 'n');
    return (umlaut ? 'u' : code) - 'a' + 1;
}

static int by_code(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* Place of the syllable that the letters [begin, end) make, or SIZE_MAX. */
static size_t find_syllable(const word *w, size_t begin, size_t end)
{
    uint32_t code = 0;
    if (end - begin > SS_PINYIN_LETTERS) return SIZE_MAX;
    for (size_t i = 0; i < SS_PINYIN_LETTERS; i++)
        code = code << 5 | (begin + i < end ? letter_at(w, begin + i) : 0);
    const uint32_t *found = bsearch(&code, ss_pinyin_syllable, ss_pinyin_syllables, sizeof code, by_code);
    return found == NULL ? SIZE_MAX : (size_t)(found - ss_pinyin_syllable);
}

static bool is_latin(const word *w)
{
    for (size_t i = w->begin; i < w->end; i++)
        if (SS_FOLDED_CODE(w->text[i]) < 'a' || SS_FOLDED_CODE(w->text[i]) > 'z') return false;
    return true;
}

static bool is_family(const word *w)
{
    if (w->end - w->begin > SS_PINYIN_LETTERS || !is_latin(w)) return false;
    size_t place = find_syllable(w, w->begin, w->end);
    return place != SIZE_MAX && ss_pinyin_is_family[place] != 0;
}

/* 1 or 2; 0: it is not pinyin. Asked only of words beside a family name, since most words take all cuts to be told. */
static int count_syllables(const word *w)
{
    if (w->end - w->begin > WORD_LETTERS_MAX || !is_latin(w)) return 0;
    if (find_syllable(w, w->begin, w->end) != SIZE_MAX) return 1;
    for (size_t cut = w->begin + 1; cut < w->end; cut++)
        if (find_syllable(w, w->begin, cut) != SIZE_MAX && find_syllable(w, cut, w->end) != SIZE_MAX) return 2;
    return 0;
}

static bool next_word(word *w, size_t length)
{
    w->begin = w->end;
    while (w->begin < length && !ss_in_word(w->text[w->begin]))
        w->begin++;
    if (w->begin == length) return false;
    w->end = ss_run_end(w->text, w->begin, length);
    w->family = is_family(w);
    return true;
}

static uint64_t extend_by_word(uint64_t sound, const word *w)
{
    for (size_t i = w->begin; i < w->end; i++)
        sound = ss_hash_extend(sound, letter_at(w, i));
    return sound;
}

static bool joined(const word *a, const word *b, char by)
{
    return b->begin == a->end + 1 && SS_FOLDED_CODE(a->text[a->end]) == (uint32_t)by;
}

/* A given name, of one word or of two with a hyphen, before or behind a family name. */
static void add_name(name_list *out, const word *family, const word *given, const word *rest)
{
    if (!family->family) return;
    int syllables = count_syllables(given);
    if (syllables == 0 || (rest != NULL && (syllables != 1 || count_syllables(rest) != 1))) return;
    uint64_t sound = extend_by_word(extend_by_word(SS_NGRAM_WORD, family), given);
    if (rest != NULL) sound = extend_by_word(sound, rest);
    size_t last = rest == NULL ? given->end : rest->end;
    add(out, sound, family->begin < given->begin ? family->begin : given->begin,
        family->end > last ? family->end : last);
}

static void find_in_english(name_list *out, const ss_folded *text, size_t length)
{
    word a = {.text = text}, b = a, c = a;
    for (; next_word(&c, length); a = b, b = c) {
        bool half = c.end < length && SS_FOLDED_CODE(text[c.end]) == '-'; /* c goes on behind a hyphen */
        if (joined(&b, &c, '-') && joined(&a, &b, ' ')) add_name(out, &a, &b, &c);
        if (!joined(&b, &c, ' ')) continue;
        if (!half) add_name(out, &b, &c, NULL);
        if (joined(&a, &b, '-'))
            add_name(out, &c, &a, &b);
        else
            add_name(out, &c, &b, NULL);
    }
}

size_t ss_person_names_find(ss_person_name name[SS_PERSON_NAMES_MAX], ss_lang lang, const ss_folded *text,
                            size_t length)
{
    name_list out = {name, 0};
    if (lang == SS_LANG_ZH) find_in_chinese(&out, text, length);
    if (lang == SS_LANG_EN) find_in_english(&out, text, length);
    return out.count;
}
