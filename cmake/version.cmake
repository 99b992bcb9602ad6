# Writes HEADER if its text changes: the version, and the commit this tree stands at.
set(commit unknown)
execute_process(COMMAND git -C ${SOURCE} rev-parse --short=12 HEAD OUTPUT_VARIABLE head
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(NOT failed)
  execute_process(COMMAND git -C ${SOURCE} status --porcelain --untracked-files=no
                  OUTPUT_VARIABLE changes ERROR_QUIET)
  set(commit ${head})
  if(changes)
    string(APPEND commit "+changes")
  endif()
endif()
set(text "/* Written by cmake/version.cmake. */
#define HOURGLASS_VERSION \"${VERSION}\"
#define HOURGLASS_COMMIT  \"${commit}\"
")
set(old "")
if(EXISTS ${HEADER})
  file(READ ${HEADER} old)
endif()
if(NOT old STREQUAL text)
  file(WRITE ${HEADER} "${text}")
endif()
