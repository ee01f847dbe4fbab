/* Stands for the matcher of OpenBLAS where that is not at hand for the other processor. */
#include "match_tile.h"

static bool never(void)
{
    return false;
}

const ss_matcher ss_matcher_openblas = {.name = "openblas", .description = "not built", .available = never};
