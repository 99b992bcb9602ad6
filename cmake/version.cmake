# Writes HEADER if its text changes: the version, and the commit this tree stands at.  A tarball of
# `git archive` has it in commit.txt; a repository that this tree is only a folder of is another's.
file(STRINGS ${SOURCE}/cmake/commit.txt commit REGEX "^[0-9a-f]+$")
string(SUBSTRING "${commit}" 0 12 commit)
if(NOT commit)
  set(commit unknown)
endif()
execute_process(COMMAND git -C ${SOURCE} rev-parse --show-prefix --short=12 HEAD
                OUTPUT_VARIABLE head ERROR_QUIET RESULT_VARIABLE failed)
if(NOT failed AND head MATCHES "^\n([0-9a-f]+)\n$") # no prefix: this is its top
  set(commit ${CMAKE_MATCH_1})
  execute_process(COMMAND git -C ${SOURCE} status --porcelain --untracked-files=no
                  OUTPUT_VARIABLE changes ERROR_QUIET)
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
