# Included by the fuzzers' list file where KPID_FUZZERS is on.
add_executable(ical_fuzz ${CMAKE_CURRENT_LIST_DIR}/ical_fuzz.cpp)
target_link_libraries(ical_fuzz PRIVATE kpid_config kpid_options)
target_compile_options(ical_fuzz PRIVATE -fsanitize=fuzzer)
target_link_options(ical_fuzz PRIVATE -fsanitize=fuzzer)
