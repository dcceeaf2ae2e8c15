# Symbols of one instruction set must not leak into others (level_symbols.py). Sanitizers add names of their own.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|amd64" AND NOT TAGMA_SANITIZE)
  add_test(NAME level_symbols COMMAND python3 ${CMAKE_CURRENT_SOURCE_DIR}/drive/level_symbols.py $<TARGET_OBJECTS:tagma_drive>
           COMMAND_EXPAND_LISTS)
endif()
