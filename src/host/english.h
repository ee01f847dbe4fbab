/* English words in folded text, each as the hash of its stem, so that tariff and tariffs are one. */
#ifndef SS_ENGLISH_H
#define SS_ENGLISH_H

#include "fold.h"

typedef struct ss_english_word {
    uint32_t hash;       /* of the stem */
    uint32_t begin, end; /* folded characters of the word as written, [begin, end) */
} ss_english_word;

/* The next word at or after *at, which moves behind it; false at the end. A word begins with a letter and goes on with
 * letters and digits; initials are one word (U.S. is us). Words of one letter and those that every text has (the, of)
 * are passed over, and so are numbers. */
bool ss_english_next(const ss_folded *text, size_t length, size_t *at, ss_english_word *word);

/* Cuts a word in lower case down to its stem and returns the length that is left: -ies to -y, else one of -ing, -ed,
 * -es, -s off where three letters stay (no -s after s), then a last e of more than three letters, then one of two equal
 * last letters of more than four. It need not be a word, only the same for the forms of one. */
size_t ss_english_stem(uint32_t *word, size_t length);

#endif
