# How every target of kpid is compiled, in one place.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

option(KPID_WARNINGS_AS_ERRORS "Every warning is an error" OFF)
set(KPID_SANITIZE "" CACHE STRING "Sanitizers: address,undefined or thread; empty for none")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS headers json url)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(tl-expected REQUIRED CONFIG PATHS /usr/share/cmake/tl-expected)
find_package(date REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(pugixml REQUIRED)
find_package(simdjson REQUIRED)
find_path(KAINJOW_MUSTACHE_INCLUDE kainjow/mustache.hpp REQUIRED)  # headers only
# Debian's CMake package of libzip asks for programs that its library does not need.
pkg_check_modules(LIBZIP REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(ICAL REQUIRED IMPORTED_TARGET libical)
pkg_check_modules(MUPARSER REQUIRED IMPORTED_TARGET muparser)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)

add_library(kpid_options INTERFACE)
target_compile_options(kpid_options INTERFACE -Wall -Wextra -Wpedantic -Wconversion)
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  # Full debug information doubles the build's time and is rarely read: line tables suffice.
  string(REPLACE "-g" "-g1" CMAKE_CXX_FLAGS_DEBUG "${CMAKE_CXX_FLAGS_DEBUG}")
endif()
if(KPID_WARNINGS_AS_ERRORS)
  target_compile_options(kpid_options INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(kpid_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wthread-safety>)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Optimising, g++ 12 inlines the one and not the other of a coroutine frame's new and delete, and
  # then takes them for a mismatched pair.
  target_compile_options(kpid_options
    INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-mismatched-new-delete>)
endif()
if(KPID_SANITIZE)
  # Lightly optimised: a third less to build, and the tests run faster. What a sanitizer inserts
  # makes g++ see uninitialised values where there are none.
  add_compile_options(-Og -fsanitize=${KPID_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all
                      $<$<COMPILE_LANGUAGE:CXX>:-Wno-maybe-uninitialized>)
  if(KPID_SANITIZE MATCHES "undefined")
    # The signal of a null pointer and AddressSanitizer itself find these, without a check at each
    # member access.
    add_compile_options(-fno-sanitize=null,object-size)
  endif()
  add_link_options(-fsanitize=${KPID_SANITIZE})
  add_compile_definitions(KPID_SANITIZED)
  if(KPID_SANITIZE STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Asio's scheduler has a fence that g++ cannot instrument; its locks are seen all the same.
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-tsan>)
  endif()
endif()
add_link_options(-fuse-ld=lld)

# Asio and Beast are compiled once, here, and only declared elsewhere.
add_library(kpid_boost STATIC ${CMAKE_SOURCE_DIR}/cmake/boost_sources.cpp)
target_link_libraries(kpid_boost PUBLIC Boost::headers Threads::Threads)
target_compile_definitions(kpid_boost PUBLIC
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)

# kpid_room(NAME SOURCES... LINK targets...): one room of daemon/, a static library of its own.
function(kpid_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINK" ${ARGN})
  if(NOT ROOM_SOURCES)  # headers only
    add_library(kpid_${name} INTERFACE)
    target_include_directories(kpid_${name} INTERFACE ${CMAKE_SOURCE_DIR}/daemon)
    target_link_libraries(kpid_${name} INTERFACE ${ROOM_LINK})
    return()
  endif()
  add_library(kpid_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(kpid_${name} PUBLIC ${CMAKE_SOURCE_DIR}/daemon)
  target_link_libraries(kpid_${name} PUBLIC ${ROOM_LINK} PRIVATE kpid_options)
endfunction()

# All that ThreadSanitizer looks at: building the rest under it would be for nothing.
add_custom_target(kpid_tsan_tests)

# kpid_test(NAME SOURCES... LINK... LABELS...): one GoogleTest program, registered with CTest as a
# single test: fast to start, and its own output names the failing case.
function(kpid_test name)
  cmake_parse_arguments(TEST "" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests ${CMAKE_SOURCE_DIR}/daemon)
  target_link_libraries(${name}
    PRIVATE ${TEST_LINK} kpid_test_places kpid_options GTest::gmock GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${TEST_TIMEOUT} LABELS "${TEST_LABELS}")
  if("tsan" IN_LIST TEST_LABELS)
    add_dependencies(kpid_tsan_tests ${name})
  endif()
endfunction()
