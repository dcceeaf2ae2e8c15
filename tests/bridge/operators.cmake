# The operators of PyTorch and the example that shows them, in the Python of the system: that is where Debian's torch is.
if(TARGET tagma_torch)
  set(python /usr/bin/python3)
  add_test(NAME bridge.ops_test COMMAND ${python} ${CMAKE_CURRENT_SOURCE_DIR}/bridge/ops_test.py $<TARGET_FILE:tagma_torch>)
  add_test(NAME bridge.example COMMAND ${python} ${PROJECT_SOURCE_DIR}/examples/pytorch_loop.py $<TARGET_FILE:tagma_torch>)
  set_tests_properties(bridge.ops_test bridge.example PROPERTIES SKIP_REGULAR_EXPRESSION "skipped: this Python has no torch")
endif()
