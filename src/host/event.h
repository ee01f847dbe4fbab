/* Events: groups of articles that report the same happening. */
#ifndef SS_EVENT_H
#define SS_EVENT_H

#include "result.h"

/* Fills result->event_of and event_count from the links of at least `threshold`.
 *
 * Connected components would let one wrong link weld two stories together. Instead each component is divided by the
 * Leiden method with the constant Potts model (Traag, Waltman & van Eck 2019): articles belong together as far as the
 * links among them, weighted by probability, are dense; an article that hangs on by one link to one of many is left
 * out. Components are handled one by one, their articles in the result's order and the generator seeded anew, so that
 * an event does not depend on what else is in the input. */
ss_status ss_events_find(ss_result *result, double threshold);

#endif
