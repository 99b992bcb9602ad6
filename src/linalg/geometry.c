#include "geometry.h"

#include <string.h>

/* Of an axis of the image: as far as the last window reaches. */
static size_t reach(const struct axis *a)
{
    return larger(a->before + a->size, (a->places - 1) * a->stride + a->window);
}

struct frame frame_of_image(const struct patches *p)
{
    return (struct frame){p->y.size,   p->x.size,    p->c,        p->y.before,
                          p->x.before, reach(&p->y), reach(&p->x)};
}

/* Zeros before the places: as many as the most taps of a phase, less one. */
size_t places_before(const struct axis *a)
{
    return (a->window - 1) / a->stride;
}

/* Of an axis of the places: as far as the last pixel asks. */
static size_t places_reach(const struct axis *a)
{
    return places_before(a) + larger(a->places, (a->size - 1 + a->before) / a->stride + 1);
}

struct frame frame_of_places(const struct patches *p, size_t o)
{
    return (struct frame){p->y.places,          p->x.places,          o,
                          places_before(&p->y), places_before(&p->x), places_reach(&p->y),
                          places_reach(&p->x)};
}

static int is_bare(const struct frame *f)
{
    return f->whole_h == f->h && f->whole_w == f->w;
}

size_t frame_floats(const struct frame *f)
{
    return is_bare(f) ? 0 : f->whole_h * f->whole_w * f->c;
}

size_t at_once(const struct patches *p)
{
    enum { FEW = 160 };
    return (FEW - 1) / patches_places(p) + 1;
}

float *take_frames(float **room, const struct frame *f, size_t images)
{
    size_t n = images * frame_floats(f);
    float *whole = take(room, n);
    memset(whole, 0, n * sizeof *whole);
    return whole;
}

const float *framed(const struct frame *f, size_t images, const float *x, float *whole)
{
    size_t row = f->w * f->c, whole_row = f->whole_w * f->c;
    if (is_bare(f)) return x;
    float *to = whole + f->top * whole_row + f->left * f->c;
    for (size_t s = 0; s < images; s++, to += (f->whole_h - f->h) * whole_row)
        for (size_t i = 0; i < f->h; i++, to += whole_row, x += row)
            memcpy(to, x, row * sizeof *x);
    return whole;
}

struct grid grid_of_places(const struct patches *p, size_t o, const struct frame *f)
{
    size_t row = f->whole_w * f->c;
    return (struct grid){.rows = p->y.places,
                         .columns = p->x.places,
                         .runs = p->y.window,
                         .n = p->x.window * p->c,
                         .x_image = f->whole_h * row,
                         .x_row = p->y.stride * row,
                         .x_step = p->x.stride * p->c,
                         .x_run = row,
                         .y_image = patches_places(p) * o,
                         .y_row = p->x.places * o,
                         .y_step = o,
                         .o = o,
                         .w_step = o};
}

int is_one(size_t o, size_t n)
{
    return o == 1 && n % TILES_HALF == 0;
}
