/* canvas - vector graphics through cairo, which no other file includes: NAME.png, NAME.svg and
 * NAME.pdf of one drawing.
 *
 * A picture is drawn by a callback, once for each file, in points (1/72 inch) from the upper
 * left corner; a point is two pixels of the PNG.  A file is built in memory and committed
 * whole.  Equal drawings give equal bytes: no dates, no counters.  All functions are Local.
 */
#ifndef ANALYSIS_DRAW_CANVAS_H
#define ANALYSIS_DRAW_CANVAS_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

struct canvas;

enum { CANVAS_PIXELS = 2 }; /* pixels of the PNG a point */
enum canvas_shape {
    CANVAS_DISC,
    CANVAS_SQUARE,
    CANVAS_TRIANGLE,
    CANVAS_DIAMOND,
    CANVAS_CROSS,
    CANVAS_SHAPES
};
enum canvas_align { CANVAS_LEFT, CANVAS_CENTRE, CANVAS_RIGHT };

/* How lines and text look. */
struct canvas_pen {
    uint32_t colour; /* 0xRRGGBB */
    double width;    /* of a line, points */
    double dash;     /* length of dashes and gaps, points; 0: solid */
    double size;     /* of text, points */
    int bold;
    enum canvas_align align;
};

/* An image: rows x columns pixels of 1 (grey) or 3 (red, green, blue) bytes. */
struct canvas_image {
    size_t rows, columns, channels;
    const uint8_t *bytes; /* [rows, columns, channels] */
};

/* Draws a picture: `user` is what was handed to canvas_save or canvas_render. */
typedef void canvas_draw(struct canvas *c, const void *user);

/* Draw a picture of that size and commit its three files into the folder.  Fails with
 * ST_NOMEM, ST_INTERNAL or ST_CANTCREATE; no partial file is left. */
enum status canvas_save(const char *folder, const char *name, double width, double height,
                        canvas_draw *draw, const void *user) MUST_USE;

/* Bytes that this takes at most of a picture with `count` images of these rows, columns and
 * channels, each w points wide.  Cannot fail. */
size_t canvas_save_bytes(double width, double height, const struct canvas_image *image,
                         size_t count, double w);

/* The files a picture can become; CANVAS_SMALL is a PNG with one pixel a point. */
enum canvas_format { CANVAS_PNG, CANVAS_SVG, CANVAS_PDF, CANVAS_SMALL, CANVAS_FORMATS };

struct canvas_bytes {
    unsigned char *at; /* [size] of [capacity] */
    size_t size, capacity;
};

/* One file in memory; the caller frees out->at.  Fails with ST_NOMEM or ST_INTERNAL. */
enum status canvas_render(enum canvas_format format, double width, double height,
                          canvas_draw *draw, const void *user,
                          struct canvas_bytes *out) MUST_USE;

/* ---- for callbacks: none can fail, what goes wrong is reported by canvas_save or
 * canvas_render.  Lengths are points, x to the right and y downward. --------------------- */

/* Move the origin by (dx, dy). */
void canvas_move(struct canvas *c, double dx, double dy);

/* Text on the baseline at (x, y); canvas_text_up turns it by a quarter, to read upward. */
void canvas_text(struct canvas *c, const struct canvas_pen *pen, double x, double y,
                 const char *text);
void canvas_text_up(struct canvas *c, const struct canvas_pen *pen, double x, double y,
                    const char *text);

/* Width of a text. */
double canvas_text_width(struct canvas *c, const struct canvas_pen *pen, const char *text);

/* A line through the points xy[n, 2]; points that are not finite leave a gap. */
void canvas_lines(struct canvas *c, const struct canvas_pen *pen, const double *xy, size_t n);

/* A line from (x1, y1) to (x2, y2). */
void canvas_line(struct canvas *c, const struct canvas_pen *pen, double x1, double y1,
                 double x2, double y2);

/* A disc around (x, y); none where that is not finite. */
void canvas_dot(struct canvas *c, uint32_t colour, double x, double y, double radius);

/* A filled marker of about the area of a dot of that radius. */
void canvas_mark(struct canvas *c, enum canvas_shape shape, uint32_t colour, double x, double y,
                 double radius);

/* A filled rectangle with its upper left corner at (x, y). */
void canvas_box(struct canvas *c, uint32_t colour, double x, double y, double w, double h);

/* The image in the rectangle; every pixel becomes a sharp-edged rectangle.  In the PNG it is
 * replicated a whole number of times where the rectangle allows it. */
void canvas_paint(struct canvas *c, const struct canvas_image *image, double x, double y,
                  double w, double h);

/* Lines that the text takes when wrapped to the width; each is handed to `line` where that is
 * not NULL.  Needs no canvas, cannot fail. */
size_t canvas_wrap(const struct canvas_pen *pen, double width, const char *text,
                   void (*line)(void *user, const char *text), void *user);

#endif
