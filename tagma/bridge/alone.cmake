# The bridge without the rest of the tree, for a machine that has a CUDA device, nvcc, CMake and a LibTorch of its own:
#   cmake -S tagma/bridge -B build/bridge -DTAGMA_TORCH_ROOT=.../site-packages/torch && cmake --build build/bridge
# (without a root: kernels and their laws only). tools/gpu_check.sh does that and runs what comes out. Needed besides: the headers of fmt (6 files): where LibTorch does not
# bring them, libfmt-dev, or -DTAGMA_FMT_INCLUDE=FOLDER with a copy of any machine's /usr/include/fmt in it.
set(TAGMA_CUDA ON CACHE STRING "As in the whole tree")
set(TAGMA_SANITIZE "")
set(TAGMA_BRIDGE_ALONE ON)
get_filename_component(root ${CMAKE_CURRENT_SOURCE_DIR}/../.. ABSOLUTE)
set(PROJECT_SOURCE_DIR ${root})
list(APPEND CMAKE_MODULE_PATH ${root}/cmake)
include(settings)
include(folder)
include(cuda)
include(torch)
find_package(Threads REQUIRED)
find_package(OpenMP COMPONENTS CXX)
set(TAGMA_OPENMP ${OpenMP_CXX_FOUND})

find_path(TAGMA_FMT_INCLUDE fmt/core.h HINTS ${TAGMA_TORCH_ROOT}/include)
if(NOT TAGMA_FMT_INCLUDE)
  message(FATAL_ERROR "fmt/core.h is missing: install libfmt-dev, or copy a folder fmt/ of headers here and name the folder "
                      "it is in by -DTAGMA_FMT_INCLUDE=")
endif()
add_library(fmt::fmt INTERFACE IMPORTED GLOBAL)
target_include_directories(fmt::fmt INTERFACE ${TAGMA_FMT_INCLUDE})
target_compile_definitions(fmt::fmt INTERFACE FMT_HEADER_ONLY)
add_library(nlohmann_json::nlohmann_json INTERFACE IMPORTED GLOBAL)  # no file of these folders includes it

foreach(folder base math data loss drive)
  add_subdirectory(${root}/tagma/${folder} ${folder})
endforeach()
add_executable(gpu_check ${root}/tests/bridge/gpu/gpu_check.cc ${root}/tests/bridge/gpu/bandwidth.cc)
target_include_directories(gpu_check PRIVATE ${root})
target_include_directories(gpu_check SYSTEM PRIVATE ${TAGMA_CUDA_TOOLKIT}/include)
target_link_libraries(gpu_check PRIVATE tagma_cuda)
