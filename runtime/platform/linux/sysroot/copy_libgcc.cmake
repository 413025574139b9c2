# LIBRARY without GCC's decimal numbers, at COPY.
execute_process(COMMAND ${AR} t ${LIBRARY} OUTPUT_VARIABLE members
                COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "bid[^\n]*" decimal "${members}")
file(COPY_FILE ${LIBRARY} ${COPY})
if(decimal)
  execute_process(COMMAND ${AR} dD ${COPY} ${decimal} COMMAND_ERROR_IS_FATAL ANY)
endif()
