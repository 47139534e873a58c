# The SDK as its users have it: `cmake --install BUILD --component kpid-sdk --prefix P`, then
# find_package(kpid-sdk) with P in CMAKE_PREFIX_PATH.
include(CMakePackageConfigHelpers)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/kpid-sdk)
install(TARGETS kpid_sdk kpid_sdk_testing kpid_readers EXPORT kpid-sdk-targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT kpid-sdk)
install(EXPORT kpid-sdk-targets NAMESPACE kpid:: DESTINATION ${package} COMPONENT kpid-sdk)
install(DIRECTORY include/kpid DESTINATION include/kpid-sdk COMPONENT kpid-sdk
  FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")
install(DIRECTORY readers DESTINATION include/kpid-sdk COMPONENT kpid-sdk
  FILES_MATCHING PATTERN "*.hpp")
install(DIRECTORY template DESTINATION share/kpid-sdk COMPONENT kpid-sdk)

# The SDK's version is that of the interface that it speaks.
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/kpid-sdk-config-version.cmake
  VERSION 1.0.0 COMPATIBILITY SameMajorVersion)
configure_package_config_file(cmake/kpid-sdk-config.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/kpid-sdk-config.cmake INSTALL_DESTINATION ${package})
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/kpid-sdk-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/kpid-sdk-config-version.cmake
  cmake/KpidPlugin.cmake cmake/kpid-plugin.map cmake/kpid_manifest.cpp.in
  DESTINATION ${package} COMPONENT kpid-sdk)
