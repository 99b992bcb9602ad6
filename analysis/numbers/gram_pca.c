#include "analysis/report_map.h"

#include "linalg/eigen.h"
#include "linalg/matmul.h"

#include <math.h>
#include <stdlib.h>

/* x[count, n] less the mean of its rows */
static void centre(float *x, size_t count, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        double mean = 0;
        for (size_t i = 0; i < count; i++) mean += (double)x[i * n + j];
        mean /= (double)count;
        for (size_t i = 0; i < count; i++) x[i * n + j] -= (float)mean;
    }
}

/* xy[i, k] = sqrt(s_k) u_k[i] */
static enum status place(const float *products, size_t count, float *xy)
{
    double *u = calloc(count * count + count, sizeof *u), *s = u + count * count;
    if (!u) return FAIL(ST_NOMEM, "no room for %zu codes", count);
    for (size_t i = 0; i < count * count; i++) u[i] = (double)products[i];
    enum status st = eigen_symmetric(count, u, s);
    for (size_t k = 0; st == ST_OK && k < 2; k++)
        for (size_t i = 0; i < count; i++)
            xy[2 * i + k] = k < count ? (float)(sqrt(fmax(s[k], 0)) * u[k * count + i]) : 0;
    free(u);
    return st;
}

enum status report_map_place(const struct run *r, size_t count, float *xy)
{
    size_t n = r->results.code;
    float *x = calloc(count * (n + count), sizeof *x), *products = x + count * n;
    if (!x) return FAIL(ST_NOMEM, "no room for %zu codes", count);
    enum status st = run_read(r, RESULTS_CODES, 0, count, x);
    if (st == ST_OK) {
        centre(x, count, n);
        matmul_nt(count, count, n, x, x, products, 0);
        st = place(products, count, xy);
    }
    free(x);
    return st;
}
