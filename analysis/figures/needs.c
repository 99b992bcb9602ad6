#include "analysis/figures/needs.h"

static int is_image(struct shape s)
{
    return s.h > 1 && s.w > 1 && (s.c == 1 || s.c == 3);
}

const char *needs_model(const struct run *r)
{
    return r->has_model.st == ST_OK ? NULL : r->has_model.why;
}

const char *needs_metrics(const struct run *r)
{
    return r->has_metrics.st == ST_OK ? NULL : r->has_metrics.why;
}

const char *needs_results(const struct run *r)
{
    return r->has_results.st == ST_OK ? NULL : r->has_results.why;
}

const char *needs_codes(const struct run *r)
{
    if (needs_results(r)) return needs_results(r);
    return r->results.has[RESULTS_CODES] ? NULL : "results.h5 holds no codes";
}

const char *needs_labels(const struct run *r)
{
    if (needs_results(r)) return needs_results(r);
    return r->labels ? NULL : "the test split has no labels";
}

const char *needs_images(const struct run *r)
{
    if (needs_results(r)) return needs_results(r);
    if (!r->results.has[RESULTS_RECONSTRUCTIONS] || !r->results.has[RESULTS_RESIDUALS])
        return "results.h5 holds no reconstructions";
    return is_image(r->results.image) ? NULL : "the samples are not images";
}

const char *needs_prior(const struct run *r)
{
    if (needs_model(r)) return needs_model(r);
    if (!is_image(r->model->input)) return "the samples are not images";
    return r->model->variational ? NULL
                                 : "the model is not variational: its codes have no prior";
}
