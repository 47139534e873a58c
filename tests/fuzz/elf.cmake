# The sources are compiled again, for the fuzzer to see their branches and the sanitizers their
# reads.
set(manifest_folder ${CMAKE_SOURCE_DIR}/daemon/plugin_host)
foreach(target elf_fuzz manifest_fuzz)
  add_executable(${target}
    ${CMAKE_CURRENT_LIST_DIR}/${target}.cpp
    ${manifest_folder}/elf_library.cpp ${manifest_folder}/json_words.cpp
    ${manifest_folder}/manifest_json.cpp ${manifest_folder}/settings.cpp
    ${manifest_folder}/settings_faults.cpp ${manifest_folder}/settings_schema.cpp)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/daemon)
  target_include_directories(${target} SYSTEM PRIVATE ${VALIJSON_INCLUDE_DIR})
  target_compile_definitions(${target} PRIVATE VALIJSON_USE_EXCEPTIONS=1)
  target_link_libraries(${target} PRIVATE kpid_model kpid_readers Boost::json kpid_options)
  target_compile_options(${target} PRIVATE -fsanitize=fuzzer,address,undefined)
  target_link_options(${target} PRIVATE -fsanitize=fuzzer,address,undefined)
endforeach()
