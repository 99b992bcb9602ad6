#include "analysis/numbers/pca.h"

#include "analysis/numbers/pca_gram.h"
#include "analysis/numbers/pca_krylov.h"
#include "analysis/numbers/pca_moments.h"
#include "linalg/eigen.h"

#include <stdlib.h>
#include <string.h>

static enum status no_memory(size_t n)
{
    return FAIL(ST_NOMEM, "no memory for the principal components of rows of %zu numbers", n);
}

enum status pca_new(struct pca *p, const struct pca_source *s, size_t wanted, size_t known)
{
    size_t n = s->n, count = wanted < n ? wanted : n;
    *p = (struct pca){.rows = s->rows, .n = n, .count = count, .known = known};
    if (s->rows == 0 || n == 0) return FAIL(ST_DATA, "there are no rows to find components of");
    p->mean = calloc(n, sizeof *p->mean);
    p->components = calloc(count * n + 1, sizeof *p->components);
    p->variance = calloc(known + 1, sizeof *p->variance);
    return p->mean && p->components && p->variance ? ST_OK : no_memory(n);
}

void pca_free(struct pca *p)
{
    free(p->mean);
    free(p->components);
    free(p->variance);
    *p = (struct pca){0};
}

/* Rounding leaves tiny variances, even negative ones, where there is none: the data are float,
 * so a relative size of 1e-14 (the square of 1e-7) means nothing. */
void pca_drop_rounding(struct pca *p)
{
    for (size_t k = 0; k < p->known; k++) {
        if (!(p->variance[k] > 1e-14 * p->about_zero)) p->variance[k] = 0;
        p->total += p->variance[k];
    }
}

/* All components, from the covariance matrix and in its place. */
static enum status fit_whole(struct pca *p, const struct pca_source *s)
{
    enum status st = ST_OK;
    struct pca_moments m = {0};
    size_t n = s->n;
    TRY_DONE(pca_moments_read(&m, s, 1));
    TRY_DONE(pca_new(p, s, 0, n));
    free(p->components);
    memcpy(p->mean, m.mean, n * sizeof *p->mean);
    p->components = m.covariance, p->count = n, m.covariance = NULL;
    p->about_zero = m.about_zero;
    TRY_DONE(eigen_symmetric(n, p->components, p->variance));
    pca_drop_rounding(p);
done:
    pca_moments_free(&m);
    return st;
}

enum status pca_fit(struct pca *p, const struct pca_source *s, size_t wanted)
{
    *p = (struct pca){0};
    if (s->n <= PCA_WHOLE) return fit_whole(p, s);
    if (pca_gram_fits(s->rows, s->n)) return pca_gram_fit(p, s, wanted);
    return pca_krylov_fit(p, s, wanted);
}

size_t pca_bytes(size_t n, size_t wanted)
{
    size_t count = n <= PCA_WHOLE || wanted > n ? n : wanted;
    return (count + 2) * n * sizeof(double);
}

size_t pca_fit_bytes(size_t rows, size_t n, size_t wanted)
{
    size_t result = pca_bytes(n, wanted), reading = pca_moments_bytes(rows, n, 1);
    if (n > PCA_WHOLE && pca_gram_fits(rows, n))
        return result + pca_gram_bytes(rows, n, wanted);
    if (n > PCA_WHOLE) return result + pca_krylov_bytes(rows, n, wanted);
    return result + eigen_bytes(n) > reading ? result + eigen_bytes(n) : reading;
}

size_t pca_error_bytes(size_t rows, size_t n)
{
    if (n <= PCA_WHOLE) return pca_moments_bytes(rows, n, 1);
    return pca_moments_slab_of(rows, n) * n * sizeof(float);
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

static double error_of_moments(const struct pca *p, const struct pca_moments *m, size_t k)
{
    size_t n = m->n;
    double error = 0;
    for (size_t i = 0; i < n; i++) {
        double e = m->mean[i] - p->mean[i];
        error += m->covariance[i * n + i] + e * e;
    }
    for (size_t i = 0; i < k; i++) error -= variance_along(p, m, p->components + i * n);
    return error > 0 ? error : 0;
}

/* |x - mean|^2 - sum of (v . (x - mean))^2 over the components v, of one row */
static double error_of_row(const struct pca *p, const float *x, size_t k, double *along)
{
    double error = 0;
    for (size_t j = 0; j < p->n; j++) {
        double d = (double)x[j] - p->mean[j];
        error += d * d;
    }
    pca_project(p, x, k, along);
    for (size_t i = 0; i < k; i++) error -= along[i] * along[i];
    return error > 0 ? error : 0;
}

static enum status error_of_rows(const struct pca *p, const struct pca_source *s, size_t k,
                                 double *error)
{
    enum status st = ST_OK;
    size_t n = s->n, slab = pca_moments_slab(n);
    float *x = calloc(slab * n, sizeof *x);
    double *along = calloc(k + 1, sizeof *along);
    if (!x || !along) {
        st = no_memory(n);
        goto done;
    }
    *error = 0;
    for (size_t at = 0; at < s->rows; at += slab) {
        size_t take = s->rows - at < slab ? s->rows - at : slab;
        TRY_DONE(s->read(s->user, at, take, x));
        for (size_t i = 0; i < take; i++) *error += error_of_row(p, x + i * n, k, along);
    }
    *error /= (double)s->rows;
done:
    free(x);
    free(along);
    return st;
}

enum status pca_error(const struct pca *p, const struct pca_source *s, size_t k, double *error)
{
    struct pca_moments m;
    *error = 0;
    if (k >= p->n) return ST_OK;
    if (p->n > PCA_WHOLE) return error_of_rows(p, s, k < p->count ? k : p->count, error);
    enum status st = pca_moments_read(&m, s, 1);
    if (st == ST_OK) *error = error_of_moments(p, &m, k);
    pca_moments_free(&m);
    return st;
}

void pca_project(const struct pca *p, const float *row, size_t k, double *out)
{
    for (size_t i = 0; i < k; i++) {
        const double *v = p->components + i * p->n;
        out[i] = 0;
        for (size_t j = 0; j < p->n; j++) out[i] += v[j] * ((double)row[j] - p->mean[j]);
    }
}
