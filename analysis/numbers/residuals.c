#include "analysis/numbers/residuals.h"

#include "analysis/numbers/run_pca.h"

#include <stdlib.h>

static void residuals_free(void *value)
{
    struct residuals *x = value;
    pca_moments_free(&x->moments);
    pca_free(&x->pca);
    free(x);
}

static enum status find(const struct run *r, struct run_cache *cache)
{
    struct residuals *x = calloc(1, sizeof *x);
    if (!x) return FAIL(ST_NOMEM, "no memory for the residuals of %s", r->folder);
    enum status st = run_pca_fit(r, RESULTS_RESIDUALS, &x->moments, &x->pca);
    if (st == ST_OK)
        *cache = (struct run_cache){x, residuals_free};
    else
        residuals_free(x);
    return st;
}

enum status residuals_of(const struct run *r, const struct residuals **out)
{
    if (!r->residuals->value) TRY(find(r, r->residuals));
    *out = r->residuals->value;
    return ST_OK;
}
