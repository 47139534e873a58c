# kpid_add_plugin(NAME SOURCES file... MANIFEST manifest.json [LINK target...] [NO_INSTALL])
#
# Builds a plugin of kpid from sources that hold one KPID_PLUGIN(...). Makes two targets:
#   NAME          the plugin, ${CMAKE_BINARY_DIR}/plugins/NAME.so; exports kpid_plugin_entry_v1 alone
#   NAME_objects  the same code to link into a test beside kpid::sdk_testing, where
#                 kpid_plugin_entry_v1() is simply called
# The manifest is checked when CMake runs, and stands in the library's section kpid_manifest, so
# that kpid reads it without running the plugin. Its "id" is NAME. `cmake --install . --component
# kpid-plugins` installs NAME.so into lib/kpid/plugins.
#
# A plugin in C returns the bytes from kpid_manifest_begin to kpid_manifest_end (hidden symbols) as its
# table's manifest; plugin.hpp does so by itself.
#
# Section: "KPIDPLG1", u32 major, u32 minor of the ABI that the plugin needs, u64 length, then the
# manifest's bytes, all little endian. Not writable.

# The manifest's faults as one sentence each, which end the configuration.
function(_kpid_check_manifest name manifest)
  if(NOT EXISTS "${manifest}" OR IS_DIRECTORY "${manifest}")
    message(FATAL_ERROR "kpid_add_plugin(${name}): there is no manifest at ${manifest}; write one, "
      "or correct MANIFEST")
  endif()
  file(READ "${manifest}" text)
  string(JSON kind ERROR_VARIABLE fault TYPE "${text}")
  if(fault)
    message(FATAL_ERROR "kpid_add_plugin(${name}): ${manifest} is not JSON: ${fault}")
  endif()
  if(NOT kind STREQUAL "OBJECT")
    message(FATAL_ERROR "kpid_add_plugin(${name}): ${manifest} must hold one JSON object")
  endif()
  foreach(member id version)
    string(JSON kind ERROR_VARIABLE fault TYPE "${text}" ${member})
    if(fault OR NOT kind STREQUAL "STRING")
      message(FATAL_ERROR "kpid_add_plugin(${name}): ${manifest} lacks \"${member}\", a text")
    endif()
    string(JSON ${member} GET "${text}" ${member})
    if("${${member}}" STREQUAL "")
      message(FATAL_ERROR "kpid_add_plugin(${name}): \"${member}\" in ${manifest} is empty")
    endif()
  endforeach()
  if(NOT id STREQUAL name)
    message(FATAL_ERROR "kpid_add_plugin(${name}): the \"id\" in ${manifest} is \"${id}\"; "
      "it must be \"${name}\", for kpid finds a plugin by the name of its file")
  endif()
endfunction()

function(kpid_add_plugin name)
  cmake_parse_arguments(PLUGIN "NO_INSTALL" "MANIFEST" "SOURCES;LINK" ${ARGN})
  if(PLUGIN_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "kpid_add_plugin(${name}): what is meant by ${PLUGIN_UNPARSED_ARGUMENTS}? "
      "It takes SOURCES, MANIFEST, LINK and NO_INSTALL")
  endif()
  if(NOT name MATCHES "^[a-z][a-z0-9_]*$")
    message(FATAL_ERROR "kpid_add_plugin(${name}): a plugin's name is of a-z, 0-9 and _, and begins "
      "with a letter")
  endif()
  if(NOT PLUGIN_SOURCES OR NOT PLUGIN_MANIFEST)
    message(FATAL_ERROR "kpid_add_plugin(${name}): SOURCES and MANIFEST are both needed")
  endif()
  get_filename_component(manifest "${PLUGIN_MANIFEST}" ABSOLUTE)
  _kpid_check_manifest(${name} "${manifest}")
  # Checked again when it changes.
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${manifest}")

  set(KPID_PLUGIN_NAME ${name})
  # What plugin.hpp needs of its host, which is what the table's abi_minor says too. Set here: the
  # caller's folder does not see this file's variables.
  set(KPID_PLUGIN_NEEDS_ABI_MINOR 0)
  string(REPLACE "\\" "\\\\" KPID_MANIFEST_PATH "${manifest}")
  string(REPLACE "\"" "\\\"" KPID_MANIFEST_PATH "${KPID_MANIFEST_PATH}")
  set(carrier "${CMAKE_CURRENT_BINARY_DIR}/${name}_manifest.cpp")
  configure_file("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/kpid_manifest.cpp.in" "${carrier}" @ONLY)
  # Link-time optimisation does not see symbols that assembler defines.
  set_source_files_properties("${carrier}" PROPERTIES
    OBJECT_DEPENDS "${manifest}" COMPILE_OPTIONS "-fno-lto")

  add_library(${name}_objects OBJECT ${PLUGIN_SOURCES} "${carrier}")
  target_link_libraries(${name}_objects PUBLIC kpid::sdk ${PLUGIN_LINK})
  if(TARGET kpid_options)  # in kpid's own tree
    target_link_libraries(${name}_objects PRIVATE kpid_options)
  endif()
  set_target_properties(${name}_objects PROPERTIES
    POSITION_INDEPENDENT_CODE ON
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)

  add_library(${name} MODULE)
  target_link_libraries(${name} PRIVATE ${name}_objects)
  set_target_properties(${name} PROPERTIES
    PREFIX "" SUFFIX ".so" LINKER_LANGUAGE CXX
    LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/plugins")
  set(map "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/kpid-plugin.map")
  set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS "${map}")
  target_link_options(${name} PRIVATE "-Wl,--version-script=${map}" "-Wl,-z,now")
  # clang leaves its sanitizers' symbols to be found in the program.
  set(sanitized FALSE)
  if(KPID_SANITIZE OR CMAKE_CXX_FLAGS MATCHES "-fsanitize" OR
     CMAKE_MODULE_LINKER_FLAGS MATCHES "-fsanitize")
    set(sanitized TRUE)
  endif()
  if(NOT (sanitized AND CMAKE_CXX_COMPILER_ID MATCHES "Clang"))
    target_link_options(${name} PRIVATE "-Wl,-z,defs")
  endif()

  if(PLUGIN_NO_INSTALL)  # a plugin of somebody's tests
    return()
  endif()
  set(libraries lib)
  if(CMAKE_INSTALL_LIBDIR)
    set(libraries "${CMAKE_INSTALL_LIBDIR}")
  endif()
  install(TARGETS ${name} LIBRARY DESTINATION "${libraries}/kpid/plugins" COMPONENT kpid-plugins)
endfunction()
