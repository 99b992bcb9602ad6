# The oldest that the tree is built with; what is older ends the configuration in one line.

# not_older(WHAT found wanted)
function(not_older what found wanted)
  if(found AND found VERSION_LESS wanted)
    message(FATAL_ERROR "${what} ${found} is too old: ${wanted} or newer is needed")
  endif()
endfunction()

if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  not_older(gcc "${CMAKE_C_COMPILER_VERSION}" 11)
elseif(CMAKE_C_COMPILER_ID STREQUAL "Clang")
  not_older(clang "${CMAKE_C_COMPILER_VERSION}" 14)
endif()
not_older(cairo "${cairo_VERSION}" 1.16)
not_older(HDF5 "${HDF5_VERSION}" 1.10.7) # H5Pset_file_locking
if(HOURGLASS_MPI)
  not_older("the MPI standard" "${MPI_C_VERSION}" 3.1)
endif()
