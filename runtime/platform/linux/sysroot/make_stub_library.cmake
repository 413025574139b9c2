# A shared library with the names, versions and kinds of LIBRARY's symbols, and no
# code, at STUB: whatever is linked with it asks LIBRARY for the same when it runs.
execute_process(COMMAND ${READELF} --dyn-syms --wide ${LIBRARY}
                OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL
  "(FUNC|IFUNC|OBJECT|NOTYPE) +(GLOBAL|WEAK) +DEFAULT +[0-9A-Z]+ [^\n]*@@[^\n]*"
  symbols "${symbols}")
set(assembly)
set(versions)
foreach(symbol ${symbols})
  string(REGEX MATCH "^([A-Z]+) .* ([^ @]+)@@([^ ]+)" found ${symbol})
  set(type ${CMAKE_MATCH_1})
  set(name ${CMAKE_MATCH_2})
  set(version ${CMAKE_MATCH_3})
  if(version MATCHES "PRIVATE$")
    continue()
  endif()
  set(kind function)
  if(type STREQUAL "OBJECT")
    set(kind object)
  endif()
  string(APPEND assembly
    ".globl ${name}\n.type ${name}, %${kind}\n${name}: .skip 8\n")
  list(APPEND versions ${version})
  list(APPEND names_of_${version} ${name})
endforeach()
if(NOT versions)
  message(FATAL_ERROR "${LIBRARY} has no symbols with versions")
endif()
list(REMOVE_DUPLICATES versions)
list(SORT versions COMPARE NATURAL)
set(script)
foreach(version ${versions})
  list(JOIN names_of_${version} "; " names)
  string(APPEND script "${version} { global: ${names}; };\n")
endforeach()
file(WRITE ${NAME}.s "${assembly}.section .note.GNU-stack,\"\",%progbits\n")
file(WRITE ${NAME}.versions "${script}")
execute_process(
  COMMAND ${COMPILER} -shared -nostdlib -x assembler ${NAME}.s -s
          -Wl,--version-script,${NAME}.versions -Wl,-soname,${NAME}
          -Wl,--build-id=none -Wl,-z,noseparate-code -o ${STUB}
  COMMAND_ERROR_IS_FATAL ANY)
