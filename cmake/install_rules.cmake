# cmake --install: the program, the headers, the libraries and a package file (find_package(tagma) -> tagma::tagma).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

get_property(folders GLOBAL PROPERTY TAGMA_FOLDERS)
install(TARGETS tagma_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS ${folders} tagma EXPORT tagma ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
foreach(module tagma_mpi tagma_deep tagma_torch)
  if(TARGET ${module})
    install(TARGETS ${module} LIBRARY DESTINATION lib/tagma)  # where base/module.h looks for it
  endif()
endforeach()
install(DIRECTORY tagma DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/tagma)
install(EXPORT tagma NAMESPACE tagma:: DESTINATION ${package_dir})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/tagma-config.cmake.in ${PROJECT_BINARY_DIR}/tagma-config.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/tagma-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/tagma-config.cmake ${PROJECT_BINARY_DIR}/tagma-config-version.cmake
        DESTINATION ${package_dir})
