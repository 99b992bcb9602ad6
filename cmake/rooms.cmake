# How a room and a program are made from a line in CMakeLists.txt.

add_library(flags INTERFACE)
target_include_directories(flags INTERFACE ${PROJECT_SOURCE_DIR}/include
                                           ${PROJECT_BINARY_DIR}/include)
target_compile_definitions(flags INTERFACE _GNU_SOURCE)
# ISO mode would switch fused multiply-add off; no flag here lets the compiler reorder sums
# or forget NaN.  Vectors are arguments of inlined functions alone, so that it is no matter how
# a call would pass them (psabi).
target_compile_options(flags INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-psabi
                                       -ffp-contract=fast -fno-math-errno -fno-trapping-math)
# The vector loops over base/fmath.h: two comparisons of one value stay two selections; branches
# would stop the loops.
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  set_source_files_properties(src/base/random.c src/net/activation.c src/net/loss.c
                              src/net/model.c src/net/sampling.c
                              PROPERTIES COMPILE_OPTIONS -fno-thread-jumps)
  # The innermost loops of a convolution: one that lies badly takes a quarter more time.
  set_source_files_properties(src/linalg/tiles_portable.c src/linalg/tiles_avx2.c
                              src/linalg/tiles_avx512.c
                              PROPERTIES COMPILE_OPTIONS -falign-loops=64)
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
target_link_libraries(flags INTERFACE m)
set(CMAKE_C_FLAGS_RELEASE "-O3 -g")

# add_room(NAME [IN folder] USES rooms LIBRARIES names [WITHOUT|ONLY files])
function(add_room name)
  cmake_parse_arguments(ROOM "" "IN" "USES;LIBRARIES;WITHOUT;ONLY" ${ARGN})
  if(NOT ROOM_IN)
    set(ROOM_IN ${name})
  endif()
  file(GLOB sources CONFIGURE_DEPENDS src/${ROOM_IN}/*.c)
  if(ROOM_ONLY)
    list(TRANSFORM ROOM_ONLY PREPEND ${PROJECT_SOURCE_DIR}/src/${ROOM_IN}/)
    set(sources ${ROOM_ONLY})
  else()
    list(TRANSFORM ROOM_WITHOUT PREPEND ${PROJECT_SOURCE_DIR}/src/${ROOM_IN}/)
    list(REMOVE_ITEM sources ${ROOM_WITHOUT})
  endif()
  list(TRANSFORM ROOM_LIBRARIES PREPEND hourglass::)
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC flags ${ROOM_USES} PRIVATE ${ROOM_LIBRARIES})
endfunction()

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
  add_custom_target(version_header COMMAND ${make_header} BYPRODUCTS ${header})
  add_dependencies(flags version_header)
endfunction()
