/* Hanyu Pinyin without tones: how Chinese characters are spelled in Latin letters. The tables are made from ICU's
 * transliterator when the program is built (cmake/make_pinyin_table.c). */
#ifndef SS_PINYIN_H
#define SS_PINYIN_H

#include <stddef.h>
#include <stdint.h>

/* A syllable is up to six letters, five bits each (a is 1), the first one highest, 0 behind the last. */
#define SS_PINYIN_LETTERS         6
#define SS_PINYIN_LETTER(code, i) ((uint32_t)(code) >> (5 * (SS_PINYIN_LETTERS - 1 - (i))) & 31u)

extern const size_t ss_pinyin_syllables;
extern const uint32_t ss_pinyin_syllable[]; /* ascending */
extern const uint8_t ss_pinyin_is_family[]; /* some family name sounds so */

/* How one character is read, each 1 + place of a syllable, or 0. */
typedef struct ss_pinyin_han {
    uint16_t reading;
    uint16_t also;   /* another reading in given names */
    uint16_t family; /* as a family name; 0: it is none */
} ss_pinyin_han;

#define SS_PINYIN_FIRST 0x4e00u
#define SS_PINYIN_LAST  0x9fa5u
extern const ss_pinyin_han ss_pinyin_of[SS_PINYIN_LAST - SS_PINYIN_FIRST + 1];

#endif
