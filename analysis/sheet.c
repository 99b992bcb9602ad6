#include "analysis/sheet.h"

#include "analysis/tile.h"

#include <stdlib.h>
#include <string.h>

enum { HEADS = 14 }; /* points above the images for the heads of columns */

static const struct canvas_pen label_pen = {.colour = PAGE_SOFT, .size = 8};

/* What the drawing callback sees. */
struct view {
    const struct sheet *sheet;
    struct canvas_image mosaic;
};

static size_t mosaic_rows(const struct sheet *s)
{
    return s->rows * (s->image.h + s->gap) - s->gap;
}

static size_t mosaic_columns(const struct sheet *s)
{
    return s->columns * (s->image.w + s->gap) - s->gap;
}

static double magnification(const struct sheet *s)
{
    return tile_magnification(s->image.w, s->tile);
}

double sheet_width(const struct sheet *s)
{
    double sides = s->side * ((s->left != NULL) + (s->right != NULL));
    return magnification(s) * (double)mosaic_columns(s) + sides;
}

double sheet_height(const struct sheet *s)
{
    return magnification(s) * (double)mosaic_rows(s) + (s->heads ? HEADS : 0);
}

/* One image, a row of pixels at a time. */
static void put(const struct sheet *s, size_t row, size_t column, uint8_t *bytes)
{
    size_t line = s->image.w * s->image.c;
    const float *v = s->values + (row * s->columns + column) * shape_size(s->image);
    size_t top = row * (s->image.h + s->gap), left = column * (s->image.w + s->gap);
    for (size_t i = 0; i < s->image.h; i++)
        tile_pixels(v + i * line, line,
                    bytes + ((top + i) * mosaic_columns(s) + left) * s->image.c);
}

enum status sheet_mosaic(const struct sheet *s, struct canvas_image *out)
{
    size_t n = mosaic_rows(s) * mosaic_columns(s) * s->image.c;
    uint8_t *bytes = malloc(n);
    if (!bytes) return FAIL(ST_NOMEM, "no room for a picture of %zu bytes", n);
    memset(bytes, 255, n);
    for (size_t i = 0; i < s->rows; i++)
        for (size_t j = 0; j < s->columns; j++) put(s, i, j, bytes);
    *out = (struct canvas_image){mosaic_rows(s), mosaic_columns(s), s->image.c, bytes};
    return ST_OK;
}

/* A column of labels beside the rows. */
static void draw_labels(struct canvas *c, const struct sheet *s, double x, double y,
                        enum canvas_align align, const char (*text)[SHEET_LABEL])
{
    struct canvas_pen pen = label_pen;
    double pitch = magnification(s) * (double)(s->image.h + s->gap);
    pen.align = align;
    for (size_t i = 0; text && i < s->rows; i++) {
        double middle = y + pitch * (double)i + magnification(s) * (double)s->image.h / 2;
        canvas_text(c, &pen, x, middle + 3, text[i]);
    }
}

static void draw_heads(struct canvas *c, const struct sheet *s, double x)
{
    struct canvas_pen pen = label_pen;
    double m = magnification(s), pitch = m * (double)(s->image.w + s->gap);
    pen.align = CANVAS_CENTRE;
    for (size_t j = 0; s->heads && j < s->columns; j++)
        canvas_text(c, &pen, x + pitch * (double)j + m * (double)s->image.w / 2, HEADS - 5,
                    s->heads[j]);
}

static void draw_view(struct canvas *c, const void *user)
{
    const struct view *v = user;
    const struct sheet *s = v->sheet;
    double m = magnification(s), x = s->left ? s->side : 0, y = s->heads ? HEADS : 0;
    double w = m * (double)v->mosaic.columns, h = m * (double)v->mosaic.rows;
    draw_heads(c, s, x);
    draw_labels(c, s, x - 7, y, CANVAS_RIGHT, s->left);
    draw_labels(c, s, x + w + 7, y, CANVAS_LEFT, s->right);
    canvas_paint(c, &v->mosaic, x, y, w, h);
}

enum status sheet_save(const struct sheet *s, const struct outlet *to, const char *name,
                       const char *title, const char *caption)
{
    struct view v = {.sheet = s};
    struct page page = {title, caption, sheet_width(s), sheet_height(s)};
    if (page.width < 260) page.width = 260; /* room for words */
    TRY(sheet_mosaic(s, &v.mosaic));
    enum status st = page_save(&page, to, name, draw_view, &v);
    free((void *)v.mosaic.bytes);
    return st;
}
