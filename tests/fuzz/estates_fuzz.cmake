# Included by the fuzzers' list file where KPID_FUZZERS is on.
add_executable(estates_fuzz ${CMAKE_CURRENT_LIST_DIR}/estates_fuzz.cpp)
target_link_libraries(estates_fuzz PRIVATE kpid_estates_core kpid_options)
target_compile_options(estates_fuzz PRIVATE -fsanitize=fuzzer)
target_link_options(estates_fuzz PRIVATE -fsanitize=fuzzer)
