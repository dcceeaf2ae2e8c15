# The kernels of tagma/drive for CUDA devices: TAGMA_CUDA_FOUND, TAGMA_CUDA_TOOLKIT (its folder), and tagma_add_cuda(), which makes
# the target tagma_cuda.
# nvcc is called as a command, because the flags of settings.cmake are not its own.
set(TAGMA_CUDA_ARCHITECTURE sm_90 CACHE STRING "What nvcc compiles for, as for -arch: sm_90, native, ..")
set(TAGMA_CUDA_FOUND FALSE)
if(NOT TAGMA_CUDA STREQUAL "OFF" AND NOT (TAGMA_CUDA STREQUAL "AUTO" AND TAGMA_SANITIZE))
  find_program(TAGMA_NVCC nvcc PATHS /usr/local/cuda/bin)
  if(TAGMA_NVCC)
    set(TAGMA_CUDA_FOUND TRUE)
    get_filename_component(TAGMA_CUDA_TOOLKIT ${TAGMA_NVCC} REALPATH)
    get_filename_component(TAGMA_CUDA_TOOLKIT ${TAGMA_CUDA_TOOLKIT}/../.. ABSOLUTE)
  elseif(TAGMA_CUDA STREQUAL "ON")
    message(FATAL_ERROR "TAGMA_CUDA is ON, but there is no nvcc: put it on PATH or set TAGMA_NVCC")
  endif()
endif()

# tagma_cuda is a static library above tagma_drive. By AUTO it is built when something asks for it, and its kernels are hardly
# optimised by the assembler, which halves the time that takes: without a device the build only shows that they compile.
function(tagma_add_cuda)
  set(object ${CMAKE_CURRENT_BINARY_DIR}/cuda_rows.o)
  set(all "")
  set(effort -Xptxas -O3)
  if(TAGMA_CUDA STREQUAL "AUTO")
    set(all EXCLUDE_FROM_ALL)
    set(effort -Xptxas -O1)
  endif()
  set(fmt_include $<TARGET_PROPERTY:fmt::fmt,INTERFACE_INCLUDE_DIRECTORIES>)
  set(fmt_defined $<TARGET_PROPERTY:fmt::fmt,INTERFACE_COMPILE_DEFINITIONS>)
  add_custom_command(OUTPUT ${object}
    COMMAND ${TAGMA_NVCC} -std=c++20 -O3 -arch=${TAGMA_CUDA_ARCHITECTURE} ${effort} -ftz=true -prec-div=false -prec-sqrt=false -Werror cross-execution-space-call
            -DFMT_USE_CONSTEXPR=1 "$<$<BOOL:${fmt_defined}>:-D$<JOIN:${fmt_defined},;-D>>" -I${PROJECT_SOURCE_DIR}
            "$<$<BOOL:${fmt_include}>:-I$<JOIN:${fmt_include},;-I>>" -Xcompiler=-fPIC -MD -MF ${object}.d -c
            ${CMAKE_CURRENT_SOURCE_DIR}/cuda_rows.cu -o ${object}
    DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/cuda_rows.cu DEPFILE ${object}.d COMMAND_EXPAND_LISTS VERBATIM
    COMMENT "Compiling kernels for ${TAGMA_CUDA_ARCHITECTURE}")
  add_library(tagma_cuda STATIC ${all} ${object})
  set_target_properties(tagma_cuda PROPERTIES LINKER_LANGUAGE CXX)
  find_library(TAGMA_CUDART cudart_static PATHS ${TAGMA_CUDA_TOOLKIT}/lib64 ${TAGMA_CUDA_TOOLKIT}/targets/x86_64-linux/lib
               ${TAGMA_CUDA_TOOLKIT}/lib)
  if(TAGMA_CUDART)
    target_link_libraries(tagma_cuda INTERFACE tagma_drive ${TAGMA_CUDART} ${CMAKE_DL_LIBS} Threads::Threads rt)
  endif()
endfunction()
