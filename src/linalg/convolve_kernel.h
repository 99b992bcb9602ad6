#ifndef LINALG_CONVOLVE_KERNEL_H
#define LINALG_CONVOLVE_KERNEL_H

#include "linalg/patches.h"

/* Floats of room that convolve_kernel wants beside framed images. */
size_t kernel_room(const struct patches *p, size_t o);

#endif
