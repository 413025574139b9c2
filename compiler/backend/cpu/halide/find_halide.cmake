# Halide, from PyPI: it is where pip puts it, or where Halide_ROOT says. (Its own
# CMake files want a CMake that Debian 12 has not.)
set(EMBLEM_HALIDE_FOUND OFF)
if(EMBLEM_HALIDE)
  file(GLOB EMBLEM_HALIDE_HINTS
       ${PROJECT_BINARY_DIR}/venv/lib/python3*/site-packages/halide
       ${PROJECT_SOURCE_DIR}/build/venv/lib/python3*/site-packages/halide)
  find_path(HALIDE_INCLUDE_DIR Halide.h
            HINTS ${Halide_ROOT} ${EMBLEM_HALIDE_HINTS} PATH_SUFFIXES include)
  find_library(HALIDE_LIBRARY Halide
               HINTS ${Halide_ROOT} ${EMBLEM_HALIDE_HINTS}
               PATH_SUFFIXES lib64 lib)
  if(HALIDE_INCLUDE_DIR AND HALIDE_LIBRARY)
    file(STRINGS ${HALIDE_INCLUDE_DIR}/HalideRuntime.h EMBLEM_HALIDE_VERSION
         REGEX "define HALIDE_VERSION_MAJOR 21")
    if(EMBLEM_HALIDE_VERSION)
      set(EMBLEM_HALIDE_FOUND ON)
    endif()
  endif()
  if(NOT EMBLEM_HALIDE_FOUND)
    message(STATUS "Halide 21 is not found: --kernels=halide will be refused")
  endif()
endif()
