#include "analysis/figures/figure.h"

#include <string.h>

/* In the order in which they are drawn, listed and reported. */
static const struct figure *const table[] = {
    &figure_model_summary,       &figure_reconstructions,         &figure_denoised,
    &figure_residual_pca_shared, &figure_residual_pca_own,        &figure_residual_variance,
    &figure_interpolation_same,  &figure_interpolation_different, &figure_latent_scatter,
    &figure_nearest_neighbours,  &figure_latent_manifold,         &figure_generated,
    &figure_loss_curves,
};

const struct figure *figure_at(int index)
{
    return index < (int)(sizeof table / sizeof table[0]) ? table[index] : NULL;
}

const struct figure *figure_find(const char *name)
{
    for (int i = 0; figure_at(i); i++)
        if (strcmp(figure_at(i)->name, name) == 0) return figure_at(i);
    return NULL;
}
