#include "analysis/axes.h"
#include "analysis/figure.h"
#include "analysis/page.h"
#include "analysis/pca.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 430, LEFT = 46, LEGEND = 74, FOOT = 34, COLOURS = 10 };

/* Ten colours that stay apart for colour-blind readers (M. Petroff, "Accessible color
 * sequences for data visualization", 2021). */
static const uint32_t colours[COLOURS] = {0x3f90da, 0xffa90e, 0xbd1f01, 0x94a4a2, 0x832db6,
                                          0xa96b59, 0xe76300, 0xb9ac70, 0x717581, 0x92dadd};

/* What the drawing callback sees. */
struct view {
    struct axes axes;
    const double *xy;      /* [count, 2] */
    const uint8_t *labels; /* [count] */
    size_t count;
    double radius;
};

static enum status read_codes(void *user, size_t first, size_t rows, float *out)
{
    return run_read(user, RESULTS_CODES, first, rows, out);
}

/* xy[total, 2] = the codes, or their first two coordinates along the components of p. */
static enum status place_points(const struct run *r, const struct pca *p, double *xy)
{
    enum status st = ST_OK;
    size_t code = r->results.code;
    float *row = calloc(code, sizeof *row);
    if (!row) return FAIL(ST_NOMEM, "no room for a code");
    for (size_t i = 0; i < r->results.total; i++) {
        TRY_DONE(run_read(r, RESULTS_CODES, i, 1, row));
        xy[2 * i] = (double)row[0], xy[2 * i + 1] = (double)row[1];
        if (p) pca_project(p, row, 2, xy + 2 * i);
    }
done:
    free(row);
    return st;
}

/* The code itself in two dimensions, its first two principal components above. */
static enum status find_points(const struct run *r, double *xy)
{
    enum status st = ST_OK;
    struct pca_moments m = {0};
    struct pca p = {0};
    size_t code = r->results.code;
    if (code == 2) return place_points(r, NULL, xy);
    TRY_DONE(pca_moments_read(&m, r->results.total, code, read_codes, (void *)r));
    TRY_DONE(pca_fit(&p, &m));
    st = place_points(r, &p, xy);
done:
    pca_moments_free(&m);
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

/* A code of two dimensions is shown itself. */
static const char *axis_label(const struct run *r, int axis)
{
    static const char *const direct[] = {"code 1", "code 2"};
    static const char *const pca[] = {"first principal component of the codes",
                                      "second principal component of the codes"};
    return r->results.code == 2 ? direct[axis] : pca[axis];
}

static int has_label(const struct view *v, int label)
{
    return memchr(v->labels, label, v->count) != NULL;
}

static void draw_legend(struct canvas *c, const struct view *v)
{
    const struct canvas_pen head = {.colour = PAGE_INK, .size = 8.5};
    const struct canvas_pen text = {.colour = PAGE_INK, .size = 8.5};
    double x = v->axes.x + v->axes.w + 16, y = 10;
    char label[16];
    canvas_text(c, &head, x, y, "digit");
    for (int k = 0; k < 256; k++) {
        if (!has_label(v, k) || y > SIDE - 16) continue;
        y += 16;
        canvas_dot(c, colours[k % COLOURS], x + 4, y - 3, 3.5);
        snprintf(label, sizeof label, "%d", k);
        canvas_text(c, &text, x + 13, y, label);
    }
}

static void draw_view(struct canvas *c, const void *user)
{
    const struct view *v = user;
    axes_draw(c, &v->axes);
    for (size_t i = 0; i < v->count; i++)
        canvas_dot(c, colours[v->labels[i] % COLOURS], axes_at_x(&v->axes, v->xy[2 * i]),
                   axes_at_y(&v->axes, v->xy[2 * i + 1]), v->radius);
    draw_legend(c, v);
}

/* One coordinate of the points, every second number of xy. */
static enum status keep_axis(const struct drawing *d, const char *name, const char *label,
                             const double *xy)
{
    size_t count = d->run->results.total;
    double *values = calloc(count, sizeof *values);
    if (!values) return FAIL(ST_NOMEM, "no room for %zu points", count);
    for (size_t i = 0; i < count; i++) values[i] = xy[2 * i];
    enum status st = record_add(d->record, &(struct array){.name = name,
                                                           .type = ARRAY_DOUBLE,
                                                           .rank = 1,
                                                           .dims = {count},
                                                           .labels = {"sample"},
                                                           .data = values,
                                                           .facts = {{"long_name", label}}});
    free(values);
    return st;
}

static enum status keep(const struct drawing *d, const double *xy)
{
    const struct run *r = d->run;
    TRY(keep_axis(d, "latent_scatter/x", axis_label(r, 0), xy));
    TRY(keep_axis(d, "latent_scatter/y", axis_label(r, 1), xy + 1));
    TRY(record_add(d->record, &(struct array){.name = "latent_scatter/label",
                                              .type = ARRAY_UINT8,
                                              .rank = 1,
                                              .dims = {r->results.total},
                                              .labels = {"sample"},
                                              .data = r->labels,
                                              .facts = {{"long_name", "digit"}}}));
    return record_group(d->record, &(struct nexus_group){.name = "latent_scatter",
                                                         .title = "Codes of the test images",
                                                         .signal = "label",
                                                         .axes = {"x", "y"}});
}

static enum status draw(const struct drawing *d, const double *xy)
{
    const struct run *r = d->run;
    int direct = r->results.code == 2;
    char about[256], caption[640];
    struct view v = {.axes = {.x = LEFT, .y = 0, .w = SIDE, .h = SIDE},
                     .xy = xy,
                     .labels = r->labels,
                     .count = r->results.total,
                     .radius = r->results.total > 2000 ? 1.1 : 2};
    struct page page = {"Codes of the test images", caption, LEFT + SIDE + LEGEND, SIDE + FOOT};
    find_range(xy, v.count, &v.axes.x0, &v.axes.x1);
    find_range(xy + 1, v.count, &v.axes.y0, &v.axes.y1);
    v.axes.x_label = axis_label(r, 0);
    v.axes.y_label = axis_label(r, 1);
    run_describe(r, about, sizeof about);
    snprintf(caption, sizeof caption,
             "One point a test image, coloured by its digit, drawn in the order of the data "
             "set. The code has %zu dimensions%s%s. %s",
             r->results.code, direct ? "" : "; shown are their first two principal components",
             r->has_model.st == ST_OK && r->model->variational ? " (means)" : "", about);
    return page_save(&page, d->to, d->name, draw_view, &v);
}

enum status figure_latent_scatter(const struct drawing *d)
{
    enum status st = ST_OK;
    double *xy = calloc(2 * d->run->results.total, sizeof *xy);
    if (!xy) return FAIL(ST_NOMEM, "no room for %zu points", d->run->results.total);
    TRY_DONE(find_points(d->run, xy));
    TRY_DONE(keep(d, xy));
    st = draw(d, xy);
done:
    free(xy);
    return st;
}
