# Run by cpack on what it has installed for the .deb: where Debian wants things otherwise than `cmake --install` puts them.
set(share ${CPACK_TEMPORARY_INSTALL_DIRECTORY}${CPACK_PACKAGING_INSTALL_PREFIX}/share)
execute_process(COMMAND gzip -9n ${share}/man/man1/samestory.1 COMMAND_ERROR_IS_FATAL ANY)
# zsh of Debian looks into site-functions below /usr/local alone.
file(RENAME ${share}/zsh/site-functions ${share}/zsh/vendor-completions)
# Every package has its copyright under its own name.
if(NOT CPACK_PACKAGE_NAME STREQUAL samestory)
  file(COPY ${share}/doc/samestory/copyright DESTINATION ${share}/doc/${CPACK_PACKAGE_NAME})
endif()
