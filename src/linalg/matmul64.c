#include "linalg/matmul64.h"

#include <cblas.h>

void matmul64(size_t m, size_t n, size_t k, double alpha, const double *a, const double *b,
              double beta, double *c)
{
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (blasint)m, (blasint)n, (blasint)k,
                alpha, a, (blasint)k, b, (blasint)n, beta, c, (blasint)n);
}

void matmul64_nt(size_t m, size_t n, size_t k, double alpha, const double *a, const double *b,
                 double beta, double *c)
{
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (blasint)m, (blasint)n, (blasint)k,
                alpha, a, (blasint)k, b, (blasint)k, beta, c, (blasint)n);
}
