# Included by the fuzzers' list file where KPID_FUZZERS is on.
add_executable(csv_fuzz ${CMAKE_CURRENT_LIST_DIR}/csv_fuzz.cpp)
target_include_directories(csv_fuzz PRIVATE ${CMAKE_SOURCE_DIR}/tests)
target_link_libraries(csv_fuzz PRIVATE kpid_readers kpid_options)
target_compile_options(csv_fuzz PRIVATE -fsanitize=fuzzer)
target_link_options(csv_fuzz PRIVATE -fsanitize=fuzzer)
