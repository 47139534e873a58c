# Included by the fuzzers' list file where KPID_FUZZERS is on.
add_executable(finance_fuzz ${CMAKE_CURRENT_LIST_DIR}/finance_fuzz.cpp)
target_link_libraries(finance_fuzz PRIVATE kpid_finance_core kpid_options)
target_compile_options(finance_fuzz PRIVATE -fsanitize=fuzzer)
target_link_options(finance_fuzz PRIVATE -fsanitize=fuzzer)
