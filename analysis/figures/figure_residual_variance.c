#include "analysis/draw/axes.h"
#include "analysis/draw/page.h"
#include "analysis/figures/figure.h"
#include "analysis/figures/needs.h"
#include "analysis/numbers/residuals.h"
#include "analysis/numbers/variances.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    BARS = VARIANCES_COMPUTED,
    LEFT = 46,
    WIDE = 380,
    NARROW = 210,
    TALL = 230,
    BETWEEN = 66,
    FOOT = 34
};
enum { BAR_SHOWN = 0x2f6fa8, BAR_OTHER = 0xb9c9d9, MIXED = 0xc03020 };

/* What the drawing callback sees. */
struct view {
    const struct pca *p;
    size_t bars;
    double *curve; /* [p->known + 1, 2]: in points */
    struct axes axes, cumulative;
};

/* Percent of the variance. */
static double percent(const struct pca *p, size_t k)
{
    return 100 * variances_share(p, k);
}

static double percent_error(const struct pca *p, size_t k)
{
    return p->total > 0 ? 100 * variances_error(p, k) / p->total : 0;
}

static void draw_bar(struct canvas *c, const struct view *v, size_t k)
{
    const struct canvas_pen text = {.colour = PAGE_INK, .size = 7.5, .align = CANVAS_CENTRE};
    const struct canvas_pen line = {.colour = PAGE_INK, .width = 0.8};
    const struct axes *a = &v->axes;
    char label[32];
    double x = axes_at_x(a, (double)k + 1), half = 0.36 * a->w / (double)v->bars;
    double share = percent(v->p, k), error = percent_error(v->p, k);
    double y = axes_at_y(a, share), up = axes_at_y(a, share + error);
    canvas_box(c, k < VARIANCES_SHOWN ? BAR_SHOWN : BAR_OTHER, x - half, y, 2 * half,
               a->y + a->h - y);
    canvas_line(c, &line, x, up, x, axes_at_y(a, share - error));
    snprintf(label, sizeof label, "%.1f", share);
    if (k < VARIANCES_SHOWN) canvas_text(c, &text, x, up - 4, label);
}

/* A line above the bars of two neighbours that may mix. */
static void draw_mix(struct canvas *c, const struct view *v, size_t k)
{
    const struct canvas_pen line = {.colour = MIXED, .width = 1.4};
    const struct axes *a = &v->axes;
    double x = axes_at_x(a, (double)k + 1), next = axes_at_x(a, (double)k + 2);
    double y = axes_at_y(a, percent(v->p, k) + percent_error(v->p, k)) -
               (k < VARIANCES_SHOWN ? 14 : 5);
    canvas_line(c, &line, x, y, next, y);
}

static void draw_cumulative(struct canvas *c, const struct view *v)
{
    const struct canvas_pen pen = {.colour = BAR_SHOWN, .width = 1.6};
    double sum = 0;
    for (size_t k = 0; k <= v->p->known; k++) {
        v->curve[2 * k] = axes_at_x(&v->cumulative, (double)k);
        v->curve[2 * k + 1] = axes_at_y(&v->cumulative, sum);
        if (k < v->p->known) sum += percent(v->p, k);
    }
    canvas_lines(c, &pen, v->curve, v->p->known + 1);
}

static void draw_view(struct canvas *c, const void *user)
{
    const struct view *v = user;
    axes_draw(c, &v->axes);
    for (size_t k = 0; k < v->bars; k++) draw_bar(c, v, k);
    for (size_t k = 0; k + 1 < v->bars; k++)
        if (variances_mix(v->p, k)) draw_mix(c, v, k);
    axes_draw(c, &v->cumulative);
    draw_cumulative(c, v);
}

static void place_axes(struct view *v)
{
    double most = percent(v->p, 0) + percent_error(v->p, 0);
    v->axes = (struct axes){.x = LEFT,
                            .w = WIDE,
                            .h = TALL,
                            .x0 = 0.4,
                            .x1 = (double)v->bars + 0.6,
                            .y1 = most > 0 ? 1.12 * most : 1,
                            .whole_x = 1,
                            .x_label = "component",
                            .y_label = "share of the variance, %"};
    v->cumulative = (struct axes){.x = LEFT + WIDE + BETWEEN,
                                  .w = NARROW,
                                  .h = TALL,
                                  .x1 = (double)v->p->known,
                                  .y1 = 100,
                                  .whole_x = 1,
                                  .x_label = "components",
                                  .y_label = "cumulative share, %"};
}

/* "7 components explain 50 %": those that explain this share of the variance together. */
static void count_text(const struct pca *p, double share, const char *what, char *text,
                       size_t n)
{
    double sum = 0;
    size_t k = 0;
    while (k < p->known && sum < share) sum += variances_share(p, k++);
    int more = sum < share && p->known < p->n;
    snprintf(text, n, "%s%zu %sexplain %.0f %%", more ? "more than " : "", k, what,
             100 * share);
}

static enum status draw(const struct figure_drawing *d, const struct view *v,
                        double squared_error)
{
    char about[256], half[64], most[64], warning[VARIANCES_WARNING], caption[1200];
    const struct pca *p = v->p;
    struct page page = {"Variance of the residuals by component", caption,
                        LEFT + WIDE + BETWEEN + NARROW + 8, TALL + FOOT};
    run_describe(d->run, about, sizeof about);
    variances_warning(p, v->bars < VARIANCES_SHOWN ? v->bars : VARIANCES_SHOWN, warning,
                      sizeof warning);
    count_text(p, 0.5, "components ", half, sizeof half);
    count_text(p, 0.9, "", most, sizeof most);
    snprintf(
        caption, sizeof caption,
        "Share of the residuals' variance (%.4g per image, of a squared error of %.4g) that "
        "each principal component explains, with its sampling error \u00b1\u221a(2/N); "
        "dark: the components of the other figures; a red line joins neighbours that are "
        "nearer than that error. At the right the sum: %s, %s. %s%s%s",
        p->total, squared_error, half, most, warning, *warning ? " " : "", about);
    return page_save(&page, d->to, d->name, draw_view, v);
}

static enum status keep_one(struct record *record, const char *name, const char *label,
                            size_t count, const double *values)
{
    return record_add(record, &(struct array){.name = name,
                                              .type = ARRAY_DOUBLE,
                                              .rank = 1,
                                              .dims = {count},
                                              .labels = {count > 1 ? "component" : NULL},
                                              .data = values,
                                              .attributes = {{"long_name", label}}});
}

static enum status keep(const struct figure_drawing *d, const struct pca *p)
{
    static const char by[] = "variance, divided by the number of images";
    struct record *to = d->record;
    double *error = calloc(p->known, sizeof *error);
    if (!error) return FAIL(ST_NOMEM, "no memory for %zu components", p->known);
    for (size_t k = 0; k < p->known; k++) error[k] = variances_error(p, k);
    enum status st = keep_one(to, "residual_variance/variance", by, p->known, p->variance);
    if (st == ST_OK)
        st = keep_one(to, "residual_variance/variance_errors", "sampling error of the variance",
                      p->known, error);
    free(error);
    TRY(st);
    TRY(keep_one(to, "residual_variance/total", "sum of the variances", 1, &p->total));
    TRY(record_counts(to, "residual_variance/component", p->known));
    return record_group(to, &(struct nexus_group){.name = "residual_variance",
                                                  .title = "Variance of the residuals",
                                                  .signal = "variance",
                                                  .axes = {"component"}});
}

static enum status make(const struct figure_drawing *d)
{
    struct view v = {0};
    enum status st = ST_OK;
    TRY(residuals_of(d->run, &v.p));
    v.bars = v.p->known < BARS ? v.p->known : BARS;
    v.curve = calloc(2 * (v.p->known + 1), sizeof *v.curve);
    if (!v.curve) {
        st = FAIL(ST_NOMEM, "no memory for %zu components", v.p->known);
        goto done;
    }
    place_axes(&v);
    TRY_DONE(keep(d, v.p));
    st = draw(d, &v, v.p->about_zero);
done:
    free(v.curve);
    return st;
}

/* The variances are found, or drawn: three numbers each, and two of the curve. */
static struct figure_memory memory(const struct run *r)
{
    size_t numbers = shape_size(r->results.image) * sizeof(double);
    size_t found = residuals_find_bytes(r), drawn = FIGURE_PAGE + 5 * numbers;
    return (struct figure_memory){found > drawn ? found : drawn, 3 * numbers};
}

const struct figure figure_residual_variance = {
    .name = "residual-variance",
    .help = "how much of the residuals' variance each component explains",
    .missing = needs_images,
    .draw = make,
    .memory = memory,
};
