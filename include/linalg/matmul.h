/* matmul - the matrix products of a dense layer, row-major float.
 *
 * One thread.  The bits of a product depend on the back end, its shape and its values alone,
 * so a shard's product must keep the shard's own shape: a row may have other bits in a taller
 * matrix.  Two back ends: libxsmm for small products, where it is built in and knows the CPU,
 * and OpenBLAS for all others.  Local, cannot fail.
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

/* The first and the third without add, for a b that several products share: the back end may
 * put it into an order of its own in workspace[n * k], unless `prepared` says that the last
 * call has left it there. */
void matmul_with(size_t m, size_t n, size_t k, const float *a, const float *b, float *c,
                 float *workspace, int prepared);
void matmul_nt_with(size_t m, size_t n, size_t k, const float *a, const float *b, float *c,
                    float *workspace, int prepared);

/* matmul_tn a part of c's rows at a time: matmul_tn_part for the m columns of a[k, width] that
 * begin at a.  The parts share b: before the first one, matmul_tn_begin may put it into an
 * order of the back end's own in workspace[k * n]. */
void matmul_tn_begin(size_t n, size_t k, const float *b, float *workspace);
void matmul_tn_part(size_t m, size_t n, size_t k, const float *a, size_t width, const float *b,
                    const float *workspace, float *c);

/* How many rows of a c[m, n] are best computed at a time where something else is done to them
 * while they are in cache: all of them where the back end would lose by it. */
size_t matmul_part_rows(size_t m, size_t n);

/* Which back ends may be used: all that are there, or OpenBLAS alone.  By their names in a job:
 * "auto", "openblas". */
enum matmul_choice { MATMUL_BEST, MATMUL_OPENBLAS };
enum matmul_choice matmul_choice_of(const char *name);

/* Choose, and set OpenBLAS to one thread; before the first product. */
void matmul_init(enum matmul_choice choice);

/* The back ends in use and the CPU kernels they have picked: "libxsmm 1.17 hsw, OpenBLAS
 * 0.3.21 Haswell". */
const char *matmul_backend(void);

#endif
