# Included by the fuzzers' list file where KPID_FUZZERS is on.
add_executable(render_fuzz ${CMAKE_CURRENT_LIST_DIR}/render_fuzz.cpp)
target_link_libraries(render_fuzz PRIVATE kpid_webhooks kpid_options)
target_compile_options(render_fuzz PRIVATE -fsanitize=fuzzer)
target_link_options(render_fuzz PRIVATE -fsanitize=fuzzer)
