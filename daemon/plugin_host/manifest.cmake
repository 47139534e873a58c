# Reads a plugin's manifest without running the plugin: a room within the room, free of processes
# and of the network, for whoever lists, checks or refuses plugins.
find_path(VALIJSON_INCLUDE_DIR valijson/validator.hpp REQUIRED)
kpid_room(plugin_manifest
  SOURCES elf_library.cpp json_words.cpp manifest.cpp manifest_json.cpp settings.cpp
          settings_faults.cpp settings_schema.cpp
  LINK kpid_model Boost::json)
target_include_directories(kpid_plugin_manifest SYSTEM PRIVATE ${VALIJSON_INCLUDE_DIR})
# valijson must throw where it would otherwise abort.
target_compile_definitions(kpid_plugin_manifest PRIVATE VALIJSON_USE_EXCEPTIONS=1)
target_link_libraries(kpid_plugin_manifest PRIVATE kpid_readers OpenSSL::Crypto)
