#include "analysis/draw/axes.h"

#include "analysis/draw/page.h"

#include <math.h>
#include <stdio.h>

enum { TICKS = 32 };

static const struct canvas_pen grid_pen = {.colour = PAGE_GRID, .width = 0.6};
static const struct canvas_pen edge_pen = {.colour = 0x9a9a9a, .width = 0.8};

void axes_widen(double *lo, double *hi, double margin)
{
    double length = *hi - *lo, some = fabs(*lo) > 0 ? 0.1 * fabs(*lo) : 1;
    double d = length > 1e-12 * (fabs(*lo) + fabs(*hi)) ? margin * length : some;
    *lo -= d, *hi += d;
}

void axes_fit_losses(struct axes *a)
{
    a->log_y = a->y0 > 0 && a->y1 > 10 * a->y0;
    if (a->log_y)
        a->y0 /= 1.1, a->y1 *= 1.1;
    else
        axes_widen(&a->y0, &a->y1, 0.06);
}

/* The step 1, 2 or 5 times a power of ten that is nearest to the wanted one from above. */
static double round_step(double step)
{
    double power = pow(10, floor(log10(step))), share = step / power;
    return power * (share <= 1.0001 ? 1 : share <= 2.0001 ? 2 : share <= 5.0001 ? 5 : 10);
}

size_t axes_ticks(double lo, double hi, int want, double *ticks, size_t capacity)
{
    size_t n = 0;
    if (!(hi > lo)) return 0;
    double step = round_step((hi - lo) / want), first = ceil(lo / step - 1e-9);
    for (double k = first; k * step <= hi + 1e-9 * step && n < capacity; k++)
        ticks[n++] = k == 0 ? 0 : k * step;
    return n;
}

/* 1, 2 and 5 times the powers of ten. */
static size_t log_ticks(double lo, double hi, double *ticks, size_t capacity)
{
    static const double steps[3] = {1, 2, 5};
    size_t n = 0;
    for (double e = floor(log10(lo)); pow(10, e) <= hi && n + 3 < capacity; e++)
        for (int i = 0; i < 3; i++) {
            double v = steps[i] * pow(10, e);
            if (v >= lo * (1 - 1e-9) && v <= hi * (1 + 1e-9)) ticks[n++] = v;
        }
    return n;
}

/* How far a value is on the way from lo to hi. */
static double share(double value, double lo, double hi, int logarithmic)
{
    return logarithmic ? log(value / lo) / log(hi / lo) : (value - lo) / (hi - lo);
}

double axes_at_x(const struct axes *a, double value)
{
    return a->x + a->w * share(value, a->x0, a->x1, a->log_x);
}

double axes_at_y(const struct axes *a, double value)
{
    return a->y + a->h * (1 - share(value, a->y0, a->y1, a->log_y));
}

/* A true minus sign; typewriters' hyphens are too short. */
static void number(double v, char *text, size_t n)
{
    snprintf(text, n, "%s%.6g", v < 0 ? "\u2212" : "", fabs(v));
}

static void draw_x_ticks(struct canvas *c, const struct axes *a)
{
    const struct canvas_pen text = {.colour = PAGE_SOFT, .size = 7.5, .align = CANVAS_CENTRE};
    double found[TICKS];
    const double *ticks = a->x_ticks ? a->x_ticks : found;
    char label[32];
    size_t n = a->x_ticks ? a->x_tick_count
                          : axes_ticks(a->x0, a->x1, (int)(a->w / 55) + 1, found, TICKS);
    for (size_t i = 0; i < n; i++) {
        double x = axes_at_x(a, ticks[i]);
        if (a->whole_x && ticks[i] != round(ticks[i])) continue;
        canvas_line(c, &grid_pen, x, a->y, x, a->y + a->h);
        number(ticks[i], label, sizeof label);
        canvas_text(c, &text, x, a->y + a->h + 11, label);
    }
}

static void draw_y_ticks(struct canvas *c, const struct axes *a)
{
    const struct canvas_pen text = {.colour = PAGE_SOFT, .size = 7.5, .align = CANVAS_RIGHT};
    double ticks[TICKS];
    char label[32];
    int want = a->h < 120 ? 4 : (int)(a->h / 40) + 1;
    size_t n = a->log_y ? log_ticks(a->y0, a->y1, ticks, TICKS)
                        : axes_ticks(a->y0, a->y1, want, ticks, TICKS);
    for (size_t i = 0; i < n; i++) {
        double y = axes_at_y(a, ticks[i]);
        canvas_line(c, &grid_pen, a->x, y, a->x + a->w, y);
        number(ticks[i], label, sizeof label);
        canvas_text(c, &text, a->x - 5, y + 2.7, label);
    }
}

void axes_draw(struct canvas *c, const struct axes *a)
{
    struct canvas_pen text = {.colour = PAGE_INK, .size = 8.5, .align = CANVAS_CENTRE};
    draw_x_ticks(c, a);
    draw_y_ticks(c, a);
    canvas_line(c, &edge_pen, a->x, a->y + a->h, a->x + a->w, a->y + a->h);
    canvas_line(c, &edge_pen, a->x, a->y, a->x, a->y + a->h);
    if (a->x_label) canvas_text(c, &text, a->x + a->w / 2, a->y + a->h + 26, a->x_label);
    if (a->y_label) canvas_text_up(c, &text, a->x - 36, a->y + a->h / 2, a->y_label);
}

void axes_curve(struct canvas *c, const struct axes *a, const struct canvas_pen *pen,
                double *xy, size_t n)
{
    enum { FEW = 25 };
    for (size_t i = 0; i < n; i++) {
        xy[2 * i] = axes_at_x(a, xy[2 * i]);
        xy[2 * i + 1] = axes_at_y(a, xy[2 * i + 1]);
    }
    canvas_lines(c, pen, xy, n);
    for (size_t i = 0; n <= FEW && i < n; i++)
        canvas_dot(c, pen->colour, xy[2 * i], xy[2 * i + 1], 2);
}
