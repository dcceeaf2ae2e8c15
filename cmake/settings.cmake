# Language level, warnings, floating-point rules, sanitizers, and the optional helpers ccache and mold.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

# Shadowing is asked of GCC alone (clang also minds parameters named like static members of their class), and not where a folder is
# compiled as one file (all presets but dev): there names of one file would shadow another's. Clang does not know all of GCC's
# pragmas and attributes.
set(shadow $<$<AND:$<CXX_COMPILER_ID:GNU>,$<NOT:$<BOOL:${CMAKE_UNITY_BUILD}>>>:-Wshadow>)
add_compile_options(-Wall -Wextra -Wpedantic ${shadow} -Wno-missing-field-initializers
                    $<$<CXX_COMPILER_ID:Clang>:-Wno-unknown-pragmas> $<$<CXX_COMPILER_ID:Clang>:-Wno-ignored-attributes>)
# No fused multiply-add unless a kernel asks for it: the same source gives the same bytes on every machine. errno and
# floating-point traps are not used anywhere; without them loops over exp and log vectorise.
add_compile_options(-ffp-contract=off -fno-math-errno -fno-trapping-math)

if(TAGMA_SANITIZE)
  add_compile_options(-fsanitize=${TAGMA_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${TAGMA_SANITIZE})
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)  # false alarms in std::regex
endif()
if(TAGMA_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(TAGMA_CCACHE ccache)
if(TAGMA_CCACHE)
  # what ccache wants to be told before it keeps objects that use a precompiled header
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${TAGMA_CCACHE})
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()
find_program(TAGMA_MOLD mold)
if(TAGMA_MOLD AND NOT TAGMA_SANITIZE)
  add_link_options(-fuse-ld=mold)
endif()
