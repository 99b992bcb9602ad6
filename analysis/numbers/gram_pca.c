#include "analysis/numbers/gram_pca.h"

#include "linalg/eigen.h"
#include "linalg/matmul.h"

#include <math.h>
#include <stdlib.h>

/* x[rows, n] less the mean of its rows */
static void centre(float *x, size_t rows, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        double mean = 0;
        for (size_t i = 0; i < rows; i++) mean += (double)x[i * n + j];
        mean /= (double)rows;
        for (size_t i = 0; i < rows; i++) x[i * n + j] -= (float)mean;
    }
}

/* xy[i, k] = sqrt(s_k) u_k[i], of gram[rows, rows] */
static enum status place(const float *gram, size_t rows, float *xy)
{
    double *u = calloc(rows * rows + rows, sizeof *u), *s = u + rows * rows;
    if (!u) return FAIL(ST_NOMEM, "no memory for the components of %zu rows", rows);
    for (size_t i = 0; i < rows * rows; i++) u[i] = (double)gram[i];
    enum status st = eigen_symmetric(rows, u, s);
    for (size_t k = 0; st == ST_OK && k < 2; k++)
        for (size_t i = 0; i < rows; i++)
            xy[2 * i + k] = k < rows ? (float)(sqrt(fmax(s[k], 0)) * u[k * rows + i]) : 0;
    free(u);
    return st;
}

enum status gram_pca_place(float *x, size_t rows, size_t n, float *xy)
{
    float *gram = calloc(rows * rows, sizeof *gram);
    if (!gram) return FAIL(ST_NOMEM, "no memory for the products of %zu rows", rows);
    centre(x, rows, n);
    matmul_nt(rows, rows, n, x, x, gram, 0);
    enum status st = place(gram, rows, xy);
    free(gram);
    return st;
}
