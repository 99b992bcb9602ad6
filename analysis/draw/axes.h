/* axes - Cartesian axes, linear or logarithmic: a rectangle with ticks at round numbers, a
 * light grid and labels.  All functions are Local and cannot fail.
 */
#ifndef ANALYSIS_DRAW_AXES_H
#define ANALYSIS_DRAW_AXES_H

#include "analysis/draw/canvas.h"

struct axes {
    double x, y, w, h;     /* the rectangle, points; y counts downward */
    double x0, x1;         /* values at its left and right edge */
    double y0, y1;         /* values at its lower and upper edge */
    int log_x, log_y;      /* logarithmic; both ends are positive then */
    const double *x_ticks; /* [x_tick_count] where ticks of x are; NULL: round numbers */
    size_t x_tick_count;
    int whole_x;                   /* ticks of x are whole numbers */
    const char *x_label, *y_label; /* NULL: none */
};

/* Widen lo..hi by a margin (a share of its length), and to some length where it has none. */
void axes_widen(double *lo, double *hi, double margin);

/* Widen y0..y1 around losses; where they span more than a factor of ten, y is logarithmic. */
void axes_fit_losses(struct axes *a);

/* ticks[capacity] = round numbers within lo..hi, about `want` of them; how many there are. */
size_t axes_ticks(double lo, double hi, int want, double *ticks, size_t capacity);

/* Where a value lies, in points.  NaN stays NaN. */
double axes_at_x(const struct axes *a, double value);
double axes_at_y(const struct axes *a, double value);

/* Draw grid, ticks and labels; the data are drawn over it afterwards. */
void axes_draw(struct canvas *c, const struct axes *a);

/* Draw a curve through the values xy[n, 2], which become points on the page; a few values get
 * a dot each.  Values that are not finite leave a gap. */
void axes_curve(struct canvas *c, const struct axes *a, const struct canvas_pen *pen,
                double *xy, size_t n);

#endif
