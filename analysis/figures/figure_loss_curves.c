#include "analysis/draw/axes.h"
#include "analysis/draw/page.h"
#include "analysis/figures/figure.h"
#include "analysis/figures/needs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEFT = 46, WIDE = 380, TALL = 260, NARROW = 230, BETWEEN = 74, FOOT = 34, PANELS = 4 };

/* A line of a panel. */
struct line {
    enum metrics_column column;
    const char *name;
    uint32_t colour;
};

static const struct line train = {METRICS_TRAIN_LOSS, "train", 0x0072b2};
static const struct line validation = {METRICS_VALIDATION_LOSS, "validation", 0xd55e00};
static const struct line parts[] = {
    {METRICS_RECONSTRUCTION, "reconstruction", 0x009e73},
    {METRICS_KL, "KL divergence", 0xcc79a7},
    {METRICS_L1, "L1 penalty", 0x56b4e9},
};

/* What the drawing callback sees: the losses, and their parts where there are several. */
struct view {
    const struct metrics *metrics;
    double *xy; /* [metrics->rows, 2], in use by one line at a time */
    int panels;
    const struct line *lines[PANELS][2]; /* NULL: none */
    struct axes axes[PANELS];
};

static double value_of(const struct view *v, size_t row, const struct line *line)
{
    return line ? metrics_at(v->metrics, row, line->column) : NAN;
}

static void find_range(const struct view *v, int panel, double *lo, double *hi)
{
    *lo = INFINITY, *hi = -INFINITY;
    for (size_t i = 0; i < v->metrics->rows; i++)
        for (int k = 0; k < 2; k++) {
            double y = value_of(v, i, v->lines[panel][k]);
            if (isfinite(y)) *lo = fmin(*lo, y), *hi = fmax(*hi, y);
        }
    if (!isfinite(*lo)) *lo = 0, *hi = 1; /* nothing to show */
}

static void set_y(struct view *v, int panel)
{
    struct axes *a = &v->axes[panel];
    find_range(v, panel, &a->y0, &a->y1);
    axes_fit_losses(a);
}

static void set_x(struct view *v, int panel)
{
    struct axes *a = &v->axes[panel];
    const struct metrics *m = v->metrics;
    a->x0 = metrics_at(m, 0, METRICS_EPOCH);
    a->x1 = metrics_at(m, m->rows - 1, METRICS_EPOCH);
    if (!(a->x1 > a->x0)) a->x0 -= 1, a->x1 = a->x0 + 2;
    a->whole_x = 1;
    a->x_label = "epoch";
}

static void add_panel(struct view *v, const struct line *a, const struct line *b)
{
    v->lines[v->panels][0] = a, v->lines[v->panels][1] = b;
    v->panels++;
}

/* The parts are shown where there is more than the reconstruction. */
static void choose_panels(struct view *v)
{
    add_panel(v, &train, &validation);
    if (!metrics_has(v->metrics, METRICS_KL) && !metrics_has(v->metrics, METRICS_L1)) return;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (metrics_has(v->metrics, parts[i].column)) add_panel(v, &parts[i], NULL);
}

/* What the loss is counted in. */
static const char *label_of(const struct job *job)
{
    static const struct {
        const char *loss, *label;
    } labels[] = {
        {"bce", "loss, nats per pixel"},
        {"bce-sum", "loss, nats per image"},
        {"mse", "loss, squared error per pixel"},
        {"squared-error", "loss, squared error per image"},
    };
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (strcmp(job->loss, labels[i].loss) == 0) return labels[i].label;
    return "loss";
}

/* The losses at the left, their parts one above the other at the right. */
static void place_panels(struct view *v, const struct job *job)
{
    double part = (double)(TALL - 30 * (v->panels - 2)) / (v->panels > 1 ? v->panels - 1 : 1);
    v->axes[0] = (struct axes){.x = LEFT, .w = WIDE, .h = TALL, .y_label = label_of(job)};
    for (int i = 1; i < v->panels; i++)
        v->axes[i] = (struct axes){
            .x = LEFT + WIDE + BETWEEN, .y = (part + 30) * (i - 1), .w = NARROW, .h = part};
    for (int i = 0; i < v->panels; i++) set_x(v, i), set_y(v, i);
    for (int i = 1; i + 1 < v->panels; i++) v->axes[i].x_label = NULL;
}

static void draw_line(struct canvas *c, const struct view *v, const struct axes *a,
                      const struct line *line)
{
    const struct canvas_pen pen = {.colour = line->colour, .width = 1.6};
    size_t rows = v->metrics->rows;
    for (size_t i = 0; i < rows; i++) {
        v->xy[2 * i] = metrics_at(v->metrics, i, METRICS_EPOCH);
        v->xy[2 * i + 1] = value_of(v, i, line);
    }
    axes_curve(c, a, &pen, v->xy, rows);
}

/* Whether the panel's lines end in its upper half: then the names stand below. */
static int ends_high(const struct view *v, int panel)
{
    const struct axes *a = &v->axes[panel];
    double y = axes_at_y(a, value_of(v, v->metrics->rows - 1, v->lines[panel][0]));
    return y < a->y + a->h / 2;
}

/* Name and last value of a line, at the right, on line `place` from the top. */
static void draw_name(struct canvas *c, const struct view *v, const struct axes *a,
                      const struct line *line, int place)
{
    const struct canvas_pen text = {.colour = PAGE_INK, .size = 8.5};
    const struct canvas_pen sample = {.colour = line->colour, .width = 2.4};
    char label[96];
    double y = a->y + 14 + 14 * place;
    snprintf(label, sizeof label, "%s %#.4g", line->name,
             value_of(v, v->metrics->rows - 1, line));
    double x = a->x + a->w - 8 - canvas_text_width(c, &text, label);
    canvas_text(c, &text, x, y, label);
    canvas_line(c, &sample, x - 20, y - 3, x - 6, y - 3);
}

static void draw_view(struct canvas *c, const void *user)
{
    const struct view *v = user;
    for (int i = 0; i < v->panels; i++) {
        axes_draw(c, &v->axes[i]);
        for (int k = 0; k < 2 && v->lines[i][k]; k++) {
            draw_line(c, v, &v->axes[i], v->lines[i][k]);
            int place = ends_high(v, i) ? (int)(v->axes[i].h / 14) - 2 + k : k;
            draw_name(c, v, &v->axes[i], v->lines[i][k], place);
        }
    }
}

/* One column of the metrics, by its name there. */
static enum status keep_column(const struct figure_drawing *d, enum metrics_column column,
                               double *values)
{
    const struct metrics *m = &d->run->metrics;
    const char *unit = metrics_info(column)->unit;
    char name[96];
    snprintf(name, sizeof name, "loss_curves/%s", metrics_info(column)->name);
    for (size_t i = 0; i < m->rows; i++) values[i] = metrics_at(m, i, column);
    return record_add(d->record,
                      &(struct array){.name = name,
                                      .type = ARRAY_DOUBLE,
                                      .rank = 1,
                                      .dims = {m->rows},
                                      .labels = {"epoch"},
                                      .data = values,
                                      .attributes = {{unit ? "units" : NULL, unit}}});
}

/* All columns; for viewers the losses and, where there are several, their parts. */
static enum status keep(const struct figure_drawing *d, const struct view *v)
{
    struct nexus_group g = {.name = "loss_curves",
                            .title = "Loss by epoch",
                            .signal = metrics_info(METRICS_TRAIN_LOSS)->name,
                            .others = {metrics_info(METRICS_VALIDATION_LOSS)->name},
                            .axes = {metrics_info(METRICS_EPOCH)->name}};
    for (int i = 0; i < METRICS_COLUMNS; i++)
        TRY(keep_column(d, (enum metrics_column)i, v->xy));
    for (int i = 1; i < v->panels; i++)
        g.others[i] = metrics_info(v->lines[i][0]->column)->name;
    return record_group(d->record, &g);
}

static enum status draw(const struct figure_drawing *d, const struct view *v)
{
    char caption[512];
    const struct job *job = &d->run->job;
    struct page page = {"Loss by epoch", caption,
                        LEFT + WIDE + (v->panels > 1 ? BETWEEN + NARROW : 0) + 6, TALL + FOOT};
    snprintf(caption, sizeof caption,
             "The training loss is the mean over the epoch as it went, the validation loss "
             "that of the whole split after it; the numbers are those of the last epoch, "
             "%.0f.%s Loss %s, %s axis. Run %s, %s.",
             metrics_at(v->metrics, v->metrics->rows - 1, METRICS_EPOCH),
             v->panels > 1 ? " At the right the parts of the validation loss." : "", job->loss,
             v->axes[0].log_y ? "logarithmic" : "linear", job->name, d->run->data_name);
    return page_save(&page, d->to, d->name, draw_view, v);
}

static enum status make(const struct figure_drawing *d)
{
    enum status st = ST_OK;
    struct view v = {.metrics = &d->run->metrics};
    v.xy = calloc(2 * v.metrics->rows, sizeof *v.xy);
    if (!v.xy) return FAIL(ST_NOMEM, "no memory for %zu epochs", v.metrics->rows);
    choose_panels(&v);
    place_panels(&v, &d->run->job);
    TRY_DONE(keep(d, &v));
    st = draw(d, &v);
done:
    free(v.xy);
    return st;
}

const struct figure figure_loss_curves = {
    .name = "loss-curves",
    .help = "losses by epoch",
    .missing = needs_metrics,
    .draw = make,
};
