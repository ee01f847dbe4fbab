# `cpack` in the build folder makes one .deb of what `cmake --install` puts into place: samestory, or samestory-cuda where the
# CUDA matchers are built. Their runtime is linked statically, so neither depends on a package of CUDA.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME samestory)
if(SAMESTORY_HAS_CUDA)
  set(CPACK_PACKAGE_NAME samestory-cuda)
  set(CPACK_DEBIAN_PACKAGE_PROVIDES "samestory (= ${PROJECT_VERSION})")
  set(CPACK_DEBIAN_PACKAGE_CONFLICTS samestory)
  set(CPACK_DEBIAN_PACKAGE_REPLACES samestory)
  set(cuda_line "This build computes on NVIDIA GPUs too, from compute capability 8.0 on; only the driver is needed.")
else()
  set(CPACK_DEBIAN_PACKAGE_CONFLICTS samestory-cuda)
  set(CPACK_DEBIAN_PACKAGE_REPLACES samestory-cuda)
endif()
set(CPACK_PACKAGE_CONTACT "The samestory maintainers <maintainers@samestory.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "find Chinese and English news articles on the same event")
set(CPACK_PACKAGE_DESCRIPTION
  "Reads news articles in Chinese and English, compares them by learned character n-gram sketches, and writes which of them report the same event, and why, to one HDF5 file.
.
The program, its model, the C library with its header, manual page, completions and sample articles. ${cuda_line}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/debian-layout.cmake)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE gzip) # nearly all of it is the model, which nothing makes smaller
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Who links the static library needs what it is built with.
file(READ ${PROJECT_SOURCE_DIR}/scripts/install-dependencies dependencies)
string(REGEX MATCH "packages=\\([^)]*" dependencies "${dependencies}")
string(REGEX MATCHALL "[a-z0-9]+-dev" dependencies "${dependencies}")
list(JOIN dependencies ", " CPACK_DEBIAN_PACKAGE_SUGGESTS)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
