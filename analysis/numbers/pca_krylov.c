#include "analysis/numbers/pca_krylov.h"

#include "analysis/numbers/pca_moments.h"
#include "linalg/krylov.h"
#include "linalg/matmul64.h"

#include <stdlib.h>
#include <string.h>

enum { SLAB_LEAST = 64 }; /* rows, so that a product is worth the rows it adds up */

/* The rows less their mean, a slab at a time. */
struct centred {
    const struct pca_source *source;
    const double *mean; /* [n] */
    size_t slab;        /* rows at once */
    float *x;           /* [slab, n] */
    double *d;          /* [slab, n]: x - mean */
    double *along;      /* [count, slab]: the rows along the vectors */
};

static size_t slab_of(size_t n)
{
    size_t slab = pca_moments_slab(n);
    return slab > SLAB_LEAST ? slab : SLAB_LEAST;
}

size_t pca_krylov_bytes(size_t rows, size_t n, size_t wanted)
{
    size_t slab = slab_of(n) < rows ? slab_of(n) : rows;
    size_t along = (wanted + KRYLOV_EXTRA) * slab * sizeof(double);
    return slab * n * (sizeof(float) + sizeof(double)) + along + krylov_bytes(n, wanted);
}

static void centred_free(struct centred *o)
{
    free(o->x);
    free(o->d);
    free(o->along);
}

static enum status centred_new(struct centred *o, const struct pca_source *s,
                               const double *mean, size_t wanted)
{
    *o = (struct centred){.source = s, .mean = mean, .slab = slab_of(s->n)};
    o->x = calloc(o->slab * s->n, sizeof *o->x);
    o->d = calloc(o->slab * s->n, sizeof *o->d);
    o->along = calloc((wanted + KRYLOV_EXTRA) * o->slab, sizeof *o->along);
    return o->x && o->d && o->along
               ? ST_OK
               : FAIL(ST_NOMEM, "no memory for the principal components of rows of %zu numbers",
                      s->n);
}

/* y = v D^T D / N, of a slab of D after the other. */
static enum status product(void *user, size_t count, const double *v, double *y)
{
    struct centred *o = user;
    size_t rows = o->source->rows, n = o->source->n;
    memset(y, 0, count * n * sizeof *y);
    for (size_t at = 0; at < rows; at += o->slab) {
        size_t take = rows - at < o->slab ? rows - at : o->slab;
        TRY(o->source->read(o->source->user, at, take, o->x));
        for (size_t i = 0; i < take; i++)
            for (size_t j = 0; j < n; j++)
                o->d[i * n + j] = (double)o->x[i * n + j] - o->mean[j];
        matmul64_nt(count, take, n, 1, v, o->d, 0, o->along);
        matmul64(count, n, take, 1 / (double)rows, o->along, o->d, 1, y);
    }
    return ST_OK;
}

/* The variances behind the last of no variance are 0 as well: all are known then. */
static enum status complete(struct pca *p)
{
    if (p->count == 0 || p->variance[p->count - 1] > 0) return ST_OK;
    double *all = realloc(p->variance, p->n * sizeof *all);
    if (!all) return FAIL(ST_NOMEM, "no memory for %zu variances", p->n);
    memset(all + p->known, 0, (p->n - p->known) * sizeof *all);
    p->variance = all, p->known = p->n;
    return ST_OK;
}

static enum status take(struct pca *p, const struct krylov *k, double trace)
{
    memcpy(p->components, k->vectors, p->count * p->n * sizeof *p->components);
    memcpy(p->variance, k->values, p->count * sizeof *p->variance);
    p->residual = k->residual;
    pca_drop_rounding(p);
    p->total = trace > 1e-14 * p->about_zero ? trace : 0;
    for (size_t i = 0; i < p->count; i++)
        if (!(p->variance[i] > 0))
            memset(p->components + i * p->n, 0, p->n * sizeof *p->components);
    return complete(p);
}

enum status pca_krylov_fit(struct pca *p, const struct pca_source *s, size_t wanted)
{
    enum status st = ST_OK;
    struct pca_moments m = {0};
    struct centred o = {0};
    struct krylov k = {0};
    const struct random_name start = {.purpose = PURPOSE_COMPONENTS};
    TRY_DONE(pca_new(p, s, wanted, wanted < s->n ? wanted : s->n));
    TRY_DONE(pca_moments_read(&m, s, 0));
    memcpy(p->mean, m.mean, p->n * sizeof *p->mean);
    p->about_zero = m.about_zero;
    TRY_DONE(centred_new(&o, s, p->mean, p->count));
    TRY_DONE(krylov_largest(&k, p->n, p->count, start, product, &o));
    st = take(p, &k, m.trace);
done:
    pca_moments_free(&m);
    centred_free(&o);
    krylov_free(&k);
    return st;
}
