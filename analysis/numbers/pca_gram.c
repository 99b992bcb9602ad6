#include "analysis/numbers/pca_gram.h"

#include "analysis/numbers/pca_moments.h"
#include "linalg/covariance.h"
#include "linalg/eigen.h"
#include "linalg/matmul64.h"
#include "linalg/orthonormal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_NUMBERS = 1 << 26, CHUNK_NUMBERS = 1 << 20 };

/* The rows, and what is made of them. */
struct gram {
    size_t rows, n, chunk; /* chunk: columns at once */
    float *x;              /* [rows, n] */
    double *d;             /* [rows, chunk]: some columns of x, less their mean */
    double *u;             /* [rows, rows]: the Gram matrix, then its eigenvectors */
    double *values;        /* [rows] */
    double *part;          /* [wanted, chunk]: some columns of the components */
};

int pca_gram_fits(size_t rows, size_t n)
{
    return rows <= PCA_WHOLE && rows <= ROWS_NUMBERS / n;
}

static void gram_free(struct gram *g)
{
    free(g->x);
    free(g->d);
    free(g->u);
    free(g->values);
    free(g->part);
}

static size_t chunk_of(size_t rows, size_t n)
{
    size_t chunk = CHUNK_NUMBERS / rows;
    return chunk < n ? chunk : n;
}

/* The rows, and the parts of them or the search for eigenvectors. */
size_t pca_gram_bytes(size_t rows, size_t n, size_t wanted)
{
    size_t parts = (rows + wanted) * chunk_of(rows, n) * sizeof(double);
    size_t square = (rows + 1) * rows * sizeof(double);
    return rows * n * sizeof(float) + square + parts + eigen_bytes(rows);
}

static enum status gram_new(struct gram *g, size_t rows, size_t n, size_t wanted)
{
    *g = (struct gram){.rows = rows, .n = n, .chunk = chunk_of(rows, n)};
    g->x = calloc(rows * n, sizeof *g->x);
    g->d = calloc(rows * g->chunk, sizeof *g->d);
    g->u = calloc(rows * rows, sizeof *g->u);
    g->values = calloc(rows, sizeof *g->values);
    g->part = calloc(wanted * g->chunk + 1, sizeof *g->part);
    return g->x && g->d && g->u && g->values && g->part
               ? ST_OK
               : FAIL(ST_NOMEM, "no memory for the principal components of %zu rows of %zu",
                      rows, n);
}

static enum status read_all(struct gram *g, const struct pca_source *s)
{
    size_t slab = pca_moments_slab(g->n);
    for (size_t at = 0; at < g->rows; at += slab) {
        size_t take = g->rows - at < slab ? g->rows - at : slab;
        TRY(s->read(s->user, at, take, g->x + at * g->n));
    }
    return ST_OK;
}

/* mean[n] and the mean squared length. */
static enum status find_mean(const struct gram *g, struct pca *p)
{
    for (size_t i = 0; i < g->rows; i++)
        for (size_t j = 0; j < g->n; j++) {
            double x = (double)g->x[i * g->n + j];
            p->mean[j] += x;
            p->about_zero += x * x;
        }
    for (size_t j = 0; j < g->n; j++) p->mean[j] /= (double)g->rows;
    p->about_zero /= (double)g->rows;
    return isfinite(p->about_zero) ? ST_OK
                                   : FAIL(ST_DATA, "the rows hold values that are not finite");
}

/* d[rows, take] = columns `at` and on, less their mean */
static void centre(struct gram *g, const double *mean, size_t at, size_t take)
{
    for (size_t i = 0; i < g->rows; i++)
        for (size_t j = 0; j < take; j++)
            g->d[i * take + j] = (double)g->x[i * g->n + at + j] - mean[at + j];
}

/* values, and the eigenvectors in the rows of u */
static enum status solve(struct gram *g, const double *mean)
{
    for (size_t at = 0; at < g->n; at += g->chunk) {
        size_t take = g->n - at < g->chunk ? g->n - at : g->chunk;
        centre(g, mean, at, take);
        covariance_add_gram(g->rows, take, g->d, g->u);
    }
    for (size_t i = 0; i < g->rows * g->rows; i++) g->u[i] /= (double)g->rows;
    return eigen_symmetric(g->rows, g->u, g->values);
}

/* components[count, n] = u D, of length 1 */
static void lift(struct gram *g, struct pca *p, size_t count)
{
    for (size_t at = 0; at < g->n; at += g->chunk) {
        size_t take = g->n - at < g->chunk ? g->n - at : g->chunk;
        centre(g, p->mean, at, take);
        matmul64(count, take, g->rows, 1, g->u, g->d, 0, g->part);
        for (size_t k = 0; k < count; k++)
            memcpy(p->components + k * g->n + at, g->part + k * take, take * sizeof *g->part);
    }
    orthonormal_rows(count, g->n, p->components, 0);
    for (size_t k = 0; k < count; k++) orthonormal_sign(g->n, p->components + k * g->n);
}

enum status pca_gram_fit(struct pca *p, const struct pca_source *s, size_t wanted)
{
    enum status st = ST_OK;
    struct gram g = {0};
    size_t count = 0;
    TRY_DONE(pca_new(p, s, wanted, s->n));
    TRY_DONE(gram_new(&g, s->rows, s->n, p->count));
    TRY_DONE(read_all(&g, s));
    TRY_DONE(find_mean(&g, p));
    TRY_DONE(solve(&g, p->mean));
    memcpy(p->variance, g.values, (s->rows < s->n ? s->rows : s->n) * sizeof *g.values);
    pca_drop_rounding(p);
    while (count < p->count && p->variance[count] > 0) count++;
    lift(&g, p, count);
done:
    gram_free(&g);
    return st;
}
