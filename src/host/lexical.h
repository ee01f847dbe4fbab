/* What an article says in dictionary terms, and how far two articles agree: exact where the cosine of sketches is vague.
 *
 * Terms are entries of the lexicon (the longest first, shorter ones only where they add characters) and words in Latin
 * letters; numbers are left to quantity.h. Chinese names of persons that the lexicon lacks are found by their sound. */
#ifndef SS_LEXICAL_H
#define SS_LEXICAL_H

#include "lexicon.h"
#include "person_name.h"

#define SS_LEXICAL_MAX      64   /* terms of an article: the heaviest */
#define SS_LEXICAL_TEXT_MAX 1024 /* folded characters that are looked at */
#define SS_LEXICAL_BITS     4096

typedef struct ss_lexical_term {
    uint32_t id;         /* equal for equal terms; only with the same lexicon */
    uint16_t begin, end; /* folded characters where it stands first */
    uint16_t weight;     /* how telling: bits in 1/256 times sqrt(count) */
    uint8_t kind;        /* ss_term_kind */
} ss_lexical_term;

typedef struct ss_lexical {
    uint32_t count;
    uint32_t present[SS_LEXICAL_BITS / 32]; /* a bit for every id: most terms of another article fail here at once */
    ss_lexical_term term[SS_LEXICAL_MAX];   /* by id */
    ss_lang lang;
    uint32_t name_count;
    ss_person_name name[SS_PERSON_NAMES_MAX];
} ss_lexical;

/* The terms of a folded text: of an article its title, "\n" and its lead. */
void ss_lexical_take(ss_lexical *out, const ss_lexicon *lexicon, ss_lang lang, const ss_folded *text, size_t length);

/* Shares are weighted and lie in 0..1. */
typedef struct ss_lexical_agreement {
    float shared_names; /* of both articles' names, those that the other has too; NAN if either has none */
    float shared_words; /* the same of all other words */
    float covered_a;    /* of a's terms, those that b has too; NAN if either has no terms */
    float covered_b;
    float shared_weight; /* bits that agree: one rare word may tell more than five common ones */
    float said_weight;   /* bits of all terms, of the article where they are fewer */
} ss_lexical_agreement;

/* Equal terms agree, and a Chinese one agrees as far as its best translation stands in the other article, if that is
 * more than half of it by weight. The words of an English name agree with characters that sound so, and these tell as
 * much as the words. Symmetric but for covered_a and covered_b. */
void ss_lexical_compare(ss_lexical_agreement *out, const ss_lexicon *lexicon, const ss_lexical *a, const ss_lexical *b);

/* A term and its counterpart. */
typedef struct ss_lexical_pair {
    uint16_t a_begin, a_end, b_begin, b_end; /* folded characters */
    uint8_t kind;
    float weight; /* bits */
} ss_lexical_pair;

#define SS_LEXICAL_PAIRS_MAX (2 * SS_LEXICAL_MAX + SS_PERSON_NAMES_MAX)

/* What agrees, heaviest first; returns how many. */
size_t ss_lexical_shared(const ss_lexicon *lexicon, const ss_lexical *a, const ss_lexical *b,
                         ss_lexical_pair pair[SS_LEXICAL_PAIRS_MAX]);

#endif
