#include "analysis/figures/scaling.h"

#include "analysis/draw/axes.h"
#include "analysis/draw/page.h"
#include "analysis/figures/record.h"
#include "analysis/input/prediction.h"
#include "base/version.h"
#include "store/commit.h"

#include <math.h>
#include <stdio.h>

enum { LEFT = 56, WIDE = 280, TALL = 250, BETWEEN = 70, FOOT = 34, PANELS = 2 };
enum { PREDICTED = 0x0072b2, IDEAL = 0x8a8a8a, MEASURED = 0xd55e00 };

static const struct {
    enum prediction_kind kind;
    const char *title, *group;
} panels[PANELS] = {{PREDICTION_STRONG, "a step of the job's batch", "strong"},
                    {PREDICTION_WEAK, "the job's batch on each rank", "weak"}};

struct view {
    const struct prediction *p;
    struct axes axes[PANELS];
    double ticks[PREDICTION_ROWS];
};

/* The row of one rank, from which the ideal line goes; NULL. */
static const struct prediction_row *first_of(const struct prediction *p,
                                             enum prediction_kind kind)
{
    for (int i = 0; i < p->rows; i++)
        if (p->row[i].kind == kind && p->row[i].ranks == 1) return &p->row[i];
    return NULL;
}

/* xy[n, 2] of the rows of a kind: ranks, and samples a second. */
static size_t points_of(const struct prediction *p, enum prediction_kind kind, double *xy)
{
    size_t n = 0;
    for (int i = 0; i < p->rows; i++)
        if (p->row[i].kind == kind) {
            xy[2 * n] = p->row[i].ranks;
            xy[2 * n++ + 1] = p->row[i].rate;
        }
    return n;
}

/* 1, 4, 16 ... */
static size_t rank_ticks(struct view *v, double most)
{
    size_t n = 0;
    for (unsigned long x = 1; (double)x <= most; x *= 4) v->ticks[n++] = (double)x;
    return n;
}

static void place(struct view *v, int panel)
{
    double most = 2, lo = INFINITY, hi = 0;
    for (int i = 0; i < v->p->rows; i++) {
        const struct prediction_row *row = &v->p->row[i];
        most = fmax(most, row->ranks);
        if (row->kind != panels[panel].kind) continue;
        lo = fmin(lo, row->rate), hi = fmax(hi, row->rate);
    }
    if (!(hi > 0)) lo = hi = 1; /* nothing to show */
    v->axes[panel] = (struct axes){.x = LEFT + panel * (WIDE + BETWEEN),
                                   .y = 16,
                                   .w = WIDE,
                                   .h = TALL,
                                   .x0 = 0.8,
                                   .x1 = 1.25 * most,
                                   .y0 = lo / 1.5,
                                   .y1 = 3 * hi,
                                   .log_x = 1,
                                   .log_y = 1,
                                   .x_ticks = v->ticks,
                                   .x_tick_count = rank_ticks(v, most),
                                   .x_label = "ranks",
                                   .y_label = panel ? NULL : "samples a second"};
}

/* As many times a rank's own speed as there are ranks, as far as the picture goes. */
static void draw_ideal(struct canvas *c, const struct axes *a, const struct prediction_row *one)
{
    const struct canvas_pen pen = {.colour = IDEAL, .width = 1, .dash = 4};
    double last = fmin(a->x1, a->y1 / one->rate);
    canvas_line(c, &pen, axes_at_x(a, 1), axes_at_y(a, one->rate), axes_at_x(a, last),
                axes_at_y(a, last * one->rate));
}

static void draw_panel(struct canvas *c, const struct view *v, int panel)
{
    const struct canvas_pen pen = {.colour = PREDICTED, .width = 1.6};
    const struct canvas_pen title = {.colour = PAGE_INK, .size = 9, .bold = 1};
    const struct canvas_pen note = {.colour = PREDICTED, .size = 9, .bold = 1};
    const struct axes *a = &v->axes[panel];
    double xy[2 * PREDICTION_ROWS];
    const struct prediction_row *one = first_of(v->p, panels[panel].kind);
    axes_draw(c, a);
    canvas_text(c, &title, a->x, a->y - 6, panels[panel].title);
    canvas_text(c, &note, a->x + 8, a->y + 16, "prediction");
    if (one) draw_ideal(c, a, one);
    size_t n = points_of(v->p, panels[panel].kind, xy);
    axes_curve(c, a, &pen, xy, n);
    n = panel == 0 ? points_of(v->p, PREDICTION_HERE, xy) : 0;
    for (size_t i = 0; i < n; i++)
        canvas_dot(c, MEASURED, axes_at_x(a, xy[2 * i]), axes_at_y(a, xy[2 * i + 1]), 3);
}

static void draw_view(struct canvas *c, const void *user)
{
    for (int i = 0; i < PANELS; i++) draw_panel(c, user, i);
}

static enum status draw(const struct view *v, const char *folder)
{
    char caption[1024];
    struct page page = {"Prediction: samples a second by ranks", caption,
                        LEFT + PANELS * WIDE + BETWEEN + 6, TALL + FOOT + 16};
    snprintf(
        caption, sizeof caption,
        "What hourglass scale predicts for the job %s, from what its parts take on one "
        "machine, for a network of %s. Dashed: as many times one rank's speed as there are "
        "ranks. Dots: whole steps, measured on that machine. Both axes are logarithmic.",
        v->p->job, v->p->network);
    return page_save(&page, &(struct page_outlet){.folder = folder}, "scaling", draw_view, v);
}

/* One column of a group. */
static enum status keep_column(struct record *record, const char *group, const char *name,
                               const double *xy, size_t n, size_t column)
{
    char path[64];
    double values[PREDICTION_ROWS];
    snprintf(path, sizeof path, "%s/%s", group, name);
    for (size_t i = 0; i < n; i++) values[i] = xy[2 * i + column];
    return record_add(record, &(struct array){.name = path,
                                              .type = ARRAY_DOUBLE,
                                              .rank = 1,
                                              .dims = {n},
                                              .labels = {"ranks"},
                                              .data = values});
}

static enum status keep_panel(const struct view *v, struct record *record, int panel)
{
    double xy[2 * PREDICTION_ROWS];
    size_t n = points_of(v->p, panels[panel].kind, xy);
    const char *group = panels[panel].group;
    if (n == 0) return ST_OK;
    TRY(keep_column(record, group, "ranks", xy, n, 0));
    TRY(keep_column(record, group, "predicted_samples_per_second", xy, n, 1));
    return record_group(record, &(struct nexus_group){.name = group,
                                                      .title = panels[panel].title,
                                                      .signal = "predicted_samples_per_second",
                                                      .axes = {"ranks"}});
}

static enum status keep(const struct view *v, const char *folder)
{
    struct record record = {0};
    const struct text_attribute entries[] = {
        {"program", "hourglass-analysis " HOURGLASS_VERSION},
        {"git_commit", HOURGLASS_COMMIT},
        {"prediction_for", v->p->network}};
    const struct provenance file = {entries, sizeof entries / sizeof entries[0]};
    enum status st = keep_panel(v, &record, 0);
    if (st == ST_OK) st = keep_panel(v, &record, 1);
    if (st == ST_OK) st = record_save(&record, folder, "scaling.h5", &file, NULL);
    record_free(&record);
    return st;
}

enum status scaling_draw(const struct scaling_options *o)
{
    static struct prediction p;
    struct view v = {.p = &p};
    TRY(prediction_read(&p, o->table));
    for (int i = 0; i < PANELS; i++) place(&v, i);
    TRY(commit_folder(o->folder));
    TRY(keep(&v, o->folder));
    TRY(draw(&v, o->folder));
    printf("wrote %s/scaling (.png .svg .pdf .h5)\n", o->folder);
    return ST_OK;
}
