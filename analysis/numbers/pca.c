#include "analysis/numbers/pca.h"

#include "linalg/covariance.h"
#include "linalg/eigen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SLAB_NUMBERS = 1 << 20, SLAB_ROWS = 2048 };

/* What is at work while rows are read. */
struct reading {
    size_t slab;   /* rows at once */
    float *x;      /* [slab, n] as read */
    double *d;     /* [slab, n]: x - shift */
    double *shift; /* [n]: mean of the first slab */
    double *sum;   /* [n]: sum of d */
};

static enum status no_memory(size_t n)
{
    return FAIL(ST_NOMEM, "no memory for the principal components of rows of %zu numbers", n);
}

static enum status reading_new(struct reading *r, size_t n)
{
    r->slab = n < SLAB_NUMBERS / SLAB_ROWS ? SLAB_ROWS : SLAB_NUMBERS / n + 1;
    r->x = calloc(r->slab * n, sizeof *r->x);
    r->d = calloc(r->slab * n, sizeof *r->d);
    r->shift = calloc(n, sizeof *r->shift);
    r->sum = calloc(n, sizeof *r->sum);
    return r->x && r->d && r->shift && r->sum ? ST_OK : no_memory(n);
}

static void reading_free(struct reading *r)
{
    free(r->x);
    free(r->d);
    free(r->shift);
    free(r->sum);
}

static void mean_of_slab(const struct reading *r, size_t rows, size_t n)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < n; j++) r->shift[j] += (double)r->x[i * n + j];
    for (size_t j = 0; j < n; j++) r->shift[j] /= (double)rows;
}

/* Sums about the shift grow by one slab. */
static void add_slab(struct pca_moments *m, const struct reading *r, size_t rows)
{
    size_t n = m->n;
    const double *restrict shift = r->shift;
    double *restrict sum = r->sum;
    for (size_t i = 0; i < rows; i++) {
        const float *restrict x = r->x + i * n;
        double *restrict d = r->d + i * n;
        for (size_t j = 0; j < n; j++) sum[j] += d[j] = (double)x[j] - shift[j];
    }
    covariance_add(rows, n, r->d, m->covariance);
}

/* With e = mean(d): mean = shift + e, covariance = sum(d d^T) / N - e e^T;
 * the mean squared length is the trace of the covariance + |mean|^2. */
static void finish(struct pca_moments *m, const struct reading *r)
{
    size_t n = m->n;
    double rows = (double)m->rows;
    for (size_t i = 0; i < n; i++) {
        double e = r->sum[i] / rows;
        m->mean[i] = r->shift[i] + e;
        for (size_t j = i; j < n; j++)
            m->covariance[i * n + j] = m->covariance[i * n + j] / rows - e * r->sum[j] / rows;
        m->about_zero += m->covariance[i * n + i] + m->mean[i] * m->mean[i];
    }
}

static enum status moments_new(struct pca_moments *m, size_t rows, size_t n)
{
    *m = (struct pca_moments){.rows = rows, .n = n};
    if (rows == 0 || n == 0) return FAIL(ST_DATA, "there are no rows to find components of");
    if (n > 20000) return no_memory(n);
    m->mean = calloc(n, sizeof *m->mean);
    m->covariance = calloc(n * n, sizeof *m->covariance);
    return m->mean && m->covariance ? ST_OK : no_memory(n);
}

enum status pca_moments_read(struct pca_moments *m, size_t rows, size_t n, pca_read *read,
                             void *user)
{
    enum status st = ST_OK;
    struct reading r = {0};
    TRY_DONE(moments_new(m, rows, n));
    TRY_DONE(reading_new(&r, n));
    for (size_t at = 0; at < rows; at += r.slab) {
        size_t take = rows - at < r.slab ? rows - at : r.slab;
        TRY_DONE(read(user, at, take, r.x));
        if (at == 0) mean_of_slab(&r, take, n);
        add_slab(m, &r, take);
    }
    finish(m, &r);
    if (!isfinite(m->about_zero))
        st = FAIL(ST_DATA, "the rows hold values that are not finite");
done:
    reading_free(&r);
    return st;
}

void pca_moments_free(struct pca_moments *m)
{
    free(m->mean);
    free(m->covariance);
    *m = (struct pca_moments){0};
}

/* Rounding leaves tiny variances, even negative ones, where there is none: the data are float,
 * so a relative size of 1e-14 (the square of 1e-7) means nothing. */
static void drop_rounding(struct pca *p, double about_zero)
{
    for (size_t k = 0; k < p->n; k++) {
        if (!(p->variance[k] > 1e-14 * about_zero)) p->variance[k] = 0;
        p->total += p->variance[k];
    }
}

enum status pca_fit(struct pca *p, const struct pca_moments *m)
{
    size_t n = m->n;
    *p = (struct pca){.rows = m->rows, .n = n};
    p->mean = calloc(n, sizeof *p->mean);
    p->components = calloc(n * n, sizeof *p->components);
    p->variance = calloc(n, sizeof *p->variance);
    if (!p->mean || !p->components || !p->variance) return no_memory(n);
    memcpy(p->mean, m->mean, n * sizeof *p->mean);
    memcpy(p->components, m->covariance, n * n * sizeof *p->components);
    TRY(eigen_symmetric(n, p->components, p->variance));
    drop_rounding(p, m->about_zero);
    return ST_OK;
}

void pca_free(struct pca *p)
{
    free(p->mean);
    free(p->components);
    free(p->variance);
    *p = (struct pca){0};
}

/* E[(v . (x - mean of p))^2] = v^T C v + (v . (mean of m - mean of p))^2 */
static double variance_along(const struct pca *p, const struct pca_moments *m, const double *v)
{
    size_t n = m->n;
    double quadratic = 0, shift = 0;
    for (size_t i = 0; i < n; i++) {
        double row = 0.5 * m->covariance[i * n + i] * v[i];
        for (size_t j = i + 1; j < n; j++) row += m->covariance[i * n + j] * v[j];
        quadratic += 2 * v[i] * row;
        shift += v[i] * (m->mean[i] - p->mean[i]);
    }
    return quadratic + shift * shift;
}

double pca_error(const struct pca *p, const struct pca_moments *m, size_t k)
{
    size_t n = m->n;
    double error = 0;
    for (size_t i = 0; i < n; i++) {
        double e = m->mean[i] - p->mean[i];
        error += m->covariance[i * n + i] + e * e;
    }
    if (k >= n) return 0;
    for (size_t i = 0; i < k; i++) error -= variance_along(p, m, p->components + i * n);
    return error > 0 ? error : 0;
}

void pca_project(const struct pca *p, const float *row, size_t k, double *out)
{
    for (size_t i = 0; i < k; i++) {
        const double *v = p->components + i * p->n;
        out[i] = 0;
        for (size_t j = 0; j < p->n; j++) out[i] += v[j] * ((double)row[j] - p->mean[j]);
    }
}
