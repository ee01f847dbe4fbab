# SAMESTORY_PYTHON: a Python that has what the tests read results files with. The first on the PATH may be another than
# the one that the distribution's packages belong to.
foreach(candidate python3 /usr/bin/python3)
  execute_process(COMMAND ${candidate} -c "import h5py, pandas" RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
  if(result EQUAL 0)
    set(SAMESTORY_PYTHON ${candidate})
    break()
  endif()
endforeach()
if(NOT SAMESTORY_PYTHON)
  message(FATAL_ERROR "No Python with h5py and pandas: run scripts/install-dependencies --tests")
endif()
