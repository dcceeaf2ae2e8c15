# The row kernels must compile for a CUDA device. Skipped where there is no nvcc; nothing is run.
find_program(TAGMA_NVCC nvcc PATHS /usr/local/cuda/bin)
if(TAGMA_NVCC)
  add_test(NAME nvcc_rows COMMAND ${TAGMA_NVCC} -std=c++20 -arch=sm_90 -Xptxas -O1 -DFMT_USE_CONSTEXPR=1
           -I${PROJECT_SOURCE_DIR} -c ${PROJECT_SOURCE_DIR}/tagma/drive/cuda_rows.cu -o ${CMAKE_CURRENT_BINARY_DIR}/cuda_rows.o)
else()
  add_test(NAME nvcc_rows COMMAND ${CMAKE_COMMAND} -E echo "skipped: nvcc is not installed")
  set_tests_properties(nvcc_rows PROPERTIES SKIP_REGULAR_EXPRESSION "skipped")
endif()
