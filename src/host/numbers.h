/* Numbers and dates in text, in a form that does not depend on the language:
 * 37.6亿 = 3.76 billion, 3,000万 = 30 million, 百分之五 is not read yet, 5% = 5 per cent, 11月23日 = Nov. 23. */
#ifndef SS_NUMBERS_H
#define SS_NUMBERS_H

#include "fold.h"

/* Hashes of the numbers and dates of a folded text into number[0 .. max - 1] in order of appearance, repeats left out;
 * returns how many. What tells nothing is passed over: numbers of one digit and years of today. */
size_t ss_numbers_find(const ss_folded *text, size_t length, uint32_t *number, size_t max);

#endif
