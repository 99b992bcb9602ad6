#include "analysis/draw/axes.h"
#include "analysis/draw/page.h"
#include "analysis/figures/figure.h"
#include "analysis/figures/needs.h"
#include "analysis/numbers/run_pca.h"
#include "analysis/numbers/variances.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 430, LEFT = 46, FOOT = 34, SLAB = 1024 };
enum { LEGEND = 66, LEGEND_LINES = 26, LEGEND_COLUMN = 42 };

/* Where the points lie: two units of the code, or two of its principal components. */
struct plane {
    int components;       /* 1: these are principal components */
    size_t dimensions[2]; /* from 0 */
    double share[2];      /* of the codes' variance, where components */
};

/* What the drawing callback sees. */
struct view {
    struct axes axes;
    const struct palette *palette;
    const double *xy;      /* [count, 2] */
    const uint8_t *labels; /* [count] */
    const char *label;     /* what one is called */
    size_t count;
    double radius;
};

/* The dimensions asked for; otherwise the code itself in two dimensions, its first two
 * principal components above. */
static enum status choose_plane(const struct figure_drawing *d, struct plane *p)
{
    size_t code = d->run->results.code;
    *p = (struct plane){.components = code > 2, .dimensions = {0, 1}};
    if (d->dimensions[0] == 0) return ST_OK;
    p->components = 0;
    for (int i = 0; i < 2; i++) {
        p->dimensions[i] = d->dimensions[i] - 1;
        if (d->dimensions[i] > code)
            return FAIL(ST_USAGE, "--dimensions %zu,%zu: the code has %zu", d->dimensions[0],
                        d->dimensions[1], code);
    }
    return ST_OK;
}

/* The point of one code. */
static void place(const struct plane *plane, const struct pca *p, const float *code, double *xy)
{
    for (int i = 0; i < 2; i++) xy[i] = (double)code[plane->dimensions[i]];
    if (plane->components) pca_project(p, code, 2, xy);
}

/* xy[total, 2], from the codes in slabs. */
static enum status place_all(const struct run *r, const struct plane *plane,
                             const struct pca *p, double *xy)
{
    enum status st = ST_OK;
    size_t code = r->results.code, total = r->results.total;
    float *codes = calloc(SLAB * code, sizeof *codes);
    if (!codes) return FAIL(ST_NOMEM, "no memory for %d codes", SLAB);
    for (size_t at = 0; at < total; at += SLAB) {
        size_t rows = total - at < SLAB ? total - at : SLAB;
        TRY_DONE(run_read(r, RESULTS_CODES, at, rows, codes));
        for (size_t i = 0; i < rows; i++) place(plane, p, codes + i * code, xy + 2 * (at + i));
    }
done:
    free(codes);
    return st;
}

static enum status find_points(const struct run *r, struct plane *plane, double *xy)
{
    enum status st = ST_OK;
    struct pca p = {0};
    if (!plane->components) return place_all(r, plane, NULL, xy);
    TRY_DONE(run_pca_fit(r, RESULTS_CODES, 2, &p));
    for (size_t i = 0; i < 2; i++) plane->share[i] = variances_share(&p, i);
    st = place_all(r, plane, &p, xy);
done:
    pca_free(&p);
    return st;
}

static void find_range(const double *xy, size_t count, double *lo, double *hi)
{
    *lo = INFINITY, *hi = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        *lo = fmin(*lo, xy[2 * i]);
        *hi = fmax(*hi, xy[2 * i]);
    }
    axes_widen(lo, hi, 0.03);
}

static int has_label(const struct view *v, int label)
{
    return memchr(v->labels, label, v->count) != NULL;
}

/* Of all labels there are, in columns. */
static double legend_width(const struct view *v)
{
    int kinds = 0;
    for (int k = 0; k < 256; k++) kinds += has_label(v, k);
    return LEGEND + (kinds > 0 ? (kinds - 1) / LEGEND_LINES : 0) * LEGEND_COLUMN;
}

static void draw_legend(struct canvas *c, const struct view *v)
{
    const struct canvas_pen text = {.colour = PAGE_INK, .size = 8.5};
    double left = v->axes.x + v->axes.w + 16;
    char label[16];
    canvas_text(c, &text, left, 10, v->label);
    for (int k = 0, kinds = 0; k < 256; k++) {
        if (!has_label(v, k)) continue;
        double x = left + kinds / LEGEND_LINES * LEGEND_COLUMN;
        double y = 26 + kinds % LEGEND_LINES * 16;
        kinds++;
        palette_mark(c, v->palette, k, x + 4, y - 3, 3.5);
        snprintf(label, sizeof label, "%d", k);
        canvas_text(c, &text, x + 13, y, label);
    }
}

static void draw_view(struct canvas *c, const void *user)
{
    const struct view *v = user;
    axes_draw(c, &v->axes);
    for (size_t i = 0; i < v->count; i++)
        palette_mark(c, v->palette, v->labels[i], axes_at_x(&v->axes, v->xy[2 * i]),
                     axes_at_y(&v->axes, v->xy[2 * i + 1]), v->radius);
    draw_legend(c, v);
}

static void axis_label(const struct plane *p, int axis, char *text, size_t n)
{
    if (p->components)
        snprintf(text, n, "principal component %zu of the codes (%.1f %% of their variance)",
                 p->dimensions[axis] + 1, 100 * p->share[axis]);
    else
        snprintf(text, n, "code %zu", p->dimensions[axis] + 1);
}

/* One coordinate of the points, every second number of xy. */
static enum status keep_axis(const struct figure_drawing *d, const char *name,
                             const char *label, const double *xy)
{
    size_t count = d->run->results.total;
    double *values = calloc(count, sizeof *values);
    if (!values) return FAIL(ST_NOMEM, "no memory for %zu points", count);
    for (size_t i = 0; i < count; i++) values[i] = xy[2 * i];
    enum status st =
        record_add(d->record, &(struct array){.name = name,
                                              .type = ARRAY_DOUBLE,
                                              .rank = 1,
                                              .dims = {count},
                                              .labels = {"sample"},
                                              .data = values,
                                              .attributes = {{"long_name", label}}});
    free(values);
    return st;
}

static enum status keep(const struct figure_drawing *d, const struct plane *p, const double *xy)
{
    const struct run *r = d->run;
    char label[96];
    axis_label(p, 0, label, sizeof label);
    TRY(keep_axis(d, "latent_scatter/x", label, xy));
    axis_label(p, 1, label, sizeof label);
    TRY(keep_axis(d, "latent_scatter/y", label, xy + 1));
    TRY(record_add(d->record, &(struct array){.name = "latent_scatter/label",
                                              .type = ARRAY_UINT8,
                                              .rank = 1,
                                              .dims = {r->results.total},
                                              .labels = {"sample"},
                                              .data = r->labels,
                                              .attributes = {{"long_name", run_label(r, 0)}}}));
    return record_group(d->record, &(struct nexus_group){.name = "latent_scatter",
                                                         .title = "Codes of the test images",
                                                         .signal = "label",
                                                         .axes = {"x", "y"}});
}

static enum status draw(const struct figure_drawing *d, const struct plane *p, const double *xy)
{
    const struct run *r = d->run;
    char about[256], caption[640], x_label[80], y_label[80];
    struct view v = {.axes = {.x = LEFT, .w = SIDE, .h = SIDE},
                     .palette = d->palette ? d->palette : palette_at(0),
                     .xy = xy,
                     .labels = r->labels,
                     .label = run_label(r, 0),
                     .count = r->results.total};
    struct page page = {"Codes of the test images", caption, LEFT + SIDE + legend_width(&v),
                        SIDE + FOOT};
    v.radius = v.count <= 2000 ? 2 : v.palette->shapes ? 1.4 : 1.1;
    find_range(xy, v.count, &v.axes.x0, &v.axes.x1);
    find_range(xy + 1, v.count, &v.axes.y0, &v.axes.y1);
    axis_label(p, 0, x_label, sizeof x_label);
    axis_label(p, 1, y_label, sizeof y_label);
    v.axes.x_label = x_label, v.axes.y_label = y_label;
    run_describe(r, about, sizeof about);
    snprintf(caption, sizeof caption,
             "One point a test image, coloured by its %s%s, drawn in the order of the data "
             "set. The code has %zu dimensions%s%s. %s",
             v.label, v.palette->shapes ? " and shaped by it" : "", r->results.code,
             r->has_model.st == ST_OK && r->model->variational ? " (means)" : "",
             p->components ? "; shown are their first two principal components" : "", about);
    return page_save(&page, d->to, d->name, draw_view, &v);
}

static const char *missing(const struct run *r)
{
    if (needs_codes(r)) return needs_codes(r);
    if (needs_labels(r)) return needs_labels(r);
    return r->results.code < 2 ? "the code has one dimension" : NULL;
}

static enum status make(const struct figure_drawing *d)
{
    enum status st = ST_OK;
    struct plane plane;
    TRY(choose_plane(d, &plane));
    double *xy = calloc(2 * d->run->results.total, sizeof *xy);
    if (!xy) return FAIL(ST_NOMEM, "no memory for %zu points", d->run->results.total);
    TRY_DONE(find_points(d->run, &plane, xy));
    TRY_DONE(keep(d, &plane, xy));
    st = draw(d, &plane, xy);
done:
    free(xy);
    return st;
}

/* Cairo holds the marks of a page to its end. */
static struct figure_memory memory(const struct run *r)
{
    enum { POINT = 2 * sizeof(double), MARK = 800 };
    size_t total = r->results.total, kept = total * (POINT + 1);
    size_t drawn = FIGURE_PAGE + total * (POINT + MARK) + kept;
    size_t found = total * POINT + pca_fit_bytes(total, r->results.code, 2);
    return (struct figure_memory){found > drawn ? found : drawn, kept};
}

const struct figure figure_latent_scatter = {
    .name = "latent-scatter",
    .help = "the codes of the test images, coloured by label",
    .missing = missing,
    .draw = make,
    .memory = memory,
};
