#include "analysis/compare/compare_code_size.h"

#include "analysis/draw/axes.h"
#include "analysis/draw/page.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEFT = 46, WIDE = 420, TALL = 270, FOOT = 34 };
enum { MODEL = 0x0072b2, BASELINE = 0x8a8a8a, BEST = 0xd55e00 };

/* The runs of one code size together. */
struct size {
    double code, mean, pca; /* pca: NaN where it does not compare */
    int runs;
};

struct view {
    const struct compared *c;
    struct compared_measure measure;
    struct axes axes;
    struct size *sizes; /* [count], ascending */
    double *ticks, *xy; /* [count], [count, 2] */
    int count;
};

static int by_code(const void *a, const void *b)
{
    double x = ((const struct size *)a)->code, y = ((const struct size *)b)->code;
    return (x > y) - (x < y);
}

/* The run's PCA error in the unit of the measure.  PCA sees clean images and knows squared
 * error alone, so it is left out for a denoising model and another loss. */
static double baseline(const struct view *v, const struct compared_run *r)
{
    double pca = r->value[COMPARED_PCA];
    if (r->run.model->denoising) return NAN;
    if (v->measure.column == COMPARED_SQUARED_ERROR) return pca;
    if (strcmp(r->run.job.loss, "squared-error") == 0) return pca;
    if (strcmp(r->run.job.loss, "mse") == 0)
        return pca / (double)shape_size(r->run.model->input);
    return NAN;
}

static struct size *size_of(struct view *v, double code)
{
    for (int i = 0; i < v->count; i++)
        if (v->sizes[i].code == code) return &v->sizes[i];
    v->sizes[v->count] = (struct size){.code = code};
    return &v->sizes[v->count++];
}

static void gather(struct view *v)
{
    for (int i = 0; i < v->c->count; i++) {
        const struct compared_run *r = &v->c->runs[i];
        struct size *s = size_of(v, r->value[COMPARED_CODE]);
        s->runs++;
        s->mean += (r->value[v->measure.column] - s->mean) / s->runs;
        s->pca = baseline(v, r);
    }
    qsort(v->sizes, (size_t)v->count, sizeof *v->sizes, by_code);
    for (int i = 0; i < v->count; i++) v->ticks[i] = v->sizes[i].code;
}

static void set_axes(struct view *v)
{
    double lo = INFINITY, hi = -INFINITY;
    for (int i = 0; i < v->c->count; i++) {
        double y = v->c->runs[i].value[v->measure.column];
        if (isfinite(y)) lo = fmin(lo, y), hi = fmax(hi, y);
    }
    for (int i = 0; i < v->count; i++) {
        double y = v->sizes[i].pca;
        if (isfinite(y)) lo = fmin(lo, y), hi = fmax(hi, y);
    }
    if (!isfinite(lo)) lo = 0, hi = 1;
    axes_widen(&lo, &hi, 0.12);
    double last = v->sizes[v->count - 1].code;
    v->axes = (struct axes){.x = LEFT,
                            .w = WIDE,
                            .h = TALL,
                            .x0 = v->sizes[0].code / 1.25,
                            .x1 = last * 1.8,
                            .y0 = lo,
                            .y1 = hi,
                            .log_x = 1,
                            .x_ticks = v->ticks,
                            .x_tick_count = (size_t)v->count,
                            .x_label = "code size",
                            .y_label = v->measure.words};
}

static void draw_curve(struct canvas *c, const struct view *v, int pca)
{
    const struct canvas_pen model = {.colour = MODEL, .width = 1.6};
    const struct canvas_pen grey = {.colour = BASELINE, .width = 1.2, .dash = 4};
    for (int i = 0; i < v->count; i++) {
        v->xy[2 * i] = axes_at_x(&v->axes, v->sizes[i].code);
        v->xy[2 * i + 1] = axes_at_y(&v->axes, pca ? v->sizes[i].pca : v->sizes[i].mean);
    }
    canvas_lines(c, pca ? &grey : &model, v->xy, (size_t)v->count);
}

/* A dot and its value; the best one is larger and in another colour. */
static void draw_run(struct canvas *c, const struct view *v, int run, int best)
{
    const struct compared_run *r = &v->c->runs[run];
    double x = axes_at_x(&v->axes, r->value[COMPARED_CODE]);
    double y = axes_at_y(&v->axes, r->value[v->measure.column]);
    struct canvas_pen text = {.colour = best ? BEST : PAGE_INK, .size = 8, .bold = best};
    char label[48];
    canvas_dot(c, best ? BEST : MODEL, x, y, best ? 4 : 2.6);
    snprintf(label, sizeof label, "%s%.4g", best ? "best: " : "", r->value[v->measure.column]);
    if (best || v->count == v->c->count) canvas_text(c, &text, x + 5, y - 6, label);
}

static int has_pca(const struct view *v)
{
    for (int i = 0; i < v->count; i++)
        if (isfinite(v->sizes[i].pca)) return 1;
    return 0;
}

static void draw_view(struct canvas *c, const void *user)
{
    const struct view *v = user;
    int best = compared_best(v->c);
    axes_draw(c, &v->axes);
    if (has_pca(v)) draw_curve(c, v, 1);
    draw_curve(c, v, 0);
    for (int i = 0; i < v->c->count; i++)
        if (i != best) draw_run(c, v, i, 0);
    draw_run(c, v, best, 1);
}

static enum status draw(const struct view *v, const char *folder)
{
    char caption[640];
    const struct compared_run *best = &v->c->runs[compared_best(v->c)];
    struct page page = {"Error against code size", caption, LEFT + WIDE + 16, TALL + FOOT};
    snprintf(caption, sizeof caption,
             "%c%s of %d runs after their last epoch, by the number of units in the code "
             "(logarithmic axis)%s.%s Best: a code of %.0f, %.5g (run %s). Data: %s.",
             v->measure.words[0] - 'a' + 'A', v->measure.words + 1, v->c->count,
             v->count < v->c->count ? "; the line runs through the means" : "",
             has_pca(v) ? " Dashed: PCA with as many components." : "",
             best->value[COMPARED_CODE], best->value[v->measure.column], best->label,
             best->run.data_name);
    return page_save(&page, &(struct page_outlet){.folder = folder}, "code-size", draw_view, v);
}

/* One number of every size, as code_size/NAME. */
static enum status keep_numbers(const struct view *v, struct record *record, const char *name,
                                const char *label, size_t at)
{
    size_t n = (size_t)v->count;
    for (size_t i = 0; i < n; i++) memcpy(&v->xy[i], (char *)&v->sizes[i] + at, sizeof(double));
    return record_add(record, &(struct array){.name = name,
                                              .type = ARRAY_DOUBLE,
                                              .rank = 1,
                                              .dims = {n},
                                              .labels = {"size"},
                                              .data = v->xy,
                                              .attributes = {{"long_name", label}}});
}

static enum status keep(const struct view *v, struct record *record)
{
    struct nexus_group g = {.name = "code_size",
                            .title = "Error against code size",
                            .signal = "error",
                            .axes = {"code"}};
    TRY(keep_numbers(v, record, "code_size/code", "code size", offsetof(struct size, code)));
    TRY(keep_numbers(v, record, "code_size/error", v->measure.words,
                     offsetof(struct size, mean)));
    if (has_pca(v)) {
        TRY(keep_numbers(v, record, "code_size/pca", "PCA", offsetof(struct size, pca)));
        g.others[0] = "pca";
    }
    return record_group(record, &g);
}

enum status compare_code_size(const struct compared *c, const char *folder,
                              struct record *record)
{
    size_t n = (size_t)c->count;
    enum status st = ST_OK;
    struct view v = {.c = c, .measure = compared_measure(c)};
    v.sizes = calloc(n, sizeof *v.sizes);
    v.ticks = calloc(3 * n, sizeof *v.ticks);
    if (!v.sizes || !v.ticks) {
        st = FAIL(ST_NOMEM, "no memory for the curve of %zu runs", n);
        goto done;
    }
    v.xy = v.ticks + n;
    gather(&v);
    set_axes(&v);
    TRY_DONE(keep(&v, record));
    st = draw(&v, folder);
done:
    free(v.sizes);
    free(v.ticks);
    return st;
}
