# Pythons that have what tests need. The first on the PATH may be another than the one that the distribution's packages
# belong to.

# Sets `variable` to the first Python that has all modules, or to nothing.
function(samestory_find_python variable)
  set(has_all "import importlib.util, sys; sys.exit(not all(map(importlib.util.find_spec, sys.argv[1:])))")
  foreach(candidate python3 /usr/bin/python3)
    execute_process(COMMAND ${candidate} -c "${has_all}" ${ARGN} RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
    if(result EQUAL 0)
      set(${variable} ${candidate} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  set(${variable} "" PARENT_SCOPE)
endfunction()

# SAMESTORY_PYTHON: what the tests read results files with.
samestory_find_python(SAMESTORY_PYTHON h5py pandas)
if(NOT SAMESTORY_PYTHON)
  message(FATAL_ERROR "No Python with h5py and pandas: run scripts/install-dependencies --tests")
endif()
