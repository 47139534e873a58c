# The readers are compiled once more, for the fuzzers to see their branches and the sanitizers their
# reads.
set(readers_folder ${CMAKE_SOURCE_DIR}/sdk/readers)
file(GLOB readers_sources CONFIGURE_DEPENDS ${readers_folder}/*.cpp)
add_library(kpid_readers_fuzzed STATIC ${readers_sources})
target_include_directories(kpid_readers_fuzzed PUBLIC ${CMAKE_SOURCE_DIR}/sdk)
target_compile_options(kpid_readers_fuzzed PUBLIC -fsanitize=fuzzer-no-link,address,undefined)
target_link_libraries(kpid_readers_fuzzed
  PUBLIC tl::expected PRIVATE PkgConfig::LIBZIP pugixml::pugixml simdjson::simdjson kpid_options)

foreach(reader cell csv json xlsx xml zip)
  add_executable(${reader}_fuzz ${CMAKE_CURRENT_LIST_DIR}/${reader}_fuzz.cpp)
  target_include_directories(${reader}_fuzz PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(${reader}_fuzz PRIVATE kpid_readers_fuzzed kpid_options)
  target_link_options(${reader}_fuzz PRIVATE -fsanitize=fuzzer,address,undefined)
endforeach()
target_link_libraries(xlsx_fuzz PRIVATE kpid_test_workbooks)
