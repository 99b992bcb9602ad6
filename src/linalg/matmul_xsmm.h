/* matmul_xsmm - small products by libxsmm's kernels, made at run time for each shape. */
#ifndef LINALG_MATMUL_XSMM_H
#define LINALG_MATMUL_XSMM_H

#include <stddef.h>

/* Whether libxsmm is built in and knows this CPU's vector instructions; sets it up. */
int matmul_xsmm_init(void);

/* c[m, n] = a b, or c += a b where add is not 0, with b[k, n] and a[m, k], or a[k, m] read as
 * its transpose where `turn` is not 0; `width` floats lie between rows of a.  Returns 0 where
 * there is no kernel for the shape, and has done nothing then.  The answer depends on the shape
 * alone. */
int matmul_xsmm(size_t m, size_t n, size_t k, const float *a, size_t width, int turn,
                const float *b, float *c, int add);

/* A b[k, n], or b[n, k] to be turned, in panels of PANEL columns: panels[panel][k][columns],
 * the last panel as narrow as what is left; n * k floats.  Then its columns lie side by side in
 * memory, and the product is close to the machine's limit at any n. */
enum { MATMUL_XSMM_PANEL = 32 };
void matmul_xsmm_pack(size_t n, size_t k, const float *b, float *panels);
void matmul_xsmm_pack_turned(size_t n, size_t k, const float *b, float *panels);

/* c[m, n] = a b from b's panels, with a as above.  Returns 0 as matmul_xsmm does. */
int matmul_xsmm_packed(size_t m, size_t n, size_t k, const float *a, size_t width, int turn,
                       const float *panels, float *c);

/* Its name and what it makes code for: "libxsmm 1.17 hsw". */
const char *matmul_xsmm_name(void);

#endif
