/* What a build without CUDA says of devices: there are none. */
#include "device_cuda.h"
#include "sketch_cuda.h"
#include "status.h"

#if !defined(SS_CUDA)

static ss_status fail_no_kernels(void)
{
    return ss_fail(SS_ERROR_DEVICE, "this build has no CUDA kernels: build it where nvcc is, or use --device cpu");
}

ss_status ss_cuda_use(const char *list)
{
    (void)list;
    return fail_no_kernels();
}

ss_status ss_cuda_in_use(int *number, int *count)
{
    (void)number;
    *count = 0;
    return fail_no_kernels();
}

ss_status ss_cuda_describe(ss_cuda_device *device, int number)
{
    (void)number;
    *device = (ss_cuda_device){.number = -1};
    return fail_no_kernels();
}

bool ss_cuda_available(void)
{
    return false;
}

ss_status ss_sketch_articles_cuda(const ss_sketch_places *places, const ss_model *model, const ss_articles *articles,
                                  const ss_job *job, ss_sketch_profile *profile)
{
    (void)places, (void)model, (void)articles, (void)job, (void)profile;
    return fail_no_kernels();
}

void ss_cuda_profile_get(ss_cuda_profile *out)
{
    *out = (ss_cuda_profile){0};
}

#endif
