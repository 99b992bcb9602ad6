# The outside libraries, each as a target hourglass::NAME, wherever PKG_CONFIG_PATH,
# CMAKE_PREFIX_PATH, CPATH (Random123) or HDF5_ROOT say that they are.  A missing one stops the
# configuration with the Debian package that has it.

find_package(PkgConfig REQUIRED)

function(need_package name module package)
  pkg_check_modules(${name} QUIET IMPORTED_TARGET ${module})
  if(NOT ${name}_FOUND)
    message(FATAL_ERROR "${module} is missing: apt-get install ${package}, or let "
                        "PKG_CONFIG_PATH or CMAKE_PREFIX_PATH name its folder")
  endif()
  add_library(hourglass::${name} ALIAS PkgConfig::${name})
endfunction()

need_package(inih inih libinih-dev)
need_package(crypto libcrypto libssl-dev)
need_package(openblas openblas libopenblas-dev)
list(FILTER openblas_LINK_LIBRARIES INCLUDE REGEX openblas)
list(GET openblas_LINK_LIBRARIES 0 openblas_library)
need_package(zlib zlib zlib1g-dev)
need_package(cairo cairo libcairo2-dev)

find_path(RANDOM123_INCLUDE Random123/philox.h PATHS ENV CPATH ENV C_INCLUDE_PATH)
if(NOT RANDOM123_INCLUDE)
  message(FATAL_ERROR "Random123 is missing: apt-get install librandom123-dev, or let "
                      "CMAKE_PREFIX_PATH or CPATH name its folder")
endif()
add_library(random123 INTERFACE)
target_include_directories(random123 SYSTEM INTERFACE ${RANDOM123_INCLUDE})
add_library(hourglass::random123 ALIAS random123)

if(HOURGLASS_MPI)
  find_package(MPI REQUIRED COMPONENTS C)
  add_library(hourglass::mpi ALIAS MPI::MPI_C)
  set(HDF5_PREFER_PARALLEL ON)
endif()

# HDF5's own compiler, which find_package asks, knows no blanks in names: it gets a folder without.
set(real_binary_dir ${CMAKE_CURRENT_BINARY_DIR})
string(RANDOM LENGTH 12 name)
set(plain_folder /tmp/hourglass-hdf5-${name})
if(real_binary_dir MATCHES " ")
  set(CMAKE_CURRENT_BINARY_DIR ${plain_folder})
endif()
find_package(HDF5 REQUIRED COMPONENTS C)
set(CMAKE_CURRENT_BINARY_DIR ${real_binary_dir})
file(REMOVE_RECURSE ${plain_folder})
if(HOURGLASS_MPI AND NOT HDF5_IS_PARALLEL)
  message(FATAL_ERROR "this HDF5 is serial: apt-get install libhdf5-openmpi-dev")
endif()
add_library(hdf5_target INTERFACE)
if(HDF5_IS_PARALLEL) # its headers include mpi.h
  find_package(MPI REQUIRED COMPONENTS C)
  target_link_libraries(hdf5_target INTERFACE MPI::MPI_C)
endif()
target_include_directories(hdf5_target SYSTEM INTERFACE ${HDF5_INCLUDE_DIRS})
target_link_libraries(hdf5_target INTERFACE ${HDF5_LIBRARIES})
target_compile_definitions(hdf5_target INTERFACE ${HDF5_DEFINITIONS})
add_library(hourglass::hdf5 ALIAS hdf5_target)
