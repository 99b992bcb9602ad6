/* figure - the figures there are, as one table.
 *
 * A figure is one file figure_NAME.c with one function that reads what it needs from the run,
 * draws, and records the arrays behind the picture.  A new figure is one new file, named here
 * and in the table of figure.c.
 */
#ifndef ANALYSIS_FIGURE_H
#define ANALYSIS_FIGURE_H

#include "analysis/page.h"
#include "analysis/palette.h"
#include "analysis/record.h"
#include "analysis/run.h"

/* What a figure is drawn from and where to. */
struct drawing {
    const struct run *run;
    const struct outlet *to;
    const char *name;
    uint32_t seed; /* of random pairs and draws */
    struct record *record;
    const struct palette *palette; /* of the digits; NULL: the default one */
    size_t dimensions[2];          /* of the code, from 1, for the scatter; 0: its own choice */
};

struct figure {
    const char *name, *help;
    const char *(*missing)(const struct run *r); /* why it cannot be drawn; NULL: it can */
    enum status (*draw)(const struct drawing *d);
};

/* The figures: index 0, 1, ... until NULL.  figure_find: NULL where there is none. */
const struct figure *figure_at(int index);
const struct figure *figure_find(const char *name);

/* Each draws one figure and hands it to the outlet.  They fail with ST_DATA (values that are
 * not finite), ST_NOMEM, ST_INTERNAL or ST_CANTCREATE, and no partial file is left. */
enum status figure_residual_pca_shared(const struct drawing *d) MUST_USE;
enum status figure_residual_pca_own(const struct drawing *d) MUST_USE;
enum status figure_residual_variance(const struct drawing *d) MUST_USE;
enum status figure_nearest_neighbours(const struct drawing *d) MUST_USE;
enum status figure_model_summary(const struct drawing *d) MUST_USE;
enum status figure_interpolation_same(const struct drawing *d) MUST_USE;
enum status figure_interpolation_different(const struct drawing *d) MUST_USE;
enum status figure_reconstructions(const struct drawing *d) MUST_USE;
enum status figure_denoised(const struct drawing *d) MUST_USE;
enum status figure_loss_curves(const struct drawing *d) MUST_USE;
enum status figure_generated(const struct drawing *d) MUST_USE;
enum status figure_latent_manifold(const struct drawing *d) MUST_USE;
enum status figure_latent_scatter(const struct drawing *d) MUST_USE;

/* The sequences of random numbers of figures (the layer of their name). */
enum { FIGURE_DRAWS_SAME = 1, FIGURE_DRAWS_DIFFERENT, FIGURE_DRAWS_GENERATED };

#endif
