#include "store/library.h"

#include <hdf5.h>
#include <stdio.h>

void library_hdf5(char *text, size_t n)
{
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    snprintf(text, n, "HDF5 %u.%u.%u", major, minor, release);
}
