/* Chinese names of persons that no lexicon lists, by their sound: 王晓明 is Wang Xiaoming, Wang Xiao-ming, or Xiaoming
 * Wang. */
#ifndef SS_PERSON_NAME_H
#define SS_PERSON_NAME_H

#include "fold.h"

#define SS_PERSON_NAMES_MAX 64

typedef struct ss_person_name {
    uint32_t sound;      /* hash of its pinyin letters, the family name first */
    uint16_t begin, end; /* folded characters */
} ss_person_name;

/* What may be such a name, in the order of the text, and returns how many: in Chinese every one or two characters behind
 * a family name, which are mostly no name at all; in English every two words that sound like one. Only that both texts
 * have the same sound tells. Family names of one character; Mandarin, not as Hong Kong or Taiwan spell it. Length at
 * most UINT16_MAX. */
size_t ss_person_names_find(ss_person_name name[SS_PERSON_NAMES_MAX], ss_lang lang, const ss_folded *text,
                            size_t length);

#endif
