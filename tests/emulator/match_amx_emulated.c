/* The AMX kernel as it is, on tile registers in memory. */
#define SS_AMX_EMULATED
#include "match_amx.c"
