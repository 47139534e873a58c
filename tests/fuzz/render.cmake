# Included by the fuzzers' list file where KPID_FUZZERS is on. The formats are compiled into it, so
# that the fuzzer sees which way they took, and the sanitizers what they touched.
file(GLOB formats CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/daemon/webhooks/render*.cpp)
add_executable(render_fuzz
  ${CMAKE_CURRENT_LIST_DIR}/render_fuzz.cpp
  ${formats}
  ${CMAKE_SOURCE_DIR}/daemon/webhooks/delivery_request.cpp
  ${CMAKE_SOURCE_DIR}/daemon/webhooks/message.cpp)
target_link_libraries(render_fuzz PRIVATE kpid_webhooks kpid_options)
target_compile_options(render_fuzz PRIVATE -fsanitize=fuzzer,address,undefined)
target_link_options(render_fuzz PRIVATE -fsanitize=fuzzer,address,undefined)
