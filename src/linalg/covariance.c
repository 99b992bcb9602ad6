#include "linalg/covariance.h"

#include <cblas.h>

void covariance_add(size_t rows, size_t n, const double *x, double *c)
{
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, (blasint)n, (blasint)rows, 1.0, x,
                (blasint)n, 1.0, c, (blasint)n);
}

void covariance_add_gram(size_t rows, size_t n, const double *x, double *g)
{
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasNoTrans, (blasint)rows, (blasint)n, 1.0, x,
                (blasint)n, 1.0, g, (blasint)rows);
}
