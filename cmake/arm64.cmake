# A toolchain file: aarch64 by Debian's cross compiler, against packages that lie unpacked in the
# folder that SYSROOT names.  tests/arm64.sh makes one and builds with this.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_SYSROOT $ENV{SYSROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# Of alternatives that a real machine would have chosen by links, OpenBLAS is asked for by folder.
set(arm64_libraries ${CMAKE_SYSROOT}/usr/lib/aarch64-linux-gnu)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${CMAKE_SYSROOT})
set(ENV{PKG_CONFIG_LIBDIR} ${arm64_libraries}/pkgconfig:${arm64_libraries}/openblas-pthread/pkgconfig:${CMAKE_SYSROOT}/usr/share/pkgconfig)

# Compilers of MPI and HDF5 that are in the PATH are this machine's.
set(MPI_SKIP_COMPILER_WRAPPER ON)
set(MPI_SKIP_GUESSING ON)
set(MPI_C_LIB_NAMES mpi CACHE STRING "")
set(MPI_mpi_LIBRARY ${arm64_libraries}/openmpi/lib/libmpi.so CACHE FILEPATH "")
set(MPI_C_HEADER_DIR ${arm64_libraries}/openmpi/include CACHE PATH "")
set(HDF5_C_COMPILER_EXECUTABLE "" CACHE FILEPATH "")
set(HDF5_ROOT ${arm64_libraries}/hdf5/openmpi)
