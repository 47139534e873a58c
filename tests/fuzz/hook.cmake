# Included by the fuzzers' list file where KPID_FUZZERS is on.
add_executable(hook_fuzz ${CMAKE_CURRENT_LIST_DIR}/hook_fuzz.cpp)
target_link_libraries(hook_fuzz PRIVATE kpid_http kpid_options)
target_compile_options(hook_fuzz PRIVATE -fsanitize=fuzzer)
target_link_options(hook_fuzz PRIVATE -fsanitize=fuzzer)
