# hourglass_arch(VARIABLE): which CPUs a build is for.  x86-64-v3 is every x86 CPU with AVX2 (since
# 2013), so that one binary runs on all nodes of a mixed cluster; what AVX-512 is good for, the
# products and convolutions, is chosen at run time.  Elsewhere the build is for this machine.
function(hourglass_arch variable)
  set(${variable} native PARENT_SCOPE)
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64" AND EXISTS /proc/cpuinfo)
    file(STRINGS /proc/cpuinfo flags REGEX " avx2 " LIMIT_COUNT 1)
    if(flags)
      set(${variable} x86-64-v3 PARENT_SCOPE)
    endif()
  endif()
endfunction()
