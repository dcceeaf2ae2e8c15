# LibTorch for tagma/bridge and tagma/deep alone: TAGMA_TORCH_FOUND, and the target tagma_libtorch that carries its headers, libraries and
# definitions to whoever links it. What its package sets besides (flags, variables) ends with the function.
# A LibTorch that is not Debian's is named with -DTorch_DIR=.../share/cmake/Torch.
function(tagma_find_torch)
  set(TAGMA_TORCH_FOUND FALSE PARENT_SCOPE)
  if(TAGMA_TORCH STREQUAL "OFF" OR (TAGMA_TORCH STREQUAL "AUTO" AND TAGMA_SANITIZE))  # a sanitizer would want LibTorch built with it
    return()
  endif()
  set(PYTHON_EXECUTABLE /usr/bin/python3)
  if(TAGMA_TORCH STREQUAL "ON")
    find_package(Torch REQUIRED)
  else()
    find_package(Torch QUIET)
  endif()
  if(NOT Torch_FOUND)
    return()
  endif()
  add_library(tagma_libtorch INTERFACE)
  target_link_libraries(tagma_libtorch INTERFACE torch)
  target_include_directories(tagma_libtorch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
  set(TAGMA_TORCH_FOUND TRUE PARENT_SCOPE)
endfunction()
tagma_find_torch()
