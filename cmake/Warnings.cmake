add_library(samestory_flags INTERFACE)
target_compile_options(samestory_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes -Wmissing-prototypes -Wformat=2
  -Wundef -Wcast-qual -Wvla
  # A fused multiply-add rounds once where two operations round twice: results would depend on the processor.
  -ffp-contract=off)
target_compile_definitions(samestory_flags INTERFACE _GNU_SOURCE)
if(SAMESTORY_WERROR)
  target_compile_options(samestory_flags INTERFACE -Werror)
endif()
if(SAMESTORY_SANITIZE)
  target_compile_options(samestory_flags INTERFACE -fsanitize=${SAMESTORY_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(samestory_flags INTERFACE -fsanitize=${SAMESTORY_SANITIZE})
endif()
