#include "analysis/numbers/baseline.h"

#include "analysis/input/thousands.h"
#include "analysis/numbers/pca.h"
#include "analysis/numbers/pca_moments.h"
#include "analysis/numbers/residuals.h"
#include "store/slabs.h"

#include <stdio.h>

enum { FIT_NUMBERS = 1 << 27, MOST = 512 };

static enum status read_samples(void *user, size_t first, size_t rows, float *out)
{
    return run_samples(user, first, rows, out);
}

static enum status read_training(void *user, size_t first, size_t rows, float *out)
{
    return slabs_read(user, first, rows, out);
}

/* Of large samples the fit reads the rows many times: no more than these. */
static size_t rows_to_fit(size_t rows, size_t n)
{
    size_t most = FIT_NUMBERS / n;
    return n <= PCA_WHOLE || rows < most ? rows : most;
}

/* *s = the training images, as many as the run used; fails where they are not at hand or not of
 * the same shape.  The caller closes them, after a failure as well. */
static enum status open_training(const struct run *r, struct slabs *s,
                                 struct pca_source *source)
{
    size_t limit = (size_t)r->job.limit;
    *s = (struct slabs){0}, *source = (struct pca_source){0};
    if (r->has_data.st != ST_OK) return FAIL(r->has_data.st, "%s", r->has_data.why);
    TRY(slabs_open(s, r->job.file, r->job.train));
    if (!shape_equal(s->shape, r->results.image))
        return FAIL(ST_DATA, "%s holds images of another shape than the results", s->path);
    *source = (struct pca_source){s->total, shape_size(s->shape), read_training, s};
    if (limit && limit < s->total) source->rows = limit;
    source->rows = rows_to_fit(source->rows, source->n);
    return ST_OK;
}

/* *p = a PCA of the training images. */
static enum status fit_training(const struct run *r, size_t components, struct pca *p)
{
    struct slabs s;
    struct pca_source source;
    enum status st;
    *p = (struct pca){0};
    TRY_DONE(open_training(r, &s, &source));
    st = pca_fit(p, &source, components);
done:
    slabs_close(&s);
    return st;
}

static enum status pca_of(const struct run *r, struct baseline *b)
{
    struct pca p;
    size_t n = shape_size(r->results.image), rows = r->results.total;
    const struct pca_source test = {rows, n, read_samples, (void *)r};
    const struct pca_source some = {rows_to_fit(rows, n), n, read_samples, (void *)r};
    enum status st = fit_training(r, b->components, &p);
    b->on_test = st != ST_OK;
    if (b->on_test) {
        snprintf(b->why, sizeof b->why, "%s", status_message());
        pca_free(&p);
        st = pca_fit(&p, &some, b->components);
    }
    if (st == ST_OK) st = pca_error(&p, &test, b->components, &b->pca);
    b->fitted = p.rows;
    pca_free(&p);
    return st;
}

/* Residuals, fit and error one after the other; the test images are read as two arrays. */
size_t baseline_bytes(const struct run *r)
{
    struct slabs s;
    struct pca_source train;
    size_t n = shape_size(r->results.image), rows = r->results.total, code = r->results.code;
    size_t second = pca_moments_slab_of(rows, n) * n * sizeof(float), fit;
    if (open_training(r, &s, &train) == ST_OK)
        fit = pca_fit_bytes(train.rows, n, code);
    else
        fit = second + pca_fit_bytes(rows_to_fit(rows, n), n, code);
    slabs_close(&s);
    size_t error = pca_bytes(n, code) + second + pca_error_bytes(rows, n);
    size_t most = fit > error ? fit : error, found = residuals_find_bytes(r);
    return most > found ? most : found;
}

int baseline_fits(const struct run *r)
{
    return r->has_results.st == ST_OK && r->results.has[RESULTS_RESIDUALS] &&
           r->results.has[RESULTS_RECONSTRUCTIONS] &&
           (shape_size(r->results.image) <= PCA_WHOLE || r->results.code <= MOST);
}

enum status baseline_compute(const struct run *r, struct baseline *b)
{
    const struct pca *residuals;
    size_t n = shape_size(r->results.image);
    *b = (struct baseline){.components = r->results.code < n ? r->results.code : n};
    TRY(residuals_of(r, &residuals));
    b->model = residuals->about_zero;
    return pca_of(r, b);
}

void baseline_line(const struct baseline *b, char *text, size_t n)
{
    int used =
        snprintf(text, n,
                 "test squared error per image: model %.5g, PCA with %zu component%s %.5g "
                 "(fitted on %s %s images",
                 b->model, b->components, b->components == 1 ? "" : "s", b->pca,
                 thousands_text(b->fitted), b->on_test ? "test" : "training");
    if (used < 0 || (size_t)used >= n) return;
    snprintf(text + used, n - (size_t)used, "%s%s%s",
             b->on_test ? ": the training images are not at hand, and this flatters PCA: " : "",
             b->on_test ? b->why : "", ")");
}
