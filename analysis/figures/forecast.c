#include "analysis/figures/forecast.h"

#include "analysis/figures/needs.h"
#include "analysis/figures/scores.h"
#include "analysis/input/decoder.h"
#include "analysis/numbers/residuals.h"
#include "base/memory.h"

/* Bytes that stay after the first page, and after the first products in double. */
enum { FONTS = 4300000, PRODUCTS = 2700000 };

static void take(struct forecast *f, size_t more)
{
    if (f->kept + more > f->most) f->most = f->kept + more;
}

void forecast_begin(struct forecast *f, const struct run *r, int residuals)
{
    int has_residuals = !needs_results(r) && r->results.has[RESULTS_RESIDUALS];
    *f = (struct forecast){.lasting = FONTS};
    if (residuals && has_residuals) f->lasting += PRODUCTS + residuals_bytes(r);
    if (!needs_model(r)) f->lasting += decoder_kept_bytes(r);
}

void forecast_add(struct forecast *f, const struct run *r, const struct figure *figure)
{
    struct figure_memory m = {FIGURE_PAGE, 0};
    if (figure->memory) m = figure->memory(r);
    take(f, m.most);
    f->kept += m.kept;
}

void forecast_scores(struct forecast *f, const struct run *r)
{
    take(f, scores_bytes(r));
}

/* The file is built in memory while the record goes, and copied for the disk. */
size_t forecast_bytes(const struct forecast *f)
{
    size_t most = f->most > 2 * f->kept ? f->most : 2 * f->kept, peak = memory_peak();
    memory_trim();
    size_t all = memory_now() + f->lasting + most;
    return all > peak ? all : peak;
}
