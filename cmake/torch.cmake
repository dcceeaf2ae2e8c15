# LibTorch, as the target tagma_torch_library: of the system (Debian libtorch-dev), or of TAGMA_TORCH_ROOT, the folder
# `torch` of a PyTorch installation (which has include/ and lib/). TAGMA_TORCH_FOUND says whether it is to be had.
# LibTorch's own CMake package is not used: it gives its flags to everything that is built beside it.
set(TAGMA_TORCH AUTO CACHE STRING "Networks on LibTorch: AUTO (where it is installed, and no sanitizer is on), ON or OFF")
set_property(CACHE TAGMA_TORCH PROPERTY STRINGS AUTO ON OFF)
set(TAGMA_TORCH_ROOT "" CACHE PATH "Where LibTorch lies, when not in the system's folders")

set(TAGMA_TORCH_FOUND OFF)
if(TAGMA_TORCH STREQUAL "ON" OR (TAGMA_TORCH STREQUAL "AUTO" AND NOT TAGMA_SANITIZE))
  find_path(TAGMA_TORCH_INCLUDE ATen/ATen.h HINTS ${TAGMA_TORCH_ROOT} PATH_SUFFIXES include)
  foreach(part torch torch_cpu c10)
    find_library(TAGMA_TORCH_${part} ${part} HINTS ${TAGMA_TORCH_ROOT} PATH_SUFFIXES lib)
  endforeach()
  if(TAGMA_TORCH_INCLUDE AND TAGMA_TORCH_torch AND TAGMA_TORCH_torch_cpu AND TAGMA_TORCH_c10)
    set(TAGMA_TORCH_FOUND ON)
  elseif(TAGMA_TORCH STREQUAL "ON")
    message(FATAL_ERROR "TAGMA_TORCH is ON, but LibTorch is not found: install libtorch-dev, or set TAGMA_TORCH_ROOT")
  endif()
endif()
if(TAGMA_TORCH_FOUND)
  add_library(tagma_torch_library INTERFACE)
  target_include_directories(tagma_torch_library SYSTEM INTERFACE ${TAGMA_TORCH_INCLUDE} ${TAGMA_TORCH_INCLUDE}/torch/csrc/api/include)
  target_link_libraries(tagma_torch_library INTERFACE ${TAGMA_TORCH_torch} ${TAGMA_TORCH_torch_cpu} ${TAGMA_TORCH_c10})
endif()
