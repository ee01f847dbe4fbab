# What `cmake --install` puts into place. scripts/test checks it: tests/install.
include(CMakePackageConfigHelpers)

set(SAMESTORY_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/samestory)

install(TARGETS samestory)
install(TARGETS samestory_shared EXPORT samestoryTargets)
install(FILES ${PROJECT_SOURCE_DIR}/include/samestory.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/models/ DESTINATION ${CMAKE_INSTALL_DATADIR}/samestory FILES_MATCHING PATTERN "*.h5")
install(FILES ${PROJECT_SOURCE_DIR}/models/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME model-card.md)
install(FILES ${PROJECT_SOURCE_DIR}/cmake/debian-copyright DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/examples DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The static library's needs stand in a file of their own: who links the shared one must not have to install them.
install(TARGETS samestory_static samestory_needs EXPORT samestoryStaticTargets)
install(EXPORT samestoryTargets NAMESPACE samestory:: DESTINATION ${SAMESTORY_PACKAGE_DIR})
install(EXPORT samestoryStaticTargets NAMESPACE samestory:: DESTINATION ${SAMESTORY_PACKAGE_DIR})

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/samestoryConfig.cmake.in
  ${PROJECT_BINARY_DIR}/samestoryConfig.cmake INSTALL_DESTINATION ${SAMESTORY_PACKAGE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/samestoryConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/samestoryConfig.cmake ${PROJECT_BINARY_DIR}/samestoryConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/Dependencies.cmake DESTINATION ${SAMESTORY_PACKAGE_DIR})

# Libs.private rather than Requires.private: pkg-config asks for the latter even where nothing static is linked.
list(GET HDF5_C_LIBRARIES 0 SAMESTORY_LIBS_PRIVATE)
foreach(package ICU ZSTD DEFLATE JANSSON LIBXML2 ARCHIVE BROTLI YAML UCHARDET IGRAPH CRYPTO OPENBLAS)
  list(JOIN ${package}_LDFLAGS " " flags)
  string(APPEND SAMESTORY_LIBS_PRIVATE " ${flags}")
endforeach()
if(SAMESTORY_HAS_CUDA)
  string(APPEND SAMESTORY_LIBS_PRIVATE " ${CUDA_cudart_static_LIBRARY} -ldl -lrt")
endif()
file(RELATIVE_PATH SAMESTORY_PREFIX_FROM_PC /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(${CMAKE_CURRENT_LIST_DIR}/samestory.pc.in ${PROJECT_BINARY_DIR}/samestory.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/samestory.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

if(NOT SAMESTORY_SANITIZE)
  install(FILES ${PROJECT_BINARY_DIR}/share/samestory.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${PROJECT_BINARY_DIR}/share/completion.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME samestory)
  install(FILES ${PROJECT_BINARY_DIR}/share/completion.zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions RENAME _samestory)
  install(FILES ${PROJECT_BINARY_DIR}/share/completion.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d RENAME samestory.fish)
endif()
