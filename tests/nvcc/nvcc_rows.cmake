# The kernels must compile for a CUDA device: builds tagma_cuda, which takes a minute the first time. Nothing is run; a machine
# with a device runs tools/gpu_check.sh.
if(TAGMA_SANITIZE)  # the compiler is the same
  return()
endif()
if(TAGMA_CUDA_FOUND)
  add_test(NAME nvcc_rows COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --target tagma_cuda)
  set_tests_properties(nvcc_rows PROPERTIES COST 200)
  # What a bare machine with a device configures (tools/gpu_check.sh) names no package that only the whole tree finds.
  add_test(NAME nvcc_alone COMMAND ${CMAKE_COMMAND} -S ${PROJECT_SOURCE_DIR}/tagma/bridge -B ${PROJECT_BINARY_DIR}/alone)
else()
  add_test(NAME nvcc_rows COMMAND ${CMAKE_COMMAND} -E echo "skipped: nvcc is not installed")
  set_tests_properties(nvcc_rows PROPERTIES SKIP_REGULAR_EXPRESSION "skipped")
endif()
