/* The matchers on CUDA devices; in a build without CUDA there are none. */
#ifndef SS_MATCH_CUDA_H
#define SS_MATCH_CUDA_H

#include "match.h"

extern const ss_matcher ss_matcher_cuda, ss_matcher_cuda_portable, ss_matcher_cublas;

#endif
