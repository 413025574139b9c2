# The runtime for machines of other architectures, one build each, where Debian's
# cross compiler is: in lib/<architecture> of the build folder and of an
# installation. emblemc links programs for them (`--target=aarch64`).
include(ExternalProject)
set(EMBLEM_CROSS_RUNTIMES) # their targets

# As LLVM's triples and Debian's compilers name them.
set(EMBLEM_ARCHITECTURES aarch64 x86_64)

foreach(architecture ${EMBLEM_ARCHITECTURES})
  if(architecture STREQUAL CMAKE_SYSTEM_PROCESSOR)
    continue()
  endif()
  set(compiler ${architecture}-linux-gnu)
  find_program(EMBLEM_CXX_${architecture} ${compiler}-g++)
  find_program(EMBLEM_CC_${architecture} ${compiler}-gcc)
  if(NOT EMBLEM_CXX_${architecture} OR NOT EMBLEM_CC_${architecture})
    message(STATUS "No ${compiler}-g++: programs for ${architecture} can be "
      "compiled, not linked (apt install g++-${architecture}-linux-gnu)")
    continue()
  endif()
  set(folder ${CMAKE_ARCHIVE_OUTPUT_DIRECTORY}/${architecture})
  ExternalProject_Add(emblem_runtime_${architecture}
    SOURCE_DIR ${PROJECT_SOURCE_DIR}
    BINARY_DIR ${PROJECT_BINARY_DIR}/runtime-${architecture}
    CMAKE_ARGS
      -DCMAKE_SYSTEM_NAME=${CMAKE_SYSTEM_NAME}
      -DCMAKE_SYSTEM_PROCESSOR=${architecture}
      -DCMAKE_C_COMPILER=${EMBLEM_CC_${architecture}}
      -DCMAKE_CXX_COMPILER=${EMBLEM_CXX_${architecture}}
      -DCMAKE_BUILD_TYPE=${CMAKE_BUILD_TYPE}
      -DCMAKE_CXX_FLAGS_RELEASE=${CMAKE_CXX_FLAGS_RELEASE}
      -Dfmt_DIR=${fmt_DIR} # headers alone
      -DEMBLEM_UNPACKED=${PROJECT_BINARY_DIR}/packages-${architecture}
      -DEMBLEM_RUNTIME_FOLDER=${folder}
    BUILD_ALWAYS ON
    INSTALL_COMMAND "")
  list(APPEND EMBLEM_CROSS_RUNTIMES emblem_runtime_${architecture})
  install(DIRECTORY ${folder} DESTINATION ${EMBLEM_PRIVATE_LIBDIR}
          FILES_MATCHING PATTERN "*.a" PATTERN "sysroot/*")
endforeach()
