# is_x86_64(VARIABLE): whether the build is for that kind of CPU.
function(is_x86_64 variable)
  set(${variable} OFF PARENT_SCOPE)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64)$")
    set(${variable} ON PARENT_SCOPE)
  endif()
endfunction()

# hourglass_arch(VARIABLE): the -march of a build where nobody names one.  x86-64-v3 is every x86
# CPU with AVX2 (since 2013), so that one binary runs on all nodes of a mixed cluster; what AVX-512
# is good for, products, convolutions and the loops of base/wide.h, is chosen at run time.  Elsewhere it is empty, the
# compiler's own default.  It never depends on the machine that builds.
function(hourglass_arch variable)
  set(${variable} "" PARENT_SCOPE)
  is_x86_64(x86_64)
  if(x86_64)
    set(${variable} x86-64-v3 PARENT_SCOPE)
  endif()
endfunction()

# warn_old_cpu(ARCH CPUINFO): a line where the machine that CPUINFO describes cannot run the build.
function(warn_old_cpu arch cpuinfo)
  if(NOT arch STREQUAL "x86-64-v3" OR CMAKE_CROSSCOMPILING OR NOT EXISTS ${cpuinfo})
    return()
  endif()
  file(STRINGS ${cpuinfo} flags REGEX "^flags" LIMIT_COUNT 1)
  if(NOT flags MATCHES " avx2( |$)" OR NOT flags MATCHES " fma( |$)")
    message(NOTICE "Warning: this machine's CPU has no AVX2 and cannot run what is built here; "
                   "-DHOURGLASS_ARCH= builds for any CPU")
  endif()
endfunction()
