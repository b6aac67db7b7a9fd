# `cmake --install` puts the program, the library, the headers, the shipped specs and a package
# file in place, so that another project can say find_package(Tilewright).
include(CMakePackageConfigHelpers)

install(TARGETS tilewright_lib EXPORT TilewrightTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY model search DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tilewright
        FILES_MATCHING PATTERN "*.hpp")
install(DIRECTORY specs DESTINATION ${CMAKE_INSTALL_DATADIR}/tilewright)
install(EXPORT TilewrightTargets NAMESPACE Tilewright::
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Tilewright)
configure_package_config_file(cmake/TilewrightConfig.cmake.in
                              ${CMAKE_CURRENT_BINARY_DIR}/TilewrightConfig.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Tilewright)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/TilewrightConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/TilewrightConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/TilewrightConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Tilewright)
