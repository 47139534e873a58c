# Included by the fuzzers' list file where KPID_FUZZERS is on.
add_executable(expression_fuzz ${CMAKE_CURRENT_LIST_DIR}/expression_fuzz.cpp)
target_link_libraries(expression_fuzz PRIVATE kpid_config kpid_kpis kpid_options)
target_compile_options(expression_fuzz PRIVATE -fsanitize=fuzzer)
target_link_options(expression_fuzz PRIVATE -fsanitize=fuzzer)
