# Writes OUT, a C file with the bytes of FILES, one after the other, as the array NAME; a 0 ends
# it.  Run with -P at build time.
set(hex "")
foreach(file IN LISTS FILES)
  file(READ ${file} bytes HEX)
  string(APPEND hex ${bytes})
endforeach()
string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
file(WRITE ${OUT} "/* Written by cmake/embed.cmake. */
extern const char ${NAME}[];
const char ${NAME}[] = {
${hex}
0};
")
