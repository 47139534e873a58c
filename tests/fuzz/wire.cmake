add_executable(wire_fuzz ${CMAKE_CURRENT_LIST_DIR}/wire_fuzz.cpp)
target_link_libraries(wire_fuzz PRIVATE kpid_plugin_wire kpid_readers kpid_options)
target_compile_options(wire_fuzz PRIVATE -fsanitize=fuzzer)
target_link_options(wire_fuzz PRIVATE -fsanitize=fuzzer)
