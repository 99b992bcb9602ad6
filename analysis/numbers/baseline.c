#include "analysis/numbers/baseline.h"

#include "analysis/input/thousands.h"
#include "analysis/numbers/pca.h"
#include "analysis/numbers/residuals.h"
#include "store/slabs.h"

#include <stdio.h>

static enum status read_samples(void *user, size_t first, size_t rows, float *out)
{
    return run_samples(user, first, rows, out);
}

static enum status read_training(void *user, size_t first, size_t rows, float *out)
{
    return slabs_read(user, first, rows, out);
}

/* The training images, as many as the run used; fails where they are not at hand or not of
 * the same shape. */
static enum status training_moments(const struct run *r, struct pca_moments *m)
{
    struct slabs s;
    enum status st = ST_OK;
    size_t limit = (size_t)r->job.limit;
    TRY_DONE(slabs_open(&s, r->job.file, r->job.train));
    if (!shape_equal(s.shape, r->results.image)) {
        st = FAIL(ST_DATA, "%s holds images of another shape than the results", s.path);
        goto done;
    }
    st = pca_moments_read(m, limit && limit < s.total ? limit : s.total, shape_size(s.shape),
                          read_training, &s);
done:
    slabs_close(&s);
    return st;
}

static enum status pca_of(const struct run *r, const struct pca_moments *test,
                          struct baseline *b)
{
    struct pca_moments training = {0};
    struct pca p = {0};
    b->on_test = training_moments(r, &training) != ST_OK;
    const struct pca_moments *from = b->on_test ? test : &training;
    enum status st = pca_fit(&p, from);
    if (st == ST_OK) b->pca = pca_error(&p, test, b->components);
    b->fitted = from->rows;
    pca_moments_free(&training);
    pca_free(&p);
    return st;
}

int baseline_fits(const struct run *r)
{
    return r->has_results.st == ST_OK && r->results.has[RESULTS_RESIDUALS] &&
           r->results.has[RESULTS_RECONSTRUCTIONS] && shape_size(r->results.image) <= 4096;
}

enum status baseline_compute(const struct run *r, struct baseline *b)
{
    enum status st = ST_OK;
    const struct residuals *residuals;
    struct pca_moments test = {0};
    size_t n = shape_size(r->results.image);
    *b = (struct baseline){.components = r->results.code < n ? r->results.code : n};
    TRY_DONE(residuals_of(r, &residuals));
    b->model = residuals->moments.about_zero;
    TRY_DONE(pca_moments_read(&test, r->results.total, n, read_samples, (void *)r));
    st = pca_of(r, &test, b);
done:
    pca_moments_free(&test);
    return st;
}

void baseline_line(const struct baseline *b, char *text, size_t n)
{
    snprintf(
        text, n,
        "test squared error per image: model %.5g, PCA with %zu component%s %.5g (fitted on "
        "%s %s images%s)",
        b->model, b->components, b->components == 1 ? "" : "s", b->pca,
        thousands_text(b->fitted), b->on_test ? "test" : "training",
        b->on_test ? ": the training images are not at hand, and this flatters PCA" : "");
}
