# `cmake --install`: the tools, the runtime that emblemc links models with, the
# headers, and what finds them again (emblem.pc, EmblemConfig.cmake).
include(CMakePackageConfigHelpers)

set(tools emblemc emblem-opt emblem-translate emblem-lsp-server)
# LLVM stays where it is.
set_target_properties(${tools} PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
install(TARGETS ${tools})
if(EMBLEM_HALIDE_FOUND)
  # Halide goes along: pip's lies in an environment.
  get_filename_component(halide ${HALIDE_LIBRARY} REALPATH)
  install(FILES ${halide} DESTINATION ${EMBLEM_PRIVATE_LIBDIR}
          RENAME libHalide.so)
  set_target_properties(emblem-halide PROPERTIES
    INSTALL_RPATH "$ORIGIN/${EMBLEM_PRIVATE_LIBS_FROM_BIN}")
  install(TARGETS emblem-halide)
endif()

# For emblemc alone.
install(TARGETS emblem_command emblem_runtime
        ARCHIVE DESTINATION ${EMBLEM_PRIVATE_LIBDIR})
foreach(library emblem_cuda emblem_image emblem_interface)
  install(FILES $<TARGET_PROPERTY:${library},IMPORTED_LOCATION>
          DESTINATION ${EMBLEM_PRIVATE_LIBDIR})
endforeach()

if(TARGET emblem_sysroot)
  install(DIRECTORY ${CMAKE_ARCHIVE_OUTPUT_DIRECTORY}/sysroot
          DESTINATION ${EMBLEM_PRIVATE_LIBDIR})
endif()

install(TARGETS emblem)
install(DIRECTORY runtime/include/emblem TYPE INCLUDE)
install(FILES LICENSE TYPE DOC)

set(pkgconfig ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH EMBLEM_PREFIX_FROM_PC
     ${CMAKE_INSTALL_PREFIX}/${pkgconfig} ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" EMBLEM_PREFIX_FROM_PC "${EMBLEM_PREFIX_FROM_PC}")
configure_file(cmake/emblem.pc.in emblem.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/emblem.pc DESTINATION ${pkgconfig})

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/Emblem)
configure_package_config_file(cmake/EmblemConfig.cmake.in EmblemConfig.cmake
  INSTALL_DESTINATION ${package}
  PATH_VARS CMAKE_INSTALL_BINDIR CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_INCLUDEDIR)
write_basic_package_version_file(EmblemConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/EmblemConfig.cmake
              ${PROJECT_BINARY_DIR}/EmblemConfigVersion.cmake
        DESTINATION ${package})
