/* blas - OpenBLAS for the products of who asks for it, loaded then.
 *
 * OpenBLAS starts a thread a core as soon as it is loaded, before anybody can say how many: on
 * a machine of 128 cores, 64 ranks would be 8,000 threads, and a limit of processes would end a
 * program that computes nothing.
 */
#ifndef LINALG_BLAS_H
#define LINALG_BLAS_H

#include "base/status.h"

#include <cblas.h>

/* Its functions, with their own names behind cblas_ and openblas_get_. */
struct blas {
    void (*sgemm)(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE a_turned,
                  enum CBLAS_TRANSPOSE b_turned, blasint m, blasint n, blasint k, float alpha,
                  const float *a, blasint a_row, const float *b, blasint b_row, float beta,
                  float *c, blasint c_row);
    char *(*config)(void);
    char *(*corename)(void);
};

/* Load it, with one thread.  *b stays valid.  Local.  Fails with ST_SETTING. */
enum status blas_load(const struct blas **b) MUST_USE;

#endif
