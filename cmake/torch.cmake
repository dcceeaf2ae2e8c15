# LibTorch for tagma/bridge and tagma/deep alone: TAGMA_TORCH_FOUND, TAGMA_TORCH_HAS_CUDA, and the target tagma_libtorch, which
# carries its headers, libraries and definitions to whoever links it.
#
# TAGMA_TORCH_ROOT names a LibTorch by its folder, e.g. that of a PyTorch for CUDA (python3 -c 'import torch; print(torch.__path__[0])');
# the CMake package of that is left alone, because it wants the whole toolkit set up its own way. Without it, find_package(Torch)
# finds Debian's; what that package sets besides (flags, variables) ends with the function.
set(TAGMA_TORCH_ROOT "" CACHE PATH "Folder of a LibTorch, with include/ and lib/ in it; empty: the one that is installed")
set(TAGMA_TORCH_ABI 1 CACHE STRING "_GLIBCXX_USE_CXX11_ABI of the LibTorch in TAGMA_TORCH_ROOT")

function(tagma_torch_of_root)
  if(NOT EXISTS ${TAGMA_TORCH_ROOT}/include/ATen/ATen.h)
    message(FATAL_ERROR "TAGMA_TORCH_ROOT ${TAGMA_TORCH_ROOT}: no include/ATen/ATen.h in there; name the folder of a LibTorch or of "
                        "Python's package torch")
  endif()
  set(libraries torch torch_cpu c10)
  set(include ${TAGMA_TORCH_ROOT}/include ${TAGMA_TORCH_ROOT}/include/torch/csrc/api/include)
  if(TAGMA_CUDA_FOUND AND EXISTS ${TAGMA_TORCH_ROOT}/lib/libtorch_cuda.so)
    list(APPEND include ${TAGMA_CUDA_TOOLKIT}/include)
    list(APPEND libraries torch_cuda c10_cuda)
    set(TAGMA_TORCH_HAS_CUDA TRUE PARENT_SCOPE)
  endif()
  add_library(tagma_libtorch INTERFACE)
  if(EXISTS ${TAGMA_TORCH_ROOT}/include/fmt)  # another fmt than the installed one, found before it, and without its library
    target_compile_definitions(tagma_libtorch INTERFACE FMT_HEADER_ONLY)
  endif()
  target_include_directories(tagma_libtorch SYSTEM INTERFACE ${include})
  target_compile_definitions(tagma_libtorch INTERFACE _GLIBCXX_USE_CXX11_ABI=${TAGMA_TORCH_ABI})
  target_link_directories(tagma_libtorch INTERFACE ${TAGMA_TORCH_ROOT}/lib)
  target_link_options(tagma_libtorch INTERFACE -Wl,-rpath,${TAGMA_TORCH_ROOT}/lib -Wl,--no-as-needed)  # torch_cuda registers itself
  target_link_libraries(tagma_libtorch INTERFACE ${libraries})
  set(TAGMA_TORCH_FOUND TRUE PARENT_SCOPE)
endfunction()

function(tagma_find_torch)
  set(TAGMA_TORCH_FOUND FALSE PARENT_SCOPE)
  if(TAGMA_TORCH STREQUAL "OFF" OR (TAGMA_TORCH STREQUAL "AUTO" AND TAGMA_SANITIZE))  # a sanitizer would want LibTorch built with it
    return()
  endif()
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
  if(TARGET c10_cuda)
    set(TAGMA_TORCH_HAS_CUDA TRUE PARENT_SCOPE)
  endif()
endfunction()

if(TAGMA_TORCH_ROOT AND NOT TAGMA_TORCH STREQUAL "OFF")
  tagma_torch_of_root()
elseif(NOT TAGMA_BRIDGE_ALONE)
  tagma_find_torch()
endif()
