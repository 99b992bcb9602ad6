/* products - what matrix products and convolutions have cost in this process.  Local. */
#ifndef LINALG_PRODUCTS_H
#define LINALG_PRODUCTS_H

#include "base/ticks.h"

/* Ticks spent so far in the functions of matmul.h and convolve.h, convolve_bias left out. */
uint64_t products_ticks(void);

/* For those functions: the ticks since `start` were theirs. */
void products_add(uint64_t start);

#endif
