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

float *frame_take(float **workspace, const struct frame *f, size_t images)
{
    size_t n = images * frame_floats(f);
    float *whole = workspace_take(workspace, n);
    memset(whole, 0, n * sizeof *whole);
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
