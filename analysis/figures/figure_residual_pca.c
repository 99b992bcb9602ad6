#include "analysis/draw/page.h"
#include "analysis/draw/tile.h"
#include "analysis/figures/figure.h"
#include "analysis/figures/needs.h"
#include "analysis/numbers/residuals.h"
#include "analysis/numbers/variances.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The mean and five components. */
enum {
    TILES = 1 + VARIANCES_SHOWN,
    TILE = 112,
    GAP = 14,
    LINES = 46,
    BAR_HEIGHT = 8,
    BAR_FOOT = 24
};

static const struct canvas_pen name_pen = {
    .colour = PAGE_INK, .size = 8.5, .align = CANVAS_CENTRE};
static const struct canvas_pen fact_pen = {
    .colour = PAGE_SOFT, .size = 7.5, .align = CANVAS_CENTRE};

/* What the drawing callback sees. */
struct view {
    struct shape image;
    size_t count;        /* tiles: 6, fewer for tiny images */
    int shared;          /* one scale for all tiles */
    double m;            /* points a pixel */
    double scale[TILES]; /* the value that is white */
    double most[TILES];  /* the largest absolute value */
    double share[TILES]; /* of the mean: of the squared error; else of the variance */
    uint8_t *bytes;      /* [count, h, w, c] */
};

/* The numbers of tile i; a component without variance has no direction and is shown as 0. */
static const double *tile_of(const struct pca *p, size_t i)
{
    return i == 0 ? p->mean : p->components + (i - 1) * p->n;
}

static int is_flat(const struct pca *p, size_t i)
{
    return i > 0 && !(p->variance[i - 1] > 0);
}

static void set_scales(struct view *v, const struct pca *p)
{
    double all = 0;
    for (size_t i = 0; i < v->count; i++) {
        v->most[i] = is_flat(p, i) ? 0 : tile_scale(tile_of(p, i), p->n);
        all = fmax(all, v->most[i]);
    }
    for (size_t i = 0; i < v->count; i++) v->scale[i] = v->shared ? all : v->most[i];
}

static double length_squared(const double *v, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += v[i] * v[i];
    return sum;
}

static void set_shares(struct view *v, const struct pca *p, double squared_error)
{
    if (squared_error > 0) v->share[0] = length_squared(p->mean, p->n) / squared_error;
    for (size_t i = 1; i < v->count; i++) v->share[i] = variances_share(p, i - 1);
}

static void set_bytes(struct view *v, const struct pca *p)
{
    for (size_t i = 0; i < v->count; i++)
        for (size_t j = 0; j < p->n; j++)
            v->bytes[i * p->n + j] =
                tile_grey(is_flat(p, i) ? 0 : tile_of(p, i)[j], v->scale[i]);
}

static void draw_facts(struct canvas *c, const struct view *v, size_t i, double x, double y)
{
    char text[64];
    if (i == 0)
        snprintf(text, sizeof text, "mean");
    else
        snprintf(text, sizeof text, "component %zu", i);
    canvas_text(c, &name_pen, x, y + 14, text);
    snprintf(text, sizeof text, "%.1f %% of %s", 100 * v->share[i],
             i == 0 ? "squared error" : "variance");
    canvas_text(c, &fact_pen, x, y + 26, text);
    snprintf(text, sizeof text, v->shared ? "largest %.3g" : "scale \u00b1%.3g", v->most[i]);
    canvas_text(c, &fact_pen, x, y + 37, text);
}

/* All greys from 0 to 255, with the values that they stand for. */
static void draw_bar(struct canvas *c, const struct view *v, double x, double y)
{
    uint8_t greys[256];
    char low[32] = "\u2212scale", high[32] = "+scale";
    for (int i = 0; i < 256; i++) greys[i] = (uint8_t)i;
    if (v->shared) {
        snprintf(low, sizeof low, "\u2212%.3g", v->scale[0]);
        snprintf(high, sizeof high, "+%.3g", v->scale[0]);
    }
    canvas_box(c, PAGE_GRID, x - 0.5, y - 0.5, 257, BAR_HEIGHT + 1);
    canvas_paint(c, &(struct canvas_image){1, 256, 1, greys}, x, y, 256, BAR_HEIGHT);
    canvas_text(c, &fact_pen, x, y + BAR_HEIGHT + 10, low);
    canvas_text(c, &fact_pen, x + 128.5, y + BAR_HEIGHT + 10, "0");
    canvas_text(c, &fact_pen, x + 256, y + BAR_HEIGHT + 10, high);
}

static double tile_width(const struct view *v)
{
    return fmax(v->m * (double)v->image.w, TILE);
}

static double body_width(const struct view *v)
{
    return (double)v->count * (tile_width(v) + GAP) - GAP;
}

static void draw_view(struct canvas *c, const void *user)
{
    const struct view *v = user;
    double w = v->m * (double)v->image.w, h = v->m * (double)v->image.h;
    for (size_t i = 0; i < v->count; i++) {
        double x = (tile_width(v) + GAP) * (double)i;
        struct canvas_image tile = {v->image.h, v->image.w, v->image.c,
                                    v->bytes + i * shape_size(v->image)};
        canvas_paint(c, &tile, x, 0, w, h);
        draw_facts(c, v, i, x + w / 2, h);
    }
    draw_bar(c, v, floor((body_width(v) - 256) / 2), h + LINES + 4);
}

static enum status keep(const struct figure_drawing *d, const struct pca *p, size_t count)
{
    struct shape s = d->run->results.image;
    struct nexus_group g = {.name = "residual_pca",
                            .title = "Principal components of the residuals",
                            .signal = "components",
                            .axes = {"component", ".", "."}};
    TRY(record_images(d->record, &(struct array){.name = "residual_pca/mean",
                                                 .type = ARRAY_DOUBLE,
                                                 .rank = 3,
                                                 .dims = {s.h, s.w, s.c},
                                                 .labels = {"height", "width", "channel"},
                                                 .data = p->mean}));
    TRY(record_images(d->record,
                      &(struct array){.name = "residual_pca/components",
                                      .type = ARRAY_DOUBLE,
                                      .rank = 4,
                                      .dims = {count, s.h, s.w, s.c},
                                      .labels = {"component", "height", "width", "channel"},
                                      .data = p->components}));
    TRY(record_counts(d->record, "residual_pca/component", count));
    if (s.c > 1) g.axes[3] = ".";
    return record_group(d->record, &g);
}

static enum status draw(const struct figure_drawing *d, const struct view *v,
                        const struct pca *p, double squared_error)
{
    char about[256], warning[VARIANCES_WARNING], caption[1200];
    double h = v->m * (double)v->image.h;
    struct page page = {v->shared
                            ? "Principal components of the residuals, one scale"
                            : "Principal components of the residuals, each on its own scale",
                        caption, body_width(v), h + LINES + 4 + BAR_HEIGHT + BAR_FOOT - 12};
    run_describe(d->run, about, sizeof about);
    variances_warning(p, v->count - 1, warning, sizeof warning);
    snprintf(
        caption, sizeof caption,
        "Residual = true image \u2212 reconstruction, of every test image, signs kept. "
        "Mid grey (128) is exactly zero; %s largest absolute value is black or white. A "
        "component is a direction of length 1; its sign is such that the largest "
        "absolute value is positive. The squared error per image is %.4g; the variance is what "
        "the mean leaves of it. %s%s%s",
        v->shared ? "the six images share one scale, whose"
                  : "each image has its own scale, whose",
        squared_error, warning, *warning ? " " : "", about);
    return page_save(&page, d->to, d->name, draw_view, v);
}

static enum status show(const struct figure_drawing *d, const struct pca *p, int shared,
                        double squared_error)
{
    struct view v = {.image = d->run->results.image,
                     .count = p->n < TILES - 1 ? p->n + 1 : TILES,
                     .shared = shared};
    v.m = tile_magnification(v.image.w, TILE);
    v.bytes = malloc(v.count * p->n);
    if (!v.bytes) return FAIL(ST_NOMEM, "no memory for %zu tiles", v.count);
    set_scales(&v, p);
    set_shares(&v, p, squared_error);
    set_bytes(&v, p);
    enum status st = keep(d, p, v.count - 1);
    if (st == ST_OK) st = draw(d, &v, p, squared_error);
    free(v.bytes);
    return st;
}

static enum status residual_pca(const struct figure_drawing *d, int shared)
{
    const struct pca *p;
    TRY(residuals_of(d->run, &p));
    return show(d, p, shared, p->about_zero);
}

static enum status make_shared(const struct figure_drawing *d)
{
    return residual_pca(d, 1);
}

static enum status make_own(const struct figure_drawing *d)
{
    return residual_pca(d, 0);
}

/* The components are found, or drawn: a tile each. */
static struct figure_memory memory(const struct run *r)
{
    struct shape s = r->results.image;
    size_t n = shape_size(s), count = n < TILES - 1 ? n + 1 : TILES;
    double m = tile_magnification(s.w, TILE), w = m * (double)s.w;
    struct canvas_image tile = {s.h, s.w, s.c, NULL};
    size_t kept = count * n * sizeof(double), found = residuals_find_bytes(r);
    size_t drawn = count * n + kept +
                   page_save_bytes((double)count * (fmax(w, TILE) + GAP), m * (double)s.h,
                                   &tile, count, w);
    return (struct figure_memory){found > drawn ? found : drawn, kept};
}

const struct figure figure_residual_pca_shared = {
    .name = "residual-pca-shared",
    .help = "mean and principal components of the residuals, one grey scale",
    .missing = needs_images,
    .draw = make_shared,
    .memory = memory,
};

const struct figure figure_residual_pca_own = {
    .name = "residual-pca-own",
    .help = "the same, each on its own grey scale",
    .missing = needs_images,
    .draw = make_own,
    .memory = memory,
};
