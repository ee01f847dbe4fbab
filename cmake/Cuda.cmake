# SAMESTORY_HAS_CUDA: whether the CUDA matchers are built. They need nvcc to build and nothing but a driver to run.
set(SAMESTORY_CUDA AUTO CACHE STRING "CUDA matchers: ON, OFF, or AUTO for where nvcc is found")
set(SAMESTORY_HAS_CUDA OFF)
if(NOT SAMESTORY_CUDA OR (SAMESTORY_CUDA STREQUAL AUTO AND NOT SAMESTORY_CUDA_COMPILER))
  return()
endif()

# Machine code for every generation from compute capability 8.0 on, and PTX for what is to come.
if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_ARCHITECTURES 80-virtual) # for the test of the compiler; the kernels' own are below
  set(choose_architectures ON)
endif()
enable_language(CUDA)
find_package(CUDAToolkit REQUIRED)
if(choose_architectures)
  set(CMAKE_CUDA_ARCHITECTURES 80-real 86-real 89-real 90-real)
  if(CMAKE_CUDA_COMPILER_VERSION VERSION_GREATER_EQUAL 12.8)
    list(APPEND CMAKE_CUDA_ARCHITECTURES 100-real 120-real)
  endif()
  list(APPEND CMAKE_CUDA_ARCHITECTURES 80-virtual)
endif()
set(SAMESTORY_HAS_CUDA ON)

# Programs are linked as C programs, with the static runtime library as one more of what samestory needs.
set(CMAKE_CUDA_LINKER_PREFERENCE 0)
set(CMAKE_CUDA_LINKER_PREFERENCE_PROPAGATES 0)
set(CMAKE_CUDA_RUNTIME_LIBRARY None)
set(CMAKE_CUDA_STANDARD 17)
set(CMAKE_CUDA_VISIBILITY_PRESET hidden)
