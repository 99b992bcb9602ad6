# How a room and a program are made from a line in CMakeLists.txt.

add_library(flags INTERFACE)
target_include_directories(flags INTERFACE ${PROJECT_SOURCE_DIR}/include
                                           ${PROJECT_BINARY_DIR}/include)
target_compile_definitions(flags INTERFACE _GNU_SOURCE)
# What is fused stands in the source (include/base/numbers.h); no flag here lets the compiler fuse
# more, reorder sums or forget NaN.  Vectors are arguments of inlined functions alone, so that it
# is no matter how a call would pass them (psabi).
target_compile_options(flags INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-psabi
                                       -ffp-contract=off -fno-math-errno -fno-trapping-math)
# Constants are enums here, and stand beside doubles as they are; clang 19 would have them cast.
if(CMAKE_C_COMPILER_ID STREQUAL "Clang")
  target_compile_options(flags INTERFACE -Wno-enum-float-conversion)
endif()
if(HOURGLASS_WERROR)
  target_compile_options(flags INTERFACE -Werror)
endif()
if(HOURGLASS_ARCH)
  target_compile_options(flags INTERFACE -march=${HOURGLASS_ARCH})
endif()
if(HOURGLASS_SANITIZE)
  target_compile_options(flags INTERFACE -fsanitize=${HOURGLASS_SANITIZE}
                                         -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(flags INTERFACE -fsanitize=${HOURGLASS_SANITIZE})
endif()
# The same bytes whatever the folders are called; where one is in the other, the last counts.
target_compile_options(flags INTERFACE "-ffile-prefix-map=${PROJECT_SOURCE_DIR}=."
                                       "-ffile-prefix-map=${PROJECT_BINARY_DIR}=build")
target_link_libraries(flags INTERFACE m)
set(CMAKE_C_FLAGS_RELEASE "-O3 -g")

# own_flags(SOURCES): a source may say what it needs beside the flags of all, in a line of its
# own: "/* gcc: -fsome-flag because ..." of that compiler, "/* x86-64: -msome-flag" of all.
function(own_flags)
  set(says "^/[*] (none")
  if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    string(APPEND says "|gcc")
  endif()
  is_x86_64(x86_64)
  if(x86_64)
    string(APPEND says "|x86-64")
  endif()
  string(APPEND says "): -")
  foreach(source ${ARGN})
    file(STRINGS ${source} lines REGEX ${says})
    string(REGEX MATCHALL " -[fmW][^ ]+" flags "${lines}")
    if(flags)
      list(TRANSFORM flags STRIP)
      set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "${flags}")
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
    endif()
  endforeach()
endfunction()

# add_room(NAME USES rooms LIBRARIES names): src/NAME/*.c as a library.
function(add_room name)
  cmake_parse_arguments(ROOM "" "" "USES;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS src/${name}/*.c)
  own_flags(${sources})
  list(TRANSFORM ROOM_LIBRARIES PREPEND hourglass::)
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC flags ${ROOM_USES} PRIVATE ${ROOM_LIBRARIES})
endfunction()

# What is linked must be needed: OpenBLAS is not, by who does without it, and starts threads.
add_link_options(LINKER:--as-needed)

# add_program(NAME IN folder USES rooms [LIBRARIES names])
function(add_program name)
  cmake_parse_arguments(PROGRAM "" "IN" "USES;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROGRAM_IN}/*.c ${PROGRAM_IN}/*/*.c)
  list(REMOVE_ITEM sources ${PROJECT_SOURCE_DIR}/${PROGRAM_IN}/main.c)
  list(TRANSFORM PROGRAM_LIBRARIES PREPEND hourglass::)
  # The commands are a library of their own, so that tests can call them.
  add_library(${name}-parts STATIC ${sources})
  target_include_directories(${name}-parts PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name}-parts PUBLIC flags ${PROGRAM_USES} ${PROGRAM_LIBRARIES})
  add_executable(${name} ${PROGRAM_IN}/main.c)
  target_link_libraries(${name} PRIVATE ${name}-parts)
endfunction()

# embed(TARGET NAME IN folder FILES names): the texts, one after the other, as `const char NAME[]`.
function(embed target name)
  cmake_parse_arguments(EMBED "" "IN" "FILES" ${ARGN})
  list(TRANSFORM EMBED_FILES PREPEND ${PROJECT_SOURCE_DIR}/${EMBED_IN}/)
  set(out ${PROJECT_BINARY_DIR}/${name}.c)
  add_custom_command(OUTPUT ${out} VERBATIM
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DOUT=${out} "-DFILES=${EMBED_FILES}"
            -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${EMBED_FILES} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake)
  target_sources(${target} PRIVATE ${out})
endfunction()

# base/version.h with the version and the git commit, written anew at each build.
function(add_version_header)
  set(header ${PROJECT_BINARY_DIR}/include/base/version.h)
  set(make_header ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DHEADER=${header}
                  -DVERSION=${PROJECT_VERSION} -P ${PROJECT_SOURCE_DIR}/cmake/version.cmake)
  execute_process(COMMAND ${make_header})
  add_custom_target(version_header COMMAND ${make_header} BYPRODUCTS ${header} VERBATIM)
  add_dependencies(flags version_header)
endfunction()
