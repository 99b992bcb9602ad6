#include "analysis/figures/figure.h"

#include "analysis/input/decoder.h"

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

struct figure_memory figure_decoded_memory(const struct run *r, const struct sheet *s)
{
    size_t images = sheet_values_bytes(s), sheet = sheet_save_bytes(s);
    size_t decoding = decoder_bytes(r, s->rows * s->columns);
    return (struct figure_memory){images + (decoding > sheet ? decoding : sheet), images};
}
