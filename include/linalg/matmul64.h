/* matmul64 - matrix products in double, row-major, for what is computed once and not trained.
 *
 * OpenBLAS; the bits of a product depend on its shape and on the CPU.  Local, cannot fail.
 */
#ifndef LINALG_MATMUL64_H
#define LINALG_MATMUL64_H

#include <stddef.h>

/* c[m, n] = beta c + alpha a[m, k] b[k, n]; where beta is 0, c need hold nothing. */
void matmul64(size_t m, size_t n, size_t k, double alpha, const double *a, const double *b,
              double beta, double *c);

/* c[m, n] = beta c + alpha a[m, k] b[n, k]^T */
void matmul64_nt(size_t m, size_t n, size_t k, double alpha, const double *a, const double *b,
                 double beta, double *c);

#endif
