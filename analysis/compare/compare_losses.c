#include "analysis/compare/compare_losses.h"

#include "analysis/draw/axes.h"
#include "analysis/draw/page.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LEFT = 46, WIDE = 520, TALL = 300, FOOT = 34, NAMES = 150, LINE = 15 };

/* Okabe and Ito, "Color Universal Design" (2008), without yellow and black. */
static const uint32_t colours[] = {0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9};
enum { COLOURS = sizeof colours / sizeof colours[0] };

struct view {
    const struct compared *c;
    enum metrics_column metric;
    struct axes axes;
    double *xy; /* [most epochs of a run, 2] */
};

/* After the colours have been used once, lines are dashed. */
static struct canvas_pen pen_of(int run)
{
    return (struct canvas_pen){
        .colour = colours[run % COLOURS], .width = 1.6, .dash = 3 * (run / COLOURS)};
}

static void find_ranges(struct view *v)
{
    struct axes *a = &v->axes;
    a->x0 = a->y0 = INFINITY, a->x1 = a->y1 = -INFINITY;
    for (int i = 0; i < v->c->count; i++) {
        const struct metrics *m = &v->c->runs[i].run.metrics;
        for (size_t k = 0; k < m->rows; k++) {
            double x = metrics_at(m, k, METRICS_EPOCH), y = metrics_at(m, k, v->metric);
            a->x0 = fmin(a->x0, x), a->x1 = fmax(a->x1, x);
            if (isfinite(y)) a->y0 = fmin(a->y0, y), a->y1 = fmax(a->y1, y);
        }
    }
    if (!isfinite(a->y0)) a->y0 = 0, a->y1 = 1; /* nothing to show */
    if (!(a->x1 > a->x0)) a->x0 -= 1, a->x1 = a->x0 + 2;
    axes_fit_losses(a);
}

static void draw_run(struct canvas *c, const struct view *v, int run)
{
    const struct metrics *m = &v->c->runs[run].run.metrics;
    struct canvas_pen pen = pen_of(run);
    for (size_t k = 0; k < m->rows; k++) {
        v->xy[2 * k] = metrics_at(m, k, METRICS_EPOCH);
        v->xy[2 * k + 1] = metrics_at(m, k, v->metric);
    }
    axes_curve(c, &v->axes, &pen, v->xy, m->rows);
}

/* The name of a run and its last value, at the right of the axes. */
static void draw_name(struct canvas *c, const struct view *v, int run)
{
    const struct compared_run *r = &v->c->runs[run];
    const struct canvas_pen text = {.colour = PAGE_INK, .size = 8.5}, pen = pen_of(run);
    double x = LEFT + WIDE + 14, y = 10 + LINE * run;
    char label[96];
    snprintf(label, sizeof label, "%.28s  %#.4g", r->label,
             metrics_at(&r->run.metrics, r->run.metrics.rows - 1, v->metric));
    canvas_line(c, &pen, x, y - 3, x + 18, y - 3);
    canvas_text(c, &text, x + 24, y, label);
}

static void draw_view(struct canvas *c, const void *user)
{
    const struct view *v = user;
    axes_draw(c, &v->axes);
    for (int i = 0; i < v->c->count; i++) draw_run(c, v, i), draw_name(c, v, i);
}

static size_t most_epochs(const struct compared *c)
{
    size_t most = 0;
    for (int i = 0; i < c->count; i++)
        if (c->runs[i].run.metrics.rows > most) most = c->runs[i].run.metrics.rows;
    return most;
}

/* run_NN/epoch and run_NN/loss of one run. */
static enum status keep_run(const struct view *v, int run, struct record *record)
{
    const struct compared_run *r = &v->c->runs[run];
    const enum metrics_column columns[2] = {METRICS_EPOCH, v->metric};
    static const char *const words[2] = {"epoch", "loss"};
    char group[16], name[32];
    size_t rows = r->run.metrics.rows;
    snprintf(group, sizeof group, "run_%02d", run);
    for (int k = 0; k < 2; k++) {
        for (size_t i = 0; i < rows; i++) v->xy[i] = metrics_at(&r->run.metrics, i, columns[k]);
        snprintf(name, sizeof name, "%s/%s", group, words[k]);
        TRY(record_add(record, &(struct array){.name = name,
                                               .type = ARRAY_DOUBLE,
                                               .rank = 1,
                                               .dims = {rows},
                                               .labels = {"epoch"},
                                               .data = v->xy,
                                               .attributes = {{"long_name", k ? v->axes.y_label
                                                                              : "epoch"}}}));
    }
    return record_group(
        record, &(struct nexus_group){
                    .name = group, .title = r->label, .signal = "loss", .axes = {"epoch"}});
}

static enum status keep(const struct view *v, struct record *record)
{
    for (int i = 0; i < v->c->count; i++) TRY(keep_run(v, i, record));
    return ST_OK;
}

static enum status draw(const struct view *v, const char *folder, const char *words)
{
    char caption[512];
    double names = LINE * v->c->count, body = TALL + FOOT;
    struct page page = {"Loss by epoch", caption, LEFT + WIDE + NAMES, fmax(body, names + 8)};
    snprintf(caption, sizeof caption,
             "%c%s of %d runs after each epoch, %s axis; the numbers are those of each run's "
             "last epoch. Data: %s.",
             words[0] - 'a' + 'A', words + 1, v->c->count,
             v->axes.log_y ? "logarithmic" : "linear", v->c->runs[0].run.data_name);
    return page_save(&page, &(struct page_outlet){.folder = folder}, "comparison-losses",
                     draw_view, v);
}

enum status compare_losses(const struct compared *c, const char *folder, struct record *record)
{
    struct compared_measure m = compared_measure(c);
    struct view v = {
        .c = c, .metric = m.metric, .axes = {.x = LEFT, .w = WIDE, .h = TALL, .whole_x = 1}};
    v.axes.x_label = "epoch", v.axes.y_label = m.words;
    v.xy = calloc(2 * most_epochs(c) + 1, sizeof *v.xy);
    if (!v.xy) return FAIL(ST_NOMEM, "no memory for the curves of %d runs", c->count);
    find_ranges(&v);
    enum status st = keep(&v, record);
    if (st == ST_OK) st = draw(&v, folder, m.words);
    free(v.xy);
    return st;
}
