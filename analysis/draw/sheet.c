#include "analysis/draw/sheet.h"

#include "analysis/draw/tile.h"

#include <stdlib.h>
#include <string.h>

enum { HEADS = 14, TITLE = 13 }; /* points for the heads of columns, for a title */

static const struct canvas_pen label_pen = {.colour = PAGE_SOFT, .size = 8};
static const struct canvas_pen title_pen = {
    .colour = PAGE_INK, .size = 8.5, .align = CANVAS_CENTRE};
static const struct canvas_pen frame_pen = {.colour = 0xd62728, .width = 1.6};

/* What the drawing callback sees. */
struct view {
    const struct sheet *sheet;
    struct canvas_image mosaic;
};

/* Where a row, a column begins, in pixels of the images. */
static size_t row_at(const struct sheet *s, size_t row)
{
    return row * (s->image.h + s->gap);
}

static size_t column_at(const struct sheet *s, size_t column)
{
    size_t at = column * (s->image.w + s->gap);
    if (column > 0) at += s->lead;
    if (column > 0 && column == s->columns - 1) at += s->trail;
    return at;
}

static size_t mosaic_rows(const struct sheet *s)
{
    return row_at(s, s->rows - 1) + s->image.h;
}

static size_t mosaic_columns(const struct sheet *s)
{
    return column_at(s, s->columns - 1) + s->image.w;
}

static double magnification(const struct sheet *s)
{
    return tile_magnification(s->image.w, s->tile);
}

/* Where the images begin, in points. */
static double images_x(const struct sheet *s)
{
    return (s->left ? s->side : 0) + (s->left_title ? TITLE : 0);
}

static double images_y(const struct sheet *s)
{
    return (s->heads ? HEADS : 0) + (s->top_title ? TITLE : 0);
}

double sheet_width(const struct sheet *s)
{
    double right = s->right ? s->side : 0;
    return images_x(s) + magnification(s) * (double)mosaic_columns(s) + right;
}

double sheet_height(const struct sheet *s)
{
    return images_y(s) + magnification(s) * (double)mosaic_rows(s);
}

/* One image, a row of pixels at a time. */
static void put(const struct sheet *s, size_t row, size_t column, uint8_t *bytes)
{
    size_t line = s->image.w * s->image.c;
    const float *v = s->values + (row * s->columns + column) * shape_size(s->image);
    size_t top = row_at(s, row), left = column_at(s, column);
    for (size_t i = 0; i < s->image.h; i++)
        tile_pixels(v + i * line, line,
                    bytes + ((top + i) * mosaic_columns(s) + left) * s->image.c);
}

enum status sheet_mosaic(const struct sheet *s, struct canvas_image *out)
{
    size_t n = mosaic_rows(s) * mosaic_columns(s) * s->image.c;
    uint8_t *bytes = malloc(n);
    if (!bytes) return FAIL(ST_NOMEM, "no memory for a picture of %zu bytes", n);
    memset(bytes, 255, n);
    for (size_t i = 0; i < s->rows; i++)
        for (size_t j = 0; j < s->columns; j++) put(s, i, j, bytes);
    *out = (struct canvas_image){mosaic_rows(s), mosaic_columns(s), s->image.c, bytes};
    return ST_OK;
}

/* Middle of a row, a column, in points. */
static double middle_y(const struct sheet *s, size_t row)
{
    return images_y(s) + magnification(s) * ((double)row_at(s, row) + (double)s->image.h / 2);
}

static double middle_x(const struct sheet *s, size_t column)
{
    return images_x(s) +
           magnification(s) * ((double)column_at(s, column) + (double)s->image.w / 2);
}

/* A column of labels beside the rows. */
static void draw_labels(struct canvas *c, const struct sheet *s, double x,
                        enum canvas_align align, const char (*text)[SHEET_LABEL])
{
    struct canvas_pen pen = label_pen;
    pen.align = align;
    for (size_t i = 0; text && i < s->rows; i++)
        canvas_text(c, &pen, x, middle_y(s, i) + 3, text[i]);
}

static void draw_heads(struct canvas *c, const struct sheet *s)
{
    struct canvas_pen pen = label_pen;
    pen.align = CANVAS_CENTRE;
    for (size_t j = 0; s->heads && j < s->columns; j++)
        canvas_text(c, &pen, middle_x(s, j), images_y(s) - 5, s->heads[j]);
}

static void draw_titles(struct canvas *c, const struct sheet *s)
{
    double x = (middle_x(s, 0) + middle_x(s, s->columns - 1)) / 2;
    double y = (middle_y(s, 0) + middle_y(s, s->rows - 1)) / 2;
    if (s->top_title) canvas_text(c, &title_pen, x, TITLE - 5, s->top_title);
    if (s->left_title) canvas_text_up(c, &title_pen, TITLE - 5, y, s->left_title);
}

/* Frames lie in the gaps, so that every pixel stays to be seen. */
static void draw_frame(struct canvas *c, const struct sheet *s, size_t row, size_t column)
{
    double m = magnification(s), out = frame_pen.width / 2;
    double w = m * (double)s->image.w + 2 * out, h = m * (double)s->image.h + 2 * out;
    double x = middle_x(s, column) - w / 2, y = middle_y(s, row) - h / 2;
    const double xy[10] = {x, y, x + w, y, x + w, y + h, x, y + h, x, y - out};
    canvas_lines(c, &frame_pen, xy, 5);
}

static void draw_view(struct canvas *c, const void *user)
{
    const struct view *v = user;
    const struct sheet *s = v->sheet;
    double m = magnification(s), x = images_x(s), y = images_y(s);
    double w = m * (double)v->mosaic.columns, h = m * (double)v->mosaic.rows;
    draw_titles(c, s);
    draw_heads(c, s);
    draw_labels(c, s, x - 7, CANVAS_RIGHT, s->left);
    draw_labels(c, s, x + w + 7, CANVAS_LEFT, s->right);
    canvas_paint(c, &v->mosaic, x, y, w, h);
    for (size_t i = 0; s->framed && i < s->rows * s->columns; i++)
        if (s->framed[i]) draw_frame(c, s, i / s->columns, i % s->columns);
}

enum status sheet_save(const struct sheet *s, const struct page_outlet *to, const char *name,
                       const char *title, const char *caption)
{
    struct view v = {.sheet = s};
    struct page page = {title, caption, sheet_width(s), sheet_height(s)};
    if (page.width < 260) page.width = 260; /* space for words */
    TRY(sheet_mosaic(s, &v.mosaic));
    enum status st = page_save(&page, to, name, draw_view, &v);
    free((void *)v.mosaic.bytes);
    return st;
}

size_t sheet_values_bytes(const struct sheet *s)
{
    return s->rows * s->columns * shape_size(s->image) * sizeof *s->values;
}

size_t sheet_save_bytes(const struct sheet *s)
{
    struct canvas_image m = {mosaic_rows(s), mosaic_columns(s), s->image.c, NULL};
    return m.rows * m.columns * m.channels +
           page_save_bytes(sheet_width(s), sheet_height(s), &m, 1,
                           magnification(s) * (double)m.columns);
}
