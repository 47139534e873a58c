# Configures a project for each faulty manifest and compiles each class that is no plugin; every one
# must fail, with its sentence. Run by CTest with SDK, SCRATCH and COMPILER.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE "${SCRATCH}")
set(failed 0)

function(check what result output sentence)
  string(REGEX REPLACE "[ \n]+" " " flat "${output}")
  string(FIND "${flat}" "${sentence}" at)
  if(result EQUAL 0)
    message(SEND_ERROR "${what}: was accepted")
  elseif(at EQUAL -1)
    message(SEND_ERROR "${what}: the sentence \"${sentence}\" is missing in:\n${output}")
  endif()
endfunction()

function(refused what manifest sentence)
  set(folder "${SCRATCH}/${what}")
  file(MAKE_DIRECTORY "${folder}")
  if(NOT manifest STREQUAL "none")
    file(WRITE "${folder}/manifest.json" "${manifest}")
  endif()
  file(WRITE "${folder}/plugin.cpp" "")
  file(WRITE "${folder}/CMakeLists.txt" "cmake_minimum_required(VERSION 3.25)
project(refused LANGUAGES NONE)
include(\"${SDK}/cmake/KpidPlugin.cmake\")
kpid_add_plugin(sample SOURCES plugin.cpp MANIFEST manifest.json)
")
  execute_process(COMMAND ${CMAKE_COMMAND} -S "${folder}" -B "${folder}/build"
    RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  check("${what}" "${result}" "${output}" "${sentence}")
endfunction()

refused(missing none "there is no manifest at")
refused(no_json "{\"id\": " "is not JSON")
refused(empty "" "is not JSON")
refused(no_object "[]" "must hold one JSON object")
refused(no_id "{\"version\": \"1\"}" "lacks \"id\", a text")
refused(no_version "{\"id\": \"sample\"}" "lacks \"version\", a text")
refused(number "{\"id\": \"sample\", \"version\": 1}" "lacks \"version\", a text")
refused(blank "{\"id\": \"sample\", \"version\": \"\"}" "is empty")
refused(other_id "{\"id\": \"other\", \"version\": \"1\"}" "it must be \"sample\"")

function(no_plugin what members sentence)
  file(WRITE "${SCRATCH}/${what}.cpp" "#include <kpid/plugin.hpp>
struct Roll { ${members} };
KPID_PLUGIN(Roll);
")
  execute_process(COMMAND ${COMPILER} -std=c++20 -fsyntax-only -I "${SDK}/include" "${SCRATCH}/${what}.cpp"
    RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  check("${what}" "${result}" "${output}" "${sentence}")
endfunction()

set(constructor "explicit Roll(const kpid::plugin::Settings&);")
set(check "kpid::plugin::Status check(kpid::plugin::Host&);")
set(pull "kpid::plugin::Status pull(kpid::plugin::Host&, const kpid::plugin::Pull&);")
no_plugin(no_constructor "${check} ${pull}"
  "Roll needs a constructor from (const kpid::plugin::Settings&)")
no_plugin(no_check "${constructor} ${pull}"
  "Roll needs kpid::plugin::Status check(kpid::plugin::Host&)")
no_plugin(no_pull "${constructor} ${check} void pull();"
  "Roll needs kpid::plugin::Status pull(kpid::plugin::Host&, const kpid::plugin::Pull&)")
