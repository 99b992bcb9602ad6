/* library - the HDF5 library that this process uses. */
#ifndef STORE_LIBRARY_H
#define STORE_LIBRARY_H

#include <stddef.h>

/* As "HDF5 1.10.8", into text of n bytes.  Local, cannot fail. */
void library_hdf5(char *text, size_t n);

#endif
