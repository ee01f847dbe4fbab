#include "lexical.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "english.h"
#include "simd.h"
#include "sketch.h"

/* Ids: place of a listed word; ENTRY and place of an entry; UNLISTED and hash of any other word. */
#define ENTRY    0x40000000u
#define UNLISTED 0x80000000u

#define LENGTHS       (SS_ENTRY_MAX - SS_ENTRY_MIN + 1)
#define SOUGHT        64 /* sequences that are looked up together */
#define JOINED_WITHIN 2  /* characters between two words of one translation that are shown as one */

/* --------------------------------------------------------- taking terms */

typedef struct taken {
    uint32_t id, count, weight;
    uint16_t begin, end;
    uint8_t kind;
} taken;

typedef struct taker {
    const ss_lexicon *lexicon;
    const ss_folded *text;
    size_t length;
    uint32_t entry[LENGTHS][SS_LEXICAL_TEXT_MAX]; /* of so many characters that begins there */
    taken term[SS_LEXICAL_TEXT_MAX];              /* every term has a character of its own */
    size_t count;
} taker;

static bool is_han(ss_folded c)
{
    return SS_FOLDED_CLASS(c) == SS_CLASS_HAN;
}

static void add(taker *t, uint32_t id, size_t begin, size_t end, uint32_t weight, uint8_t kind)
{
    t->term[t->count++] =
        (taken){.id = id, .count = 1, .weight = weight, .begin = (uint16_t)begin, .end = (uint16_t)end, .kind = kind};
}

/* Sequences of Han characters that may be entries. What is sure is looked up for all of them together: the tables lie in
 * the last cache, and so many look-ups are under way at once. */
static void find_entries(taker *t)
{
    struct {
        uint64_t hash;
        uint16_t from, size;
    } sought[SOUGHT];
    size_t count = 0;
    memset(t->entry, 0xff, sizeof t->entry);
    for (size_t from = 0; from < t->length; from++) {
        uint64_t h = SS_ENTRY_HASH;
        for (size_t i = from; i < t->length && i < from + SS_ENTRY_MAX && is_han(t->text[i]); i++) {
            h = ss_entry_hash_extend(h, t->text[i]);
            size_t size = i + 1 - from;
            if (size < SS_ENTRY_MIN) continue;
            sought[count].hash = h;
            sought[count].from = (uint16_t)from;
            sought[count].size = (uint16_t)size;
            count += ss_lexicon_may_hold(t->lexicon, h);
        }
        if (count + LENGTHS <= SOUGHT && from + 1 < t->length) continue;
        for (size_t i = 0; i < count; i++)
            ss_lexicon_prefetch(t->lexicon, sought[i].hash);
        for (size_t i = 0; i < count; i++)
            t->entry[sought[i].size - SS_ENTRY_MIN][sought[i].from] =
                ss_lexicon_find_entry(t->lexicon, sought[i].hash, sought[i].size);
        count = 0;
    }
}

static void take_entries(taker *t)
{
    bool covered[SS_LEXICAL_TEXT_MAX] = {false};
    find_entries(t);
    for (size_t size = SS_ENTRY_MAX; size >= SS_ENTRY_MIN; size--) {
        for (size_t from = 0; from + size <= t->length; from++) {
            uint32_t entry = t->entry[size - SS_ENTRY_MIN][from];
            if (entry == SS_NOT_LISTED || memchr(covered + from, false, size) == NULL) continue;
            memset(covered + from, true, size);
            add(t, ENTRY | entry, from, from + size, t->lexicon->entry_information[entry],
                t->lexicon->entry_kind[entry]);
        }
    }
}

static void take_words(taker *t, ss_lang lang)
{
    size_t at = 0;
    const ss_lexicon *lexicon = t->lexicon;
    for (ss_english_word word; ss_english_next(t->text, t->length, &at, &word);) {
        uint32_t place = ss_lexicon_find_word(lexicon, word.hash);
        bool listed = place != SS_NOT_LISTED;
        uint8_t kind = listed ? lexicon->word_kind[place] : SS_TERM_NAME; /* the rarest words are mostly names */
        if (lang == SS_LANG_ZH) kind = SS_TERM_LATIN;
        add(t, listed ? place : UNLISTED | word.hash >> 1, word.begin, word.end,
            listed ? lexicon->word_information[place] : lexicon->unknown, kind);
    }
}

static int by_id(const void *left, const void *right)
{
    const taken *a = left, *b = right;
    if (a->id != b->id) return a->id < b->id ? -1 : 1;
    return (a->begin > b->begin) - (a->begin < b->begin);
}

static int by_falling_weight(const void *left, const void *right)
{
    const taken *a = left, *b = right;
    if (a->weight != b->weight) return a->weight > b->weight ? -1 : 1;
    return by_id(left, right);
}

/* Each term once, the heaviest ones, by id. */
static void keep_heaviest(taker *t)
{
    size_t kept = 0;
    if (t->count > 0) qsort(t->term, t->count, sizeof *t->term, by_id);
    for (size_t i = 0; i < t->count; i++) {
        if (kept > 0 && t->term[kept - 1].id == t->term[i].id)
            t->term[kept - 1].count++;
        else
            t->term[kept++] = t->term[i];
    }
    for (size_t i = 0; i < kept; i++) {
        uint64_t weight = (uint64_t)t->term[i].weight * ss_term_weight(t->term[i].count) / 256;
        t->term[i].weight = weight < UINT16_MAX ? (uint32_t)weight : UINT16_MAX;
    }
    t->count = kept;
    if (t->count <= SS_LEXICAL_MAX) return;
    qsort(t->term, t->count, sizeof *t->term, by_falling_weight);
    t->count = SS_LEXICAL_MAX;
    qsort(t->term, t->count, sizeof *t->term, by_id);
}

static inline uint32_t bit_of(uint32_t id)
{
    return (id * 0x9e3779b1u) >> 20;
}

void ss_lexical_take(ss_lexical *out, const ss_lexicon *lexicon, ss_lang lang, const ss_folded *text, size_t length)
{
    taker t = {.lexicon = lexicon, .text = text};
    t.length = length < SS_LEXICAL_TEXT_MAX ? length : SS_LEXICAL_TEXT_MAX;
    take_entries(&t);
    take_words(&t, lang);
    keep_heaviest(&t);
    *out = (ss_lexical){.count = (uint32_t)t.count, .lang = lang};
    out->name_count = (uint32_t)ss_person_names_find(out->name, lang, text, t.length);
    for (size_t i = 0; i < t.count; i++) {
        const taken *term = &t.term[i];
        out->term[i] = (ss_lexical_term){term->id, term->begin, term->end, (uint16_t)term->weight, term->kind};
        out->present[bit_of(term->id) / 32] |= 1u << bit_of(term->id) % 32;
    }
}

/* ------------------------------------------------------------ comparing */

typedef struct span {
    uint16_t begin, end;
} span;

/* A term of one article, the terms of the other that it agrees with, and how far. */
typedef struct match {
    uint32_t term;
    bool of_a;  /* the term is a's */
    span other; /* where its counterpart stands */
    float degree;
} match;

/* A name in Chinese characters and in English words. */
typedef struct name_match {
    const ss_person_name *zh, *en;
    float weight; /* of its words that nothing else accounts for */
} name_match;

typedef struct matching {
    const ss_lexicon *lexicon;
    const ss_lexical *a, *b;
    float degree_a[SS_LEXICAL_MAX], degree_b[SS_LEXICAL_MAX];
    match match[2 * SS_LEXICAL_MAX];
    size_t count;
    name_match name[SS_PERSON_NAMES_MAX];
    size_t name_count;
} matching;

static inline uint32_t may_hold(const ss_lexical *in, uint32_t id)
{
    return in->present[bit_of(id) / 32] >> bit_of(id) % 32 & 1;
}

static const ss_lexical_term *find_term(const ss_lexical *in, uint32_t id)
{
    if (!may_hold(in, id)) return NULL;
    size_t low = 0, high = in->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (in->term[middle].id == id) return &in->term[middle];
        if (in->term[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static span join(span a, span b)
{
    if (a.end == 0) return b;
    if (b.begin > a.end + JOINED_WITHIN || a.begin > b.end + JOINED_WITHIN) return a;
    return (span){a.begin < b.begin ? a.begin : b.begin, a.end > b.end ? a.end : b.end};
}

/* How far a translation, from `at` on, stands in the other article: the share of its weight. */
static float translated(const ss_lexicon *l, uint32_t at, const ss_lexical *other, float *degree, span *where)
{
    const ss_lexical_term *met[SS_TRANSLATION_MAX];
    uint32_t present = 0, all = 0, word;
    size_t count = 0;
    do {
        word = l->translation[at++];
        uint32_t place = word & ~SS_LAST_WORD;
        const ss_lexical_term *term = find_term(other, place);
        all += l->word_information[place];
        if (term == NULL) continue;
        present += l->word_information[place];
        met[count++] = term;
    } while (!(word & SS_LAST_WORD));
    if (2 * present <= all) return 0;
    float share = (float)present / (float)all;
    *where = (span){0, 0};
    for (size_t i = 0; i < count; i++) {
        size_t place = (size_t)(met[i] - other->term);
        if (share > degree[place]) degree[place] = share;
        *where = join(*where, (span){met[i]->begin, met[i]->end});
    }
    return share;
}

/* Chinese terms of which a word of a translation may stand in the other article, a bit each. Translations seldom are in a
 * cache: those of all terms are asked for first. Most have no word there, and eight words at a time tell so without a
 * branch; only one entry in thirty of those met has more. All this together saves a quarter of the comparison. */
static uint64_t find_translatable(const ss_lexicon *l, const ss_lexical *from, const ss_lexical *to)
{
    uint32_t begin[SS_LEXICAL_MAX], size[SS_LEXICAL_MAX];
    uint64_t found = 0;
    for (uint32_t i = 0; i < from->count; i++) {
        uint32_t id = from->term[i].id;
        bool entry = !(id & UNLISTED) && id & ENTRY;
        begin[i] = entry ? l->entry_begin[id & ~ENTRY] : 0;
        size[i] = entry ? l->entry_begin[(id & ~ENTRY) + 1] - begin[i] : 0;
        __builtin_prefetch(l->translation + begin[i]);
    }
    for (uint32_t i = 0; i < from->count; i++) {
        const uint32_t *word = l->translation + begin[i];
        uint32_t any = size[i] > SS_WORDS_AHEAD;
        for (uint32_t j = 0; j < SS_WORDS_AHEAD; j++)
            any |= (j < size[i]) & may_hold(to, word[j] & ~SS_LAST_WORD);
        found |= (uint64_t)any << i;
    }
    return found;
}

/* Looks for the translations of each Chinese term that has no equal in the other article. */
static void match_translations(matching *m, bool of_a)
{
    const ss_lexical *from = of_a ? m->a : m->b, *to = of_a ? m->b : m->a;
    float *degree = of_a ? m->degree_a : m->degree_b, *degree_to = of_a ? m->degree_b : m->degree_a;
    if (to->count == 0 || to->term[0].id >= ENTRY) return; /* no word there that a translation could have */
    for (uint64_t left = find_translatable(m->lexicon, from, to); left != 0; left &= left - 1) {
        uint32_t i = (uint32_t)__builtin_ctzll(left);
        if (degree[i] > 0) continue;
        const uint32_t *word = m->lexicon->translation;
        uint32_t entry = from->term[i].id & ~ENTRY;
        uint32_t begin = m->lexicon->entry_begin[entry], end = m->lexicon->entry_begin[entry + 1];
        match best = {.term = i, .of_a = of_a};
        for (uint32_t at = begin; at < end;) {
            span where = {0};
            float share = translated(m->lexicon, at, to, degree_to, &where);
            if (share > best.degree) {
                best.degree = share;
                best.other = where;
            }
            while (!(word[at++] & SS_LAST_WORD)) {
            }
        }
        if (best.degree <= 0) continue;
        degree[i] = best.degree;
        m->match[m->count++] = best;
    }
}

/* Takes the words of a name as agreed; returns the weight of those that did not agree yet. */
static float agree_within(const ss_lexical *in, float *degree, span where)
{
    float weight = 0;
    for (uint32_t i = 0; i < in->count; i++) {
        if (in->term[i].begin < where.begin || in->term[i].end > where.end) continue;
        weight += (float)in->term[i].weight * (1 - degree[i]);
        degree[i] = 1;
    }
    return weight;
}

static void match_names(matching *m)
{
    bool a_is_english = m->a->lang == SS_LANG_EN;
    const ss_lexical *en = a_is_english ? m->a : m->b, *zh = a_is_english ? m->b : m->a;
    if (zh->lang != SS_LANG_ZH || en->lang != SS_LANG_EN) return;
    for (const ss_person_name *name = en->name; name < en->name + en->name_count; name++) {
        const ss_person_name *same = zh->name, *end = zh->name + zh->name_count;
        while (same < end && same->sound != name->sound)
            same++;
        if (same == end) continue;
        float weight = agree_within(en, a_is_english ? m->degree_a : m->degree_b, (span){name->begin, name->end});
        if (weight > 0) m->name[m->name_count++] = (name_match){same, name, weight};
    }
}

static void match_terms(matching *m, const ss_lexicon *lexicon, const ss_lexical *a, const ss_lexical *b)
{
    m->lexicon = lexicon;
    m->a = a;
    m->b = b;
    m->count = m->name_count = 0;
    memset(m->degree_a, 0, a->count * sizeof *m->degree_a);
    memset(m->degree_b, 0, b->count * sizeof *m->degree_b);
    for (uint32_t i = 0; i < a->count; i++) {
        const ss_lexical_term *equal = find_term(b, a->term[i].id);
        if (equal == NULL) continue;
        m->degree_a[i] = m->degree_b[equal - b->term] = 1;
        m->match[m->count++] = (match){i, true, {equal->begin, equal->end}, 1};
    }
    match_translations(m, true);
    match_translations(m, false);
    match_names(m);
}

/* Weights of one article's terms: names, other words; and how much of it agrees. */
typedef struct sums {
    float all[2], agreed[2];
} sums;

static sums add_up(const ss_lexical *in, const float *degree)
{
    sums s = {{0, 0}, {0, 0}};
    for (size_t i = 0; i < in->count; i++) {
        bool name = in->term[i].kind != SS_TERM_WORD;
        s.all[name] += (float)in->term[i].weight;
        s.agreed[name] += (float)in->term[i].weight * degree[i];
    }
    return s;
}

/* The characters of a name are no term of their article: they count where the name is found in the other one. */
static void add_names(sums *s, const matching *m)
{
    for (size_t i = 0; i < m->name_count; i++) {
        s->all[1] += m->name[i].weight;
        s->agreed[1] += m->name[i].weight;
    }
}

static float share(float agreed, float all, bool known)
{
    return known ? agreed / all : NAN;
}

void ss_lexical_compare(ss_lexical_agreement *out, const ss_lexicon *lexicon, const ss_lexical *a, const ss_lexical *b)
{
    matching m;
    match_terms(&m, lexicon, a, b);
    sums x = add_up(a, m.degree_a), y = add_up(b, m.degree_b);
    add_names(a->lang == SS_LANG_ZH ? &x : &y, &m);
    float all_a = x.all[0] + x.all[1], all_b = y.all[0] + y.all[1];
    float agreed_a = x.agreed[0] + x.agreed[1], agreed_b = y.agreed[0] + y.agreed[1];
    float kind[2];
    for (int k = 0; k < 2; k++)
        kind[k] = share(x.agreed[k] + y.agreed[k], x.all[k] + y.all[k], x.all[k] > 0 && y.all[k] > 0);
    bool both = all_a > 0 && all_b > 0;
    *out = (ss_lexical_agreement){.shared_words = kind[0],
                                  .shared_names = kind[1],
                                  .covered_a = share(agreed_a, all_a, both),
                                  .covered_b = share(agreed_b, all_b, both),
                                  .shared_weight = (agreed_a + agreed_b) / 512,
                                  .said_weight = fminf(all_a, all_b) / 256};
}

/* ----------------------------------------------------------- explaining */

static int by_falling_pair_weight(const void *left, const void *right)
{
    const ss_lexical_pair *a = left, *b = right;
    if (a->weight < b->weight || a->weight > b->weight) return a->weight > b->weight ? -1 : 1;
    if (a->a_begin != b->a_begin) return a->a_begin < b->a_begin ? -1 : 1;
    return (a->b_begin > b->b_begin) - (a->b_begin < b->b_begin);
}

size_t ss_lexical_shared(const ss_lexicon *lexicon, const ss_lexical *a, const ss_lexical *b,
                         ss_lexical_pair pair[SS_LEXICAL_PAIRS_MAX])
{
    matching m;
    match_terms(&m, lexicon, a, b);
    for (size_t i = 0; i < m.count; i++) {
        const match *found = &m.match[i];
        const ss_lexical_term *term = &(found->of_a ? a : b)->term[found->term];
        span own = {term->begin, term->end};
        span left = found->of_a ? own : found->other, right = found->of_a ? found->other : own;
        pair[i] = (ss_lexical_pair){.a_begin = left.begin,
                                    .a_end = left.end,
                                    .b_begin = right.begin,
                                    .b_end = right.end,
                                    .kind = term->kind,
                                    .weight = (float)term->weight * found->degree / 256};
    }
    for (size_t i = 0; i < m.name_count; i++) {
        const ss_person_name *left = a->lang == SS_LANG_ZH ? m.name[i].zh : m.name[i].en;
        const ss_person_name *right = a->lang == SS_LANG_ZH ? m.name[i].en : m.name[i].zh;
        pair[m.count + i] = (ss_lexical_pair){.a_begin = left->begin,
                                              .a_end = left->end,
                                              .b_begin = right->begin,
                                              .b_end = right->end,
                                              .kind = SS_TERM_PERSON,
                                              .weight = m.name[i].weight / 256};
    }
    size_t count = m.count + m.name_count;
    if (count > 0) qsort(pair, count, sizeof *pair, by_falling_pair_weight);
    return count;
}
