#include "linalg/krylov.h"

#include "linalg/eigen.h"
#include "linalg/matmul64.h"
#include "linalg/orthonormal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BASIS_NUMBERS = 1 << 25, BASIS_MOST = 480, CHUNK = 512 };
static const double TOLERANCE = 1e-10, ROUNDING = 1e-13;

/* The basis and A in it.  Its last block, rows tail to m, has not been multiplied yet. */
struct basis {
    size_t n, wanted;
    size_t block;     /* rows of a block at most */
    size_t capacity;  /* rows of q */
    size_t m, tail;   /* rows in use; the first of the last block */
    size_t fresh;     /* rows behind m that the last product has added */
    double *q;        /* [capacity, n], orthonormal */
    double *w;        /* [block, n]: q[tail..m] A */
    double *t;        /* [capacity, capacity]: q A q^T, upper triangle */
    double *y;        /* [capacity, capacity]: eigenvectors of t */
    double *values;   /* [capacity] */
    double *coupling; /* [capacity, block]: q w^T */
    double *chunk;    /* [2 capacity, CHUNK] */
};

size_t krylov_basis(size_t n, size_t wanted)
{
    size_t least = 3 * (wanted + KRYLOV_EXTRA), rows = BASIS_NUMBERS / n;
    if (rows > BASIS_MOST) rows = BASIS_MOST;
    return rows > least ? rows : least;
}

size_t krylov_bytes(size_t n, size_t wanted)
{
    size_t c = krylov_basis(n, wanted), block = wanted + KRYLOV_EXTRA;
    size_t numbers = (c + block + wanted) * n + c * (2 * c + 1 + block + 2 * CHUNK);
    return numbers * sizeof(double) + eigen_bytes(c);
}

static void basis_free(struct basis *b)
{
    free(b->q);
    free(b->w);
    free(b->t);
    free(b->y);
    free(b->values);
    free(b->coupling);
    free(b->chunk);
}

static enum status basis_new(struct basis *b, size_t n, size_t wanted)
{
    size_t c = krylov_basis(n, wanted), block = wanted + KRYLOV_EXTRA;
    *b = (struct basis){.n = n, .wanted = wanted, .block = block < n ? block : n};
    b->capacity = c;
    b->q = calloc(c * n, sizeof *b->q);
    b->w = calloc(b->block * n, sizeof *b->w);
    b->t = calloc(c * c, sizeof *b->t);
    b->y = calloc(c * c, sizeof *b->y);
    b->values = calloc(c, sizeof *b->values);
    b->coupling = calloc(c * b->block, sizeof *b->coupling);
    b->chunk = calloc(2 * c * CHUNK, sizeof *b->chunk);
    if (!b->q || !b->w || !b->t || !b->y || !b->values || !b->coupling || !b->chunk)
        return FAIL(ST_NOMEM, "no memory for the %zu largest of %zu eigenvalues", wanted, n);
    return ST_OK;
}

/* The first block is random; its row i is row i of the name. */
static enum status begin(struct basis *b, struct random_name start)
{
    float *row = calloc(b->n, sizeof *row);
    if (!row) return FAIL(ST_NOMEM, "no memory for %zu random numbers", b->n);
    for (size_t i = 0; i < b->block; i++) {
        start.row = (uint32_t)i;
        random_normal(start, row, b->n);
        for (size_t j = 0; j < b->n; j++) b->q[i * b->n + j] = (double)row[j];
    }
    free(row);
    b->m = orthonormal_rows(b->block, b->n, b->q, 0);
    return ST_OK;
}

/* q[m..m + count] less its parts along q[0..m]; the coupling is scratch. */
static void remove_basis(struct basis *b, size_t count)
{
    double *x = b->q + b->m * b->n;
    matmul64_nt(count, b->m, b->n, 1, x, b->q, 0, b->coupling);
    matmul64(count, b->n, b->m, -1, b->coupling, b->q, 1, x);
}

/* Behind the basis: what w holds beside it, orthonormal.  Twice, since after the first time
 * the rounding of a row that lies almost in the basis still leans into it. */
static void extend(struct basis *b, double least)
{
    size_t count = b->m - b->tail;
    memcpy(b->q + b->m * b->n, b->w, count * b->n * sizeof *b->q);
    for (int time = 0; time < 2; time++) {
        remove_basis(b, count);
        count = orthonormal_rows(count, b->n, b->q + b->m * b->n, time == 0 ? least : 0.5);
    }
    b->fresh = count;
}

/* t gains the columns of the last block: q w^T, of which the rows behind m are its coupling to
 * the next. */
static void couple(struct basis *b)
{
    size_t count = b->m - b->tail;
    matmul64_nt(b->m + b->fresh, count, b->n, 1, b->q, b->w, 0, b->coupling);
    for (size_t i = 0; i < b->m; i++)
        for (size_t j = 0; j < count; j++)
            b->t[i * b->capacity + b->tail + j] = b->coupling[i * count + j];
}

/* values and the rows of y[m, m] */
static enum status solve(struct basis *b)
{
    for (size_t i = 0; i < b->m; i++)
        memcpy(b->y + i * b->m, b->t + i * b->capacity, b->m * sizeof *b->y);
    return eigen_symmetric(b->m, b->y, b->values);
}

/* r of vector i: what A leads out of the basis goes through its last block alone. */
static double residual(const struct basis *b, size_t i)
{
    size_t count = b->m - b->tail;
    double square = 0;
    for (size_t f = 0; f < b->fresh; f++) {
        const double *out = b->coupling + (b->m + f) * count;
        double sum = 0;
        for (size_t j = 0; j < count; j++) sum += out[j] * b->y[i * b->m + b->tail + j];
        square += sum * sum;
    }
    return sqrt(square);
}

/* The largest r / t of the wanted, 0 for one whose r is rounding. */
static double worst(const struct basis *b)
{
    double most = 0;
    for (size_t i = 0; i < b->wanted; i++) {
        double r = residual(b, i);
        if (r > ROUNDING * b->values[0]) most = fmax(most, r / fmax(b->values[i], 0));
    }
    return most;
}

/* q[0..keep] = y[keep, m] q, some columns at a time. */
static void combine(struct basis *b, size_t keep)
{
    double *from = b->chunk, *to = b->chunk + b->capacity * CHUNK;
    for (size_t at = 0; at < b->n; at += CHUNK) {
        size_t take = b->n - at < CHUNK ? b->n - at : CHUNK;
        for (size_t i = 0; i < b->m; i++)
            memcpy(from + i * take, b->q + i * b->n + at, take * sizeof *from);
        matmul64(keep, take, b->m, 1, b->y, from, 0, to);
        for (size_t i = 0; i < keep; i++)
            memcpy(b->q + i * b->n + at, to + i * take, take * sizeof *to);
    }
}

/* Begin again with the best vectors of the basis, before the new block. */
static void restart(struct basis *b)
{
    size_t keep = b->capacity / 2 > 2 * b->block ? b->capacity / 2 - b->block : b->block;
    if (keep > b->m) keep = b->m;
    combine(b, keep);
    memmove(b->q + keep * b->n, b->q + b->m * b->n, b->fresh * b->n * sizeof *b->q);
    memset(b->t, 0, b->capacity * b->capacity * sizeof *b->t);
    for (size_t i = 0; i < keep; i++) b->t[i * b->capacity + i] = b->values[i];
    b->m = keep;
}

/* The length of the longest row of w. */
static double longest(const struct basis *b)
{
    double most = 0;
    for (size_t i = 0; i < b->m - b->tail; i++) {
        double square = 0;
        for (size_t j = 0; j < b->n; j++) square += b->w[i * b->n + j] * b->w[i * b->n + j];
        most = fmax(most, sqrt(square));
    }
    return most;
}

static enum status grow(struct basis *b, struct krylov *k, krylov_product *product, void *user)
{
    double size = 0; /* of A, from below */
    for (;;) {
        TRY(product(user, b->m - b->tail, b->q + b->tail * b->n, b->w));
        k->products++;
        size = fmax(size, longest(b));
        extend(b, ROUNDING * size);
        couple(b);
        TRY(solve(b));
        size = fmax(size, b->values[0]);
        k->residual = worst(b);
        if (b->fresh == 0 || k->residual <= TOLERANCE || k->products == KRYLOV_PRODUCTS)
            return ST_OK;
        if (b->m + b->fresh + b->block > b->capacity) restart(b);
        b->tail = b->m, b->m += b->fresh;
    }
}

static enum status take(struct krylov *k, struct basis *b)
{
    k->vectors = calloc(k->count * k->n, sizeof *k->vectors);
    k->values = calloc(k->count, sizeof *k->values);
    if (!k->vectors || !k->values)
        return FAIL(ST_NOMEM, "no memory for %zu eigenvectors of %zu numbers", k->count, k->n);
    combine(b, k->count);
    memcpy(k->vectors, b->q, k->count * k->n * sizeof *k->vectors);
    memcpy(k->values, b->values, k->count * sizeof *k->values);
    for (size_t i = 0; i < k->count; i++) orthonormal_sign(k->n, k->vectors + i * k->n);
    return ST_OK;
}

enum status krylov_largest(struct krylov *k, size_t n, size_t wanted, struct random_name start,
                           krylov_product *product, void *user)
{
    enum status st = ST_OK;
    struct basis b = {0};
    *k = (struct krylov){.n = n, .count = wanted < n ? wanted : n};
    if (k->count == 0) return ST_OK;
    TRY_DONE(basis_new(&b, n, k->count));
    TRY_DONE(begin(&b, start));
    TRY_DONE(grow(&b, k, product, user));
    st = take(k, &b);
done:
    basis_free(&b);
    return st;
}

void krylov_free(struct krylov *k)
{
    free(k->vectors);
    free(k->values);
    *k = (struct krylov){0};
}
