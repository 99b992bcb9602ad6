#include "analysis/figure.h"

#include "analysis/knn_score.h"

#include <string.h>

static const char *no_results(const struct run *r)
{
    return r->has_results.st == ST_OK ? NULL : r->has_results.why;
}

static const char *no_images(const struct run *r)
{
    if (no_results(r)) return no_results(r);
    if (!r->results.has[RESULTS_RECONSTRUCTIONS] || !r->results.has[RESULTS_RESIDUALS])
        return "results.h5 holds no reconstructions";
    struct shape s = r->results.image;
    return s.h > 1 && s.w > 1 && (s.c == 1 || s.c == 3) ? NULL : "the samples are not images";
}

/* Two rows with one label, or with two. */
static int has_pair(const struct run *r, int same)
{
    size_t seen[256] = {0}, kinds = 0, twice = 0;
    for (size_t i = 0; i < r->results.total; i++) {
        size_t count = ++seen[r->labels[i]];
        kinds += count == 1, twice += count == 2;
    }
    return same ? twice > 0 : kinds > 1;
}

static const char *no_codes(const struct run *r)
{
    if (no_images(r)) return no_images(r);
    if (r->has_model.st != ST_OK) return r->has_model.why;
    if (!r->results.has[RESULTS_CODES]) return "results.h5 holds no codes";
    return r->labels ? NULL : "the test split has no labels";
}

static const char *no_same_pair(const struct run *r)
{
    if (no_codes(r)) return no_codes(r);
    return has_pair(r, 1) ? NULL : "no two test images share a label";
}

static const char *no_different_pair(const struct run *r)
{
    if (no_codes(r)) return no_codes(r);
    return has_pair(r, 0) ? NULL : "all test images have the same label";
}

static const char *no_inputs(const struct run *r)
{
    if (no_images(r)) return no_images(r);
    return r->results.has[RESULTS_INPUTS] ? NULL : "the model is not a denoising one";
}

static const char *no_metrics(const struct run *r)
{
    return r->has_metrics.st == ST_OK ? NULL : r->has_metrics.why;
}

static const char *no_prior(const struct run *r)
{
    if (r->has_model.st != ST_OK) return r->has_model.why;
    struct shape s = r->model->input;
    if (s.h < 2 || s.w < 2 || (s.c != 1 && s.c != 3)) return "the samples are not images";
    return r->model->variational ? NULL
                                 : "the model is not variational: its codes have no prior";
}

static const char *no_plane(const struct run *r)
{
    if (no_prior(r)) return no_prior(r);
    return shape_size(r->model->code) == 2 ? NULL : "the code does not have two dimensions";
}

static const char *no_points(const struct run *r)
{
    if (no_results(r)) return no_results(r);
    if (!r->results.has[RESULTS_CODES]) return "results.h5 holds no codes";
    if (!r->labels) return "the test split has no labels";
    if (r->results.code < 2) return "the code has one dimension";
    return r->results.code <= 4096 ? NULL : "the code has more than 4,096 dimensions";
}

static const char *no_neighbours(const struct run *r)
{
    if (no_images(r)) return no_images(r);
    if (!r->results.has[RESULTS_CODES]) return "results.h5 holds no codes";
    return knn_score_rows(r) > 1 ? NULL : "there are no two test images to compare";
}

static const char *no_model(const struct run *r)
{
    return r->has_model.st == ST_OK ? NULL : r->has_model.why;
}

static const struct figure table[] = {
    {"model-summary", "layers, output shapes and parameters", no_model, figure_model_summary},
    {"reconstructions", "the first ten test images above their reconstructions", no_images,
     figure_reconstructions},
    {"denoised", "clean, noisy and denoised test images", no_inputs, figure_denoised},
    {"residual-pca-shared", "mean and principal components of the residuals, one grey scale",
     no_images, figure_residual_pca_shared},
    {"residual-pca-own", "the same, each on its own grey scale", no_images,
     figure_residual_pca_own},
    {"residual-variance", "how much of the residuals' variance each component explains",
     no_images, figure_residual_variance},
    {"interpolation-same", "between the codes of ten pairs of one digit", no_same_pair,
     figure_interpolation_same},
    {"interpolation-different", "between the codes of ten pairs of different digits",
     no_different_pair, figure_interpolation_different},
    {"latent-scatter", "the codes of the test images, coloured by digit", no_points,
     figure_latent_scatter},
    {"nearest-neighbours", "test images and those with the nearest codes", no_neighbours,
     figure_nearest_neighbours},
    {"latent-manifold", "25 x 25 decoded points of the plane of codes", no_plane,
     figure_latent_manifold},
    {"generated", "decoded draws from the standard normal distribution", no_prior,
     figure_generated},
    {"loss-curves", "losses by epoch", no_metrics, figure_loss_curves},
};

const struct figure *figure_at(int index)
{
    return index < (int)(sizeof table / sizeof table[0]) ? &table[index] : NULL;
}

const struct figure *figure_find(const char *name)
{
    for (int i = 0; figure_at(i); i++)
        if (strcmp(figure_at(i)->name, name) == 0) return figure_at(i);
    return NULL;
}
