/* matmul - the matrix products of a dense layer, row-major float.
 *
 * Every value of a product is one chain of fused multiply-adds over ascending k
 * (base/numbers.h): its bits depend on a row of a and a column of b alone, not on the shape
 * around them, nor on the CPU.  One thread.  OpenBLAS does the same in an order of its own, for
 * comparison.  Local, cannot fail.
 */
#ifndef LINALG_MATMUL_H
#define LINALG_MATMUL_H

#include "base/status.h"

#include <stddef.h>

/* c[m, n] = a[m, k] b[k, n] */
void matmul(size_t m, size_t n, size_t k, const float *a, const float *b, float *c);

/* c[m, n] = a[k, m]^T b[k, n], or += where add is not 0 */
void matmul_tn(size_t m, size_t n, size_t k, const float *a, const float *b, float *c, int add);

/* c[m, n] = a[m, k] b[n, k]^T, or += where add is not 0 */
void matmul_nt(size_t m, size_t n, size_t k, const float *a, const float *b, float *c, int add);

/* c[m, n] = a[m, k] b: one of several products that share b. */
struct matmul_rows {
    size_t m;
    const float *a;
    float *c;
};

/* The first and the third without add for all of rows[count], a few columns of b at a time,
 * which are put into another order in workspace[matmul_workspace(n, k)]: b is read once. */
size_t matmul_workspace(size_t n, size_t k);
void matmul_each(size_t n, size_t k, size_t count, const struct matmul_rows *rows,
                 const float *b, float *workspace);
void matmul_nt_each(size_t n, size_t k, size_t count, const struct matmul_rows *rows,
                    const float *b, float *workspace);

/* Several products a[k, width]^T b[k, n] whose sum is wanted, c[m, n] of m columns of a, a part
 * of these at a time. */
struct matmul_leaf {
    size_t k;
    const float *a; /* the first of the m columns */
    const float *b;
    const float *panels; /* as matmul_tn_begin has left them */
};

/* Put b[k, n] into another order, panels[matmul_panels(n, k)], once for all parts. */
size_t matmul_panels(size_t n, size_t k);
void matmul_tn_begin(size_t n, size_t k, const float *b, float *panels);

/* c = the sum along the binary tree over the leaves, 1, 2, 4 ... matmul_tn_most() of them. */
void matmul_tn_sum(size_t m, size_t n, size_t width, size_t count,
                   const struct matmul_leaf *leaf, float *c);
size_t matmul_tn_most(void);

/* How many rows of a c[m, n] are best computed at a time where something else is done to them
 * while they are in cache: all of them where the back end would lose by it. */
size_t matmul_part_rows(size_t m, size_t n);

/* Who computes: our own tiles, or OpenBLAS, whose bits depend on the CPU.  By their names in a
 * job: "auto", "openblas". */
enum matmul_choice { MATMUL_BEST, MATMUL_OPENBLAS };
enum matmul_choice matmul_choice_of(const char *name);

/* Choose; before the first product.  Fails with ST_SETTING where OpenBLAS cannot be had. */
enum status matmul_init(enum matmul_choice choice) MUST_USE;

/* Who computes: "own", or "OpenBLAS 0.3.21 Haswell" with the kernels that it has picked. */
const char *matmul_backend(void);

#endif
