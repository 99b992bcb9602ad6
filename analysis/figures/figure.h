/* figure - the table of figures: for each its name, what it needs of a run, and the function
 * that draws it.
 *
 * A figure is one file figure_NAME.c with one row of the table, or two; its function reads what
 * it needs from the run, draws, and records the arrays behind the picture.  A new figure is one
 * new file, its row declared here and named in the table of figure.c.
 */
#ifndef ANALYSIS_FIGURES_FIGURE_H
#define ANALYSIS_FIGURES_FIGURE_H

#include "analysis/draw/page.h"
#include "analysis/draw/palette.h"
#include "analysis/draw/sheet.h"
#include "analysis/figures/record.h"
#include "analysis/input/run.h"

/* What a figure is drawn from and where to. */
struct figure_drawing {
    const struct run *run;
    const struct page_outlet *to;
    const char *name;
    uint32_t seed; /* of random pairs and draws */
    struct record *record;
    const struct palette *palette; /* of the labels; NULL: the default one */
    size_t dimensions[2];          /* of the code, from 1, for the scatter; 0: its own choice */
};

/* Bytes that a figure takes at most while it is drawn, and those of them that the record keeps.
 */
struct figure_memory {
    size_t most, kept;
};

struct figure {
    const char *name, *help;
    const char *(*missing)(const struct run *r); /* why it cannot be drawn; NULL: it can */

    /* Draw it, where nothing is missing, record its arrays and hand the page to the outlet.
     * Local.  Fails with ST_DATA (values that are not finite), ST_NOMEM, ST_INTERNAL or
     * ST_CANTCREATE, or as the outlet does; no partial file is left. */
    enum status (*draw)(const struct figure_drawing *d);

    /* What it takes, where nothing is missing.  NULL: FIGURE_PAGE, nothing kept. */
    struct figure_memory (*memory)(const struct run *r);
};

enum { FIGURE_PAGE = 6000000 }; /* bytes of any page without images */

/* What images that are decoded take, and their sheet, of a run with a model.  Cannot fail. */
struct figure_memory figure_decoded_memory(const struct run *r, const struct sheet *s);

/* The figures: index 0, 1, ... until NULL.  figure_find: NULL where there is none of that name.
 * Local, cannot fail. */
const struct figure *figure_at(int index);
const struct figure *figure_find(const char *name);

/* The rows, each defined in the file of its name (same and different, shared and own together).
 */
extern const struct figure figure_model_summary;
extern const struct figure figure_reconstructions;
extern const struct figure figure_denoised;
extern const struct figure figure_residual_pca_shared;
extern const struct figure figure_residual_pca_own;
extern const struct figure figure_residual_variance;
extern const struct figure figure_interpolation_same;
extern const struct figure figure_interpolation_different;
extern const struct figure figure_latent_scatter;
extern const struct figure figure_nearest_neighbours;
extern const struct figure figure_latent_manifold;
extern const struct figure figure_generated;
extern const struct figure figure_loss_curves;

/* The sequences of random numbers of figures (the layer of their name). */
enum { FIGURE_DRAWS_SAME = 1, FIGURE_DRAWS_DIFFERENT, FIGURE_DRAWS_GENERATED };

#endif
