/* What engine and runtime know of each other. */
#ifndef EMULATOR_RUNTIME_H
#define EMULATOR_RUNTIME_H

#include <cuda_runtime.h>

namespace emulator
{

/* engine.cpp */
cudaError_t check_shape(const launch_shape &shape);
void run_launch(const launch_shape &shape, const std::function<void()> &kernel);
unsigned long launch_count();

/* runtime.cpp */
cudaError_t remember(cudaError_t error);
size_t shared_memory_limit(); /* of a block of the current device */

} // namespace emulator

#endif
