#include "frame.h"

#include "base/size.h"
#include "workspace.h"

#include <string.h>

/* Of an axis of the image: as far as the last window reaches. */
static size_t reach(const struct axis *a)
{
    return size_max(a->before + a->size, (a->places - 1) * a->stride + a->window);
}

struct frame frame_of_image(const struct patches *p)
{
    return (struct frame){p->y.size,   p->x.size,    p->c,        p->y.before,
                          p->x.before, reach(&p->y), reach(&p->x)};
}

/* Zeros before the places: as many as the most taps of a phase, less one. */
size_t frame_before(const struct axis *a)
{
    return (a->window - 1) / a->stride;
}

/* Of an axis of the places: as far as the last pixel asks. */
static size_t places_reach(const struct axis *a)
{
    return frame_before(a) + size_max(a->places, (a->size - 1 + a->before) / a->stride + 1);
}

struct frame frame_of_places(const struct patches *p, size_t o)
{
    return (struct frame){p->y.places,         p->x.places,         o,
                          frame_before(&p->y), frame_before(&p->x), places_reach(&p->y),
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

/* Zeros around one image; between two rows lie the end of the one and the start of the next. */
static void clear_around(const struct frame *f, float *whole)
{
    size_t row = f->whole_w * f->c, gap = (f->whole_w - f->w) * f->c;
    size_t first = f->top * row + f->left * f->c, last = first + f->h * row - gap;
    memset(whole, 0, first * sizeof *whole);
    for (size_t i = 1; i < f->h; i++)
        memset(whole + first + i * row - gap, 0, gap * sizeof *whole);
    memset(whole + last, 0, (f->whole_h * row - last) * sizeof *whole);
}

float *frame_take(float **workspace, const struct frame *f, size_t images)
{
    size_t n = frame_floats(f);
    float *whole = workspace_take(workspace, images * n);
    for (size_t i = 0; n && i < images; i++) clear_around(f, whole + i * n);
    return whole;
}

const float *frame_fill(const struct frame *f, size_t images, const float *x, float *whole)
{
    size_t row = f->w * f->c, whole_row = f->whole_w * f->c;
    if (is_bare(f)) return x;
    float *to = whole + f->top * whole_row + f->left * f->c;
    for (size_t s = 0; s < images; s++, to += (f->whole_h - f->h) * whole_row)
        for (size_t i = 0; i < f->h; i++, to += whole_row, x += row)
            memcpy(to, x, row * sizeof *x);
    return whole;
}
