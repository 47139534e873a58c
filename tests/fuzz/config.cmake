# Included by the fuzzers' list file where KPID_FUZZERS is on.
add_executable(config_fuzz ${CMAKE_CURRENT_LIST_DIR}/config_fuzz.cpp)
target_link_libraries(config_fuzz PRIVATE kpid_config kpid_options)
target_compile_options(config_fuzz PRIVATE -fsanitize=fuzzer)
target_link_options(config_fuzz PRIVATE -fsanitize=fuzzer)
