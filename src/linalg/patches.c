/* patches - for each place (i, j) of the window, with u = i s + di - before likewise v:
 *
 *   columns[i, j, di, dj, k] = x[u, v, k] inside the image, 0 outside
 *
 * A row of the window, values [dj, k], is one run of x as it is of columns.
 */
#include "linalg/patches.h"

struct axis patches_same(size_t size, size_t window, size_t stride)
{
    size_t places = (size + stride - 1) / stride, reach = (places - 1) * stride + window;
    size_t zeros = reach > size ? reach - size : 0;
    return (struct axis){size, window, stride, zeros / 2, places};
}

struct axis patches_valid(size_t size, size_t window, size_t stride)
{
    size_t places = window > size ? 0 : (size - window) / stride + 1;
    return (struct axis){size, window, stride, 0, places};
}

static void copy(float *restrict to, const float *restrict from, size_t n)
{
    for (size_t i = 0; i < n; i++) to[i] = from[i];
}

static void add(float *restrict to, const float *restrict from, size_t n)
{
    for (size_t i = 0; i < n; i++) to[i] += from[i];
}

static void zero(float *to, size_t n)
{
    for (size_t i = 0; i < n; i++) to[i] = 0;
}

/* Where in x[h, w, c] row di of the window at place (i, j) starts to lie inside the image;
 * v.first is its first value there. */
static size_t start_of(const struct patches *p, size_t i, size_t di, size_t j, struct span v)
{
    size_t row = i * p->y.stride + di - p->y.before;
    size_t column = j * p->x.stride + v.first - p->x.before;
    return (row * p->x.size + column) * p->c;
}

/* to[kh, kw, c] = what the window sees at place (i, j). */
static void gather_one(const struct patches *p, const float *x, size_t i, size_t j, float *to)
{
    struct span u = patches_span(&p->y, i), v = patches_span(&p->x, j);
    size_t row = p->x.window * p->c, left = v.first * p->c, end = v.end * p->c;
    zero(to, u.first * row);
    for (size_t di = u.first; di < u.end; di++) {
        float *t = to + di * row;
        zero(t, left);
        if (end > left) copy(t + left, x + start_of(p, i, di, j, v), end - left);
        zero(t + end, row - end);
    }
    zero(to + u.end * row, (p->y.window - u.end) * row);
}

void patches_gather(const struct patches *p, const float *x, float *columns)
{
    size_t width = patches_width(p);
    for (size_t i = 0; i < p->y.places; i++)
        for (size_t j = 0; j < p->x.places; j++, columns += width)
            gather_one(p, x, i, j, columns);
}

/* x += from[kh, kw, c], the share of the window at place (i, j). */
static void scatter_one(const struct patches *p, const float *from, size_t i, size_t j,
                        float *x)
{
    struct span u = patches_span(&p->y, i), v = patches_span(&p->x, j);
    size_t row = p->x.window * p->c, left = v.first * p->c, n = (v.end - v.first) * p->c;
    if (n == 0) return;
    for (size_t di = u.first; di < u.end; di++)
        add(x + start_of(p, i, di, j, v), from + di * row + left, n);
}

void patches_scatter(const struct patches *p, const float *columns, float *x)
{
    size_t width = patches_width(p);
    for (size_t i = 0; i < p->y.places; i++)
        for (size_t j = 0; j < p->x.places; j++, columns += width)
            scatter_one(p, columns, i, j, x);
}
