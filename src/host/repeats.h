/* Repeats of the same page: crawled twice, read from the feed of yesterday and today, put under two sections of a site.
 *
 * Two articles are the same page if they are in one language, of the same day (or one of them is undated) and say the same:
 *   - under the same address, and most of the shorter text stands in the longer, with all its numbers; or
 *   - of the same outlet (without one: under no address), of some length, and nearly equal, with the same numbers.
 * Copies by other outlets are no repeats, nor are reports that differ in day or numbers, as those of a market do. */
#ifndef SS_REPEATS_H
#define SS_REPEATS_H

#include "fold.h"
#include "pool.h"

/* Takes repeats out of articles that are in the order of a result: of each page the first stays and counts the others in
 * its `copies`. Of `row` [articles], which may be NULL, the entries of those that stay move up with them. Takes time in
 * proportion to the articles and some 100 bytes for each while it runs. */
ss_status ss_repeats_fold(ss_articles *articles, uint32_t *row, const ss_fold *fold, ss_pool *pool, const ss_job *job);

/* The same for all spellings of a web address that lead to one page; 0 if it is none. */
uint64_t ss_address_hash(const char *url);

#endif
