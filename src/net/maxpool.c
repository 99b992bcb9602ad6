/* maxpool - of each window the largest value of every channel; windows lie side by side.
 *
 *   y[i, j, k]  = max over di, dj of x[u, v, k]     u = i kh + di - before, v likewise
 *   dx[u, v, k] = dy[i, j, k] where x[u, v, k] is that maximum, 0 elsewhere
 *
 * with dy *= f' first where x = f(.) leaves that to its pooling.  Only values inside the image
 * count.  Of equal ones the first wins; a NaN wins over all.
 */
#include "base/size.h"
#include "kinds.h"
#include "linalg/lanes.h"
#include "window.h"

#include <string.h>

static enum status parse(struct layer *l, int count, char *const words[])
{
    struct window window;
    TRY(window_parse(&window, l, 1, count, words, 0));
    TRY(window_place(&window, l, window.size[0], window.size[1]));
    l->out = (struct shape){l->patches.y.places, l->patches.x.places, l->in.c};
    l->kept = shape_size(l->out);
    return ST_OK;
}

/* The window at one place: its values inside the image, and where in x[h, w, c] value (0, 0) of
 * it would lie, which may be before the image. */
struct view {
    struct span u, v;
    ptrdiff_t start;
};

static struct view view_at(const struct patches *p, size_t i, size_t j)
{
    ptrdiff_t row = (ptrdiff_t)(i * p->y.stride) - (ptrdiff_t)p->y.before;
    ptrdiff_t column = (ptrdiff_t)(j * p->x.stride) - (ptrdiff_t)p->x.before;
    return (struct view){patches_span(&p->y, i), patches_span(&p->x, j),
                         (row * (ptrdiff_t)p->x.size + column) * (ptrdiff_t)p->c};
}

/* Whether it is a window of 2 x 2 inside the image: nearly all are. */
static int is_square(const struct view *o)
{
    return o->u.first == 0 && o->u.end == 2 && o->v.first == 0 && o->v.end == 2;
}

/* The window with its sides as constants, for one copy of a loop over it that has no loop. */
static inline struct view square_at(ptrdiff_t start)
{
    return (struct view){{0, 2}, {0, 2}, start};
}

/* Places from `view`, the j-th of its row, on that are such windows of 2 x 2. */
static size_t squares(const struct patches *p, const struct view *view, size_t j)
{
    if (!is_square(view) || p->x.window != 2) return 0;
    return size_min((p->x.size + p->x.before) / 2, p->x.places) - j;
}

/* Where value (di, dj) of the window lies. */
static inline ptrdiff_t at(const struct patches *p, const struct view *view, size_t di,
                           size_t dj)
{
    return view->start + (ptrdiff_t)((di * p->x.size + dj) * p->c);
}

/* Which value of the window that is, as a float, which holds it exactly. */
static inline lanes number_of(size_t window, size_t di, size_t dj)
{
    return lanes_of((float)(di * window + dj));
}

/* y[n], winner[n]: the largest values of n channels of x[h, w, c], and their numbers. */
LANES_INLINE void pool(const struct patches *p, struct view o, size_t window, const float *x,
                       size_t n, float *y, float *winner)
{
    lanes best = lanes_load(x + at(p, &o, o.u.first, o.v.first), n);
    lanes number = number_of(window, o.u.first, o.v.first);
    for (size_t di = o.u.first; di < o.u.end; di++)
        for (size_t dj = o.v.first; dj < o.v.end; dj++) {
            if (di == o.u.first && dj == o.v.first) continue; /* it is the best so far */
            lanes v = lanes_load(x + at(p, &o, di, dj), n);
            lanes_mask wins = ~(v <= best) & (best == best);
            best = lanes_select(wins, v, best);
            number = lanes_select(wins, number_of(window, di, dj), number);
        }
    lanes_store(y, best, n);
    lanes_store(winner, number, n);
}

/* All channels of one place. */
static void pool_place(const struct patches *p, const struct view *o, const float *x, float *y,
                       float *winner)
{
    size_t k = 0, window = p->x.window;
    for (; k + LANES <= p->c; k += LANES) pool(p, *o, window, x + k, LANES, y + k, winner + k);
    if (k < p->c) pool(p, *o, window, x + k, p->c - k, y + k, winner + k);
}

/* Of `count` squares side by side. */
static void pool_squares(const struct patches *of, size_t count, const float *x, float *y,
                         float *winner)
{
    const struct patches p = *of; /* which what is written cannot change */
    for (; count > 0; count--, x += 2 * p.c, y += p.c, winner += p.c) {
        size_t k = 0;
        for (; k + LANES <= p.c; k += LANES)
            pool(&p, square_at(0), 2, x + k, LANES, y + k, winner + k);
        if (k < p.c) pool(&p, square_at(0), 2, x + k, p.c - k, y + k, winner + k);
    }
}

/* Kept: winner[rows, out], which value of its window each maximum is. */
static void forward(const struct layer *l, const struct layer_call *c)
{
    const struct patches *p = &l->patches;
    const float *x = c->x;
    float *y = c->y, *winner = c->kept;
    for (size_t row = 0; row < c->batch->rows; row++, x += shape_size(l->in))
        for (size_t i = 0; i < p->y.places; i++)
            for (size_t n, j = 0; j < p->x.places; j += n, y += n * p->c, winner += n * p->c) {
                struct view view = view_at(p, i, j);
                n = squares(p, &view, j);
                if (n)
                    pool_squares(p, n, x + view.start, y, winner);
                else
                    pool_place(p, &view, x, y, winner), n = 1;
            }
}

/* dx of n channels of the window: dy[n] where they have won, 0 elsewhere. */
LANES_INLINE void give(const struct patches *p, struct view o, size_t window, size_t n,
                       const float *dy, const float *winner, float *dx)
{
    lanes d = lanes_load(dy, n), number = lanes_load(winner, n);
    for (size_t di = o.u.first; di < o.u.end; di++)
        for (size_t dj = o.v.first; dj < o.v.end; dj++) {
            lanes_mask won = number == number_of(window, di, dj);
            lanes_store(dx + at(p, &o, di, dj), lanes_select(won, d, lanes_of(0)), n);
        }
}

static void give_place(const struct patches *p, const struct view *o, const float *dy,
                       const float *winner, float *dx)
{
    size_t k = 0, window = p->x.window;
    for (; k + LANES <= p->c; k += LANES)
        give(p, *o, window, LANES, dy + k, winner + k, dx + k);
    if (k < p->c) give(p, *o, window, p->c - k, dy + k, winner + k, dx + k);
}

static void give_squares(const struct patches *of, size_t count, const float *dy,
                         const float *winner, float *dx)
{
    const struct patches p = *of;
    for (; count > 0; count--, dy += p.c, winner += p.c, dx += 2 * p.c) {
        size_t k = 0;
        for (; k + LANES <= p.c; k += LANES)
            give(&p, square_at(0), 2, LANES, dy + k, winner + k, dx + k);
        if (k < p.c) give(&p, square_at(0), 2, p.c - k, dy + k, winner + k, dx + k);
    }
}

/* Zeros for the pixels that no window covers, behind the last of a row and of a column. */
static void clear_rest(const struct patches *p, float *dx)
{
    size_t row = p->x.size * p->c, covered_rows = p->y.places * p->y.stride;
    size_t covered = p->x.places * p->x.stride * p->c;
    for (size_t u = 0; u < p->y.size; u++) {
        size_t from = u < covered_rows ? covered : 0;
        if (from < row) memset(dx + u * row + from, 0, (row - from) * sizeof *dx);
    }
}

static void backward(const struct layer *l, const struct layer_call *c, float *dw)
{
    const struct patches *p = &l->patches;
    const float *dy = c->dy, *winner = c->kept;
    float *dx = c->dx;
    (void)dw;
    if (!dx) return;
    activation_backward(l->slope, c->dy, c->y, c->batch->rows * shape_size(l->out));
    for (size_t row = 0; row < c->batch->rows; row++, dx += shape_size(l->in)) {
        clear_rest(p, dx);
        for (size_t i = 0; i < p->y.places; i++)
            for (size_t n, j = 0; j < p->x.places; j += n, dy += n * p->c, winner += n * p->c) {
                struct view view = view_at(p, i, j);
                n = squares(p, &view, j);
                if (n)
                    give_squares(p, n, dy, winner, dx + view.start);
                else
                    give_place(p, &view, dy, winner, dx), n = 1;
            }
    }
}

const struct layer_kind maxpool_kind = {
    .word = "maxpool",
    .prefix = "max_pooling2d",
    .help = "maxpool KHxKW [same|valid]",
    .parse = parse,
    .forward = forward,
    .backward = backward,
};
