# Included by the fuzzers' list file where KPID_FUZZERS is on.
add_executable(table_fuzz ${CMAKE_CURRENT_LIST_DIR}/table_fuzz.cpp)
target_link_libraries(table_fuzz PRIVATE kpid_finance_core kpid_pupil_roll_core kpid_options)
target_compile_options(table_fuzz PRIVATE -fsanitize=fuzzer)
target_link_options(table_fuzz PRIVATE -fsanitize=fuzzer)
