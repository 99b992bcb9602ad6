#include "geometry.h"

size_t geometry_together(const struct patches *p)
{
    enum { FEW = 160 };
    return (FEW - 1) / patches_places(p) + 1;
}

struct grid geometry_grid(const struct patches *p, size_t o, const struct frame *f)
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

int geometry_is_one(size_t o, size_t n)
{
    return o == 1 && n % TILES_HALF == 0;
}
