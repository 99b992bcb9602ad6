#include "analysis/residuals.h"

#include <stdlib.h>

static enum status read_residuals(void *user, size_t first, size_t rows, float *out)
{
    return run_read(user, RESULTS_RESIDUALS, first, rows, out);
}

static enum status find(const struct run *r, struct residuals *x)
{
    TRY(pca_moments_read(&x->moments, r->results.total, shape_size(r->results.image),
                         read_residuals, (void *)r));
    return pca_fit(&x->pca, &x->moments);
}

enum status residuals_of(const struct run *r, const struct residuals **out)
{
    struct residuals **kept = &r->later->residuals, *x = *kept;
    if (!x) {
        x = calloc(1, sizeof *x);
        if (!x) return FAIL(ST_NOMEM, "no room for the residuals of %s", r->folder);
        enum status st = find(r, x);
        if (st != ST_OK) {
            residuals_free(x);
            return st;
        }
    }
    *out = *kept = x;
    return ST_OK;
}

void residuals_free(struct residuals *x)
{
    if (!x) return;
    pca_moments_free(&x->moments);
    pca_free(&x->pca);
    free(x);
}
