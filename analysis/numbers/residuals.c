#include "analysis/numbers/residuals.h"

#include "analysis/numbers/run_pca.h"
#include "analysis/numbers/variances.h"

#include <stdlib.h>

static void residuals_free(void *value)
{
    pca_free(value);
    free(value);
}

static enum status find(const struct run *r, struct run_cache *cache)
{
    struct pca *p = calloc(1, sizeof *p);
    if (!p) return FAIL(ST_NOMEM, "no memory for the residuals of %s", r->folder);
    enum status st = run_pca_fit(r, RESULTS_RESIDUALS, VARIANCES_COMPUTED, p);
    if (st == ST_OK)
        *cache = (struct run_cache){p, residuals_free};
    else
        residuals_free(p);
    return st;
}

enum status residuals_of(const struct run *r, const struct pca **out)
{
    if (!r->residuals->value) TRY(find(r, r->residuals));
    *out = r->residuals->value;
    return ST_OK;
}

size_t residuals_bytes(const struct run *r)
{
    return pca_bytes(shape_size(r->results.image), VARIANCES_COMPUTED);
}

size_t residuals_find_bytes(const struct run *r)
{
    size_t n = shape_size(r->results.image);
    return pca_fit_bytes(r->results.total, n, VARIANCES_COMPUTED) - residuals_bytes(r);
}
