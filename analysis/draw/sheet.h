/* sheet - an image grid: rows and columns of images with heads above and labels at their sides.
 *
 * All functions are Local.
 */
#ifndef ANALYSIS_DRAW_SHEET_H
#define ANALYSIS_DRAW_SHEET_H

#include "analysis/draw/page.h"
#include "net/shape.h"

enum { SHEET_LABEL = 24 };

struct sheet {
    size_t rows, columns;
    struct shape image;  /* c is 1 or 3 */
    const float *values; /* [rows, columns, h, w, c], pixels in [0, 1] */
    double tile;         /* width of one image, points (about: see tile_magnification) */
    size_t gap;          /* white pixels between images */
    size_t lead, trail;  /* more of them behind the first column, before the last */
    double side;         /* width for the labels of rows, points; as much at the right
                            where there are labels */
    const char (*heads)[SHEET_LABEL]; /* [columns], or NULL */
    const char (*left)[SHEET_LABEL];  /* [rows], or NULL */
    const char (*right)[SHEET_LABEL]; /* [rows], or NULL */
    const char *top_title;            /* above the heads, NULL: none */
    const char *left_title;           /* beside the labels at the left, NULL: none */
    const uint8_t *framed; /* [rows, columns]: 1 gives an image a red frame, or NULL */
};

/* Size of the sheet, points.  Cannot fail. */
double sheet_width(const struct sheet *s);
double sheet_height(const struct sheet *s);

/* *out = all images as one, with the gaps: bytes for canvas_paint, freed by the caller.  Fails
 * with ST_NOMEM. */
enum status sheet_mosaic(const struct sheet *s, struct canvas_image *out) MUST_USE;

/* The sheet as a page with title and caption, to the outlet.  Fails with ST_NOMEM, or as
 * page_save does. */
enum status sheet_save(const struct sheet *s, const struct page_outlet *to, const char *name,
                       const char *title, const char *caption) MUST_USE;

/* Bytes of the values, and those that sheet_save takes at most beside them; neither looks at
 * them.  Cannot fail. */
size_t sheet_values_bytes(const struct sheet *s);
size_t sheet_save_bytes(const struct sheet *s);

#endif
