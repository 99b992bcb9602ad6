#include "analysis/numbers/pca_moments.h"

#include "linalg/covariance.h"

#include <math.h>
#include <stdlib.h>

enum { SLAB_NUMBERS = 1 << 20, SLAB_ROWS = 2048 };

/* What is at work while rows are read. */
struct reading {
    size_t slab;   /* rows at once */
    float *x;      /* [slab, n] as read */
    double *d;     /* [slab, n]: x - shift */
    double *shift; /* [n]: mean of the first slab */
    double *sum;   /* [n]: sum of d */
    double square; /* sum of d^2 */
};

static enum status no_memory(size_t n)
{
    return FAIL(ST_NOMEM, "no memory for the principal components of rows of %zu numbers", n);
}

size_t pca_moments_slab(size_t n)
{
    return n < SLAB_NUMBERS / SLAB_ROWS ? SLAB_ROWS : SLAB_NUMBERS / n + 1;
}

size_t pca_moments_slab_of(size_t rows, size_t n)
{
    return rows < pca_moments_slab(n) ? rows : pca_moments_slab(n);
}

size_t pca_moments_bytes(size_t rows, size_t n, int covariance)
{
    size_t slab = pca_moments_slab_of(rows, n) * n * (sizeof(float) + sizeof(double));
    return slab + (covariance ? n + 3 : 3) * n * sizeof(double);
}

static enum status reading_new(struct reading *r, size_t n)
{
    r->slab = pca_moments_slab(n);
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
static void add_slab(struct pca_moments *m, struct reading *r, size_t rows)
{
    size_t n = m->n;
    const double *restrict shift = r->shift;
    double *restrict sum = r->sum;
    for (size_t i = 0; i < rows; i++) {
        const float *restrict x = r->x + i * n;
        double *restrict d = r->d + i * n;
        for (size_t j = 0; j < n; j++) sum[j] += d[j] = (double)x[j] - shift[j];
    }
    if (m->covariance) {
        covariance_add(rows, n, r->d, m->covariance);
        return;
    }
    for (size_t i = 0; i < rows * n; i++) r->square += r->d[i] * r->d[i];
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
        m->trace += m->covariance[i * n + i];
        m->about_zero += m->covariance[i * n + i] + m->mean[i] * m->mean[i];
    }
}

/* The same of the trace alone. */
static void finish_trace(struct pca_moments *m, const struct reading *r)
{
    double rows = (double)m->rows, square = 0, mean = 0;
    for (size_t i = 0; i < m->n; i++) {
        double e = r->sum[i] / rows;
        m->mean[i] = r->shift[i] + e;
        square += e * e;
        mean += m->mean[i] * m->mean[i];
    }
    m->trace = r->square / rows - square;
    m->about_zero = m->trace + mean;
}

static enum status moments_new(struct pca_moments *m, size_t rows, size_t n, int covariance)
{
    *m = (struct pca_moments){.rows = rows, .n = n};
    if (rows == 0 || n == 0) return FAIL(ST_DATA, "there are no rows to find components of");
    m->mean = calloc(n, sizeof *m->mean);
    if (covariance) m->covariance = calloc(n * n, sizeof *m->covariance);
    return m->mean && (m->covariance || !covariance) ? ST_OK : no_memory(n);
}

enum status pca_moments_read(struct pca_moments *m, const struct pca_source *s, int covariance)
{
    enum status st = ST_OK;
    struct reading r = {0};
    size_t rows = s->rows, n = s->n;
    TRY_DONE(moments_new(m, rows, n, covariance));
    TRY_DONE(reading_new(&r, n));
    for (size_t at = 0; at < rows; at += r.slab) {
        size_t take = rows - at < r.slab ? rows - at : r.slab;
        TRY_DONE(s->read(s->user, at, take, r.x));
        if (at == 0) mean_of_slab(&r, take, n);
        add_slab(m, &r, take);
    }
    covariance ? finish(m, &r) : finish_trace(m, &r);
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
