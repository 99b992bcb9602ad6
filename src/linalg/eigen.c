#include "linalg/eigen.h"

#include "linalg/orthonormal.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

/* OpenBLAS exports LAPACK with Fortran's calling convention: everything by address, the
 * lengths of the strings last. */
void dsyevd_(const char *job, const char *triangle, const int *n, double *a, const int *lda,
             double *values, double *work, const int *lwork, int *iwork, const int *liwork,
             int *info, size_t job_length, size_t triangle_length);

/* Room for dsyevd, as large as it asks for. */
struct workspace {
    double *work; /* [lwork] */
    int *iwork;   /* [liwork] */
    int lwork, liwork;
};

static int finite_triangle(size_t n, const double *a)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++)
            if (!isfinite(a[i * n + j])) return 0;
    return 1;
}

/* A row-major upper triangle is a column-major lower one. */
static int decompose(int n, double *a, double *values, const struct workspace *s)
{
    int info = 0;
    dsyevd_("V", "L", &n, a, &n, values, s->work, &s->lwork, s->iwork, &s->liwork, &info, 1, 1);
    return info;
}

static enum status workspace_new(struct workspace *s, int n)
{
    double work = 0, unused = 0;
    int iwork = 0;
    struct workspace ask = {&work, &iwork, -1, -1};
    if (decompose(n, &unused, &unused, &ask) != 0)
        return FAIL(ST_INTERNAL, "dsyevd refuses a matrix of order %d", n);
    s->lwork = (int)work, s->liwork = iwork;
    s->work = calloc((size_t)s->lwork, sizeof *s->work);
    s->iwork = calloc((size_t)s->liwork, sizeof *s->iwork);
    if (!s->work || !s->iwork)
        return FAIL(ST_NOMEM, "no room for the eigenvectors of a matrix of order %d", n);
    return ST_OK;
}

static void swap(double *x, double *y)
{
    double t = *x;
    *x = *y, *y = t;
}

/* From ascending to descending. */
static void reverse(size_t n, double *a, double *values)
{
    for (size_t i = 0, k = n - 1; i < n / 2; i++, k--) {
        swap(&values[i], &values[k]);
        for (size_t j = 0; j < n; j++) swap(&a[i * n + j], &a[k * n + j]);
    }
}

/* dsyevd: 1 + 6 n + 2 n^2 numbers and 3 + 5 n whole ones. */
size_t eigen_bytes(size_t n)
{
    return (1 + 6 * n + 2 * n * n) * sizeof(double) + (3 + 5 * n) * sizeof(int);
}

enum status eigen_symmetric(size_t n, double *a, double *values)
{
    enum status st = ST_OK;
    struct workspace s = {0};
    if (n == 0) return ST_OK;
    if (n > 20000) /* dsyevd counts its workspace of 2 n^2 in an int */
        return FAIL(ST_NOMEM, "a matrix of order %zu is too large; 20000 is the most", n);
    if (!finite_triangle(n, a))
        return FAIL(ST_DATA, "the matrix has entries that are not finite");
    TRY_DONE(workspace_new(&s, (int)n));
    if (decompose((int)n, a, values, &s) != 0) {
        st = FAIL(ST_INTERNAL, "dsyevd finds no eigenvectors of a matrix of order %zu", n);
        goto done;
    }
    reverse(n, a, values);
    for (size_t i = 0; i < n; i++) orthonormal_sign(n, a + i * n);
done:
    free(s.work);
    free(s.iwork);
    return st;
}
