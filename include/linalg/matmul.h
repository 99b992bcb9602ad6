/* matmul - the matrix products of a dense layer, row-major float.
 *
 * One thread.  The bits of a product depend on its shapes and values alone, so a shard's
 * product must keep the shard's own shape: a row may have other bits in a taller matrix.
 * Local, cannot fail.
 */
#ifndef LINALG_MATMUL_H
#define LINALG_MATMUL_H

#include <stddef.h>

/* c[m, n] = a[m, k] b[k, n] */
void matmul(size_t m, size_t n, size_t k, const float *a, const float *b, float *c);

/* c[m, n] = a[k, m]^T b[k, n], or += where add is not 0 */
void matmul_tn(size_t m, size_t n, size_t k, const float *a, const float *b, float *c, int add);

/* c[m, n] = a[m, k] b[n, k]^T, or += where add is not 0 */
void matmul_nt(size_t m, size_t n, size_t k, const float *a, const float *b, float *c, int add);

/* Set the back end to one thread; once, before the first product. */
void matmul_init(void);

/* The back end and the CPU kernels it has picked: "OpenBLAS 0.3.21 Haswell". */
const char *matmul_backend(void);

#endif
