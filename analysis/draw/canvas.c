#include "analysis/draw/canvas.h"

#include "analysis/draw/svg_ids.h"
#include "base/memory.h"
#include "store/commit.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <cairo.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct canvas {
    cairo_t *cr;
    const struct kind *kind;
};

/* One kind of file: how its surface is made, and what is left to do after drawing. */
struct kind {
    const char *ending;
    int pixels; /* a point; 0: it has shapes, not pixels */
    cairo_surface_t *(*open)(struct canvas_bytes *b, double width, double height);
    cairo_status_t (*close)(cairo_surface_t *s, struct canvas_bytes *b);
};

static cairo_status_t append(void *user, const unsigned char *data, unsigned n)
{
    struct canvas_bytes *b = user;
    if (b->capacity - b->size < n) {
        size_t capacity = 2 * b->capacity + n + 4096;
        unsigned char *at = realloc(b->at, capacity);
        if (!at) return CAIRO_STATUS_NO_MEMORY;
        b->at = at, b->capacity = capacity;
    }
    memcpy(b->at + b->size, data, n);
    b->size += n;
    return CAIRO_STATUS_SUCCESS;
}

static void set_colour(cairo_t *cr, uint32_t colour)
{
    cairo_set_source_rgb(cr, (colour >> 16) / 255.0, (colour >> 8 & 255) / 255.0,
                         (colour & 255) / 255.0);
}

/* Letters are placed alike in all three files: no hinting. */
static void set_font(cairo_t *cr, const struct canvas_pen *pen)
{
    cairo_font_options_t *o = cairo_font_options_create();
    cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(o, CAIRO_ANTIALIAS_GRAY);
    cairo_set_font_options(cr, o);
    cairo_font_options_destroy(o);
    cairo_select_font_face(cr, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                           pen->bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cr, pen->size);
}

static void set_line(cairo_t *cr, const struct canvas_pen *pen)
{
    set_colour(cr, pen->colour);
    cairo_set_line_width(cr, pen->width);
    cairo_set_dash(cr, &pen->dash, pen->dash > 0, 0);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
}

static double text_width(cairo_t *cr, const struct canvas_pen *pen, const char *text)
{
    cairo_text_extents_t e;
    set_font(cr, pen);
    cairo_text_extents(cr, text, &e);
    return e.x_advance;
}

void canvas_move(struct canvas *c, double dx, double dy)
{
    cairo_translate(c->cr, dx, dy);
}

double canvas_text_width(struct canvas *c, const struct canvas_pen *pen, const char *text)
{
    return text_width(c->cr, pen, text);
}

void canvas_text(struct canvas *c, const struct canvas_pen *pen, double x, double y,
                 const char *text)
{
    double width = text_width(c->cr, pen, text);
    set_colour(c->cr, pen->colour);
    cairo_move_to(c->cr, x - width * (double)pen->align / 2, y);
    cairo_show_text(c->cr, text);
    cairo_new_path(c->cr);
}

void canvas_text_up(struct canvas *c, const struct canvas_pen *pen, double x, double y,
                    const char *text)
{
    cairo_save(c->cr);
    cairo_translate(c->cr, x, y);
    cairo_rotate(c->cr, -acos(-1) / 2);
    canvas_text(c, pen, 0, 0, text);
    cairo_restore(c->cr);
}

void canvas_lines(struct canvas *c, const struct canvas_pen *pen, const double *xy, size_t n)
{
    int down = 0;
    set_line(c->cr, pen);
    for (size_t i = 0; i < n; i++) {
        double x = xy[2 * i], y = xy[2 * i + 1];
        int there = isfinite(x) && isfinite(y);
        if (there && down) cairo_line_to(c->cr, x, y);
        if (there && !down) cairo_move_to(c->cr, x, y);
        down = there;
    }
    cairo_stroke(c->cr);
}

void canvas_line(struct canvas *c, const struct canvas_pen *pen, double x1, double y1,
                 double x2, double y2)
{
    const double xy[4] = {x1, y1, x2, y2};
    canvas_lines(c, pen, xy, 2);
}

/* A line of no length with round ends: the shortest way to say a dot in SVG and PDF. */
void canvas_dot(struct canvas *c, uint32_t colour, double x, double y, double radius)
{
    if (!isfinite(x) || !isfinite(y)) return;
    set_line(c->cr, &(struct canvas_pen){.colour = colour, .width = 2 * radius});
    cairo_set_line_cap(c->cr, CAIRO_LINE_CAP_ROUND);
    cairo_move_to(c->cr, x, y);
    cairo_line_to(c->cr, x, y);
    cairo_stroke(c->cr);
    cairo_set_line_cap(c->cr, CAIRO_LINE_CAP_BUTT);
}

/* Corners [CORNERS, 2] on the unit circle's scale, y downward. */
enum { CORNERS = 12 };
static const struct {
    int corners;
    double xy[CORNERS][2];
} markers[CANVAS_SHAPES] = {
    [CANVAS_SQUARE] = {4, {{-0.89, -0.89}, {0.89, -0.89}, {0.89, 0.89}, {-0.89, 0.89}}},
    [CANVAS_TRIANGLE] = {3, {{0, -1.4}, {1.25, 0.85}, {-1.25, 0.85}}},
    [CANVAS_DIAMOND] = {4, {{0, -1.4}, {1.15, 0}, {0, 1.4}, {-1.15, 0}}},
    [CANVAS_CROSS] = {12,
                      {{-0.4, -1.3},
                       {0.4, -1.3},
                       {0.4, -0.4},
                       {1.3, -0.4},
                       {1.3, 0.4},
                       {0.4, 0.4},
                       {0.4, 1.3},
                       {-0.4, 1.3},
                       {-0.4, 0.4},
                       {-1.3, 0.4},
                       {-1.3, -0.4},
                       {-0.4, -0.4}}},
};

void canvas_mark(struct canvas *c, enum canvas_shape shape, uint32_t colour, double x, double y,
                 double radius)
{
    if (shape == CANVAS_DISC) {
        canvas_dot(c, colour, x, y, radius);
        return;
    }
    if (!isfinite(x) || !isfinite(y)) return;
    set_colour(c->cr, colour);
    for (int i = 0; i < markers[shape].corners; i++)
        cairo_line_to(c->cr, x + radius * markers[shape].xy[i][0],
                      y + radius * markers[shape].xy[i][1]);
    cairo_close_path(c->cr);
    cairo_fill(c->cr);
}

void canvas_box(struct canvas *c, uint32_t colour, double x, double y, double w, double h)
{
    set_colour(c->cr, colour);
    cairo_rectangle(c->cr, x, y, w, h);
    cairo_fill(c->cr);
}

/* How often a pixel is repeated.  The PNG repeats as the rectangle wants; viewers of SVG and
 * PDF smooth what they enlarge, so there a pixel is 8 x 8, less in a large image. */
static size_t repeats(const struct kind *kind, size_t columns, double w)
{
    double want = kind->pixels ? w * kind->pixels / (double)columns : 8;
    double most = 3000.0 / (double)columns;
    double r = round(want < most || kind->pixels ? want : most);
    return r < 1 ? 1 : (size_t)r;
}

static uint32_t pixel_at(const struct canvas_image *m, size_t row, size_t column)
{
    const uint8_t *b = m->bytes + (row * m->columns + column) * m->channels;
    uint32_t red = b[0], green = m->channels == 3 ? b[1] : red;
    return red << 16 | green << 8 | (m->channels == 3 ? b[2] : red);
}

static cairo_surface_t *enlarged(const struct canvas_image *m, size_t times)
{
    int columns = (int)(m->columns * times), rows = (int)(m->rows * times);
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, columns, rows);
    if (cairo_surface_status(s) != CAIRO_STATUS_SUCCESS) return s;
    size_t stride = (size_t)cairo_image_surface_get_stride(s);
    unsigned char *data = cairo_image_surface_get_data(s);
    for (size_t i = 0; i < m->rows * times; i++)
        for (size_t j = 0; j < m->columns * times; j++) {
            uint32_t pixel = pixel_at(m, i / times, j / times);
            memcpy(data + i * stride + 4 * j, &pixel, sizeof pixel);
        }
    cairo_surface_mark_dirty(s);
    return s;
}

void canvas_paint(struct canvas *c, const struct canvas_image *image, double x, double y,
                  double w, double h)
{
    size_t times = repeats(c->kind, image->columns, w);
    cairo_surface_t *s = enlarged(image, times);
    cairo_save(c->cr);
    cairo_translate(c->cr, x, y);
    cairo_scale(c->cr, w / (double)(image->columns * times), h / (double)(image->rows * times));
    cairo_set_source_surface(c->cr, s, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(c->cr), CAIRO_FILTER_NEAREST);
    cairo_rectangle(c->cr, 0, 0, (double)(image->columns * times),
                    (double)(image->rows * times));
    cairo_fill(c->cr);
    cairo_restore(c->cr);
    cairo_surface_destroy(s);
}

/* ---- wrapping ------------------------------------------------------------------------- */

enum { LINE_MAX_BYTES = 512 };

/* Bytes of the longest beginning of text, ending before a space, that fits; one word at
 * least. */
static size_t fitting(cairo_t *cr, const struct canvas_pen *pen, double width, const char *text)
{
    char line[LINE_MAX_BYTES];
    size_t fits = strcspn(text, " ");
    for (size_t end = fits; end < sizeof line; end += strcspn(text + end, " ")) {
        snprintf(line, sizeof line, "%.*s", (int)end, text);
        if (text_width(cr, pen, line) > width) break;
        fits = end;
        if (text[end] == '\0') break;
        end++;
    }
    return fits < sizeof line ? fits : sizeof line - 1;
}

size_t canvas_wrap(const struct canvas_pen *pen, double width, const char *text,
                   void (*line)(void *user, const char *text), void *user)
{
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
    cairo_t *cr = cairo_create(s);
    char buffer[LINE_MAX_BYTES];
    size_t lines = 0;
    while (*(text += strspn(text, " "))) {
        size_t n = fitting(cr, pen, width, text);
        snprintf(buffer, sizeof buffer, "%.*s", (int)n, text);
        if (line) line(user, buffer);
        text += n, lines++;
    }
    cairo_destroy(cr);
    cairo_surface_destroy(s);
    return lines;
}

/* ---- files ---------------------------------------------------------------------------- */

static cairo_surface_t *open_pixels(struct canvas_bytes *b, double width, double height,
                                    int pixels)
{
    (void)b;
    cairo_surface_t *s = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, (int)ceil(width * pixels), (int)ceil(height * pixels));
    cairo_surface_set_device_scale(s, pixels, pixels);
    return s;
}

static cairo_surface_t *open_png(struct canvas_bytes *b, double width, double height)
{
    return open_pixels(b, width, height, CANVAS_PIXELS);
}

static cairo_status_t close_png(cairo_surface_t *s, struct canvas_bytes *b)
{
    return cairo_surface_write_to_png_stream(s, append, b);
}

static cairo_surface_t *open_pdf(struct canvas_bytes *b, double width, double height)
{
    cairo_surface_t *s = cairo_pdf_surface_create_for_stream(append, b, width, height);
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATOR, "hourglass-analysis");
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z");
    return s;
}

static cairo_surface_t *open_svg(struct canvas_bytes *b, double width, double height)
{
    return cairo_svg_surface_create_for_stream(append, b, width, height);
}

static cairo_status_t close_vector(cairo_surface_t *s, struct canvas_bytes *b)
{
    (void)b;
    cairo_surface_finish(s);
    return cairo_surface_status(s);
}

static cairo_status_t close_svg(cairo_surface_t *s, struct canvas_bytes *b)
{
    cairo_status_t cs = close_vector(s, b);
    if (cs != CAIRO_STATUS_SUCCESS) return cs;
    size_t size;
    char *text = svg_ids_renumber((const char *)b->at, b->size, &size);
    if (!text) return CAIRO_STATUS_NO_MEMORY;
    free(b->at);
    *b = (struct canvas_bytes){(unsigned char *)text, size, size};
    return cs;
}

static cairo_surface_t *open_small(struct canvas_bytes *b, double width, double height)
{
    return open_pixels(b, width, height, 1);
}

static const struct kind kinds[CANVAS_FORMATS] = {
    [CANVAS_PNG] = {"png", CANVAS_PIXELS, open_png, close_png},
    [CANVAS_SVG] = {"svg", 0, open_svg, close_svg},
    [CANVAS_PDF] = {"pdf", 0, open_pdf, close_vector},
    [CANVAS_SMALL] = {"png", 1, open_small, close_png},
};

static cairo_status_t draw_file(const struct kind *kind, struct canvas_bytes *b, double width,
                                double height, canvas_draw *draw, const void *user)
{
    cairo_surface_t *s = kind->open(b, width, height);
    struct canvas c = {cairo_create(s), kind};
    cairo_set_source_rgb(c.cr, 1, 1, 1);
    cairo_paint(c.cr);
    draw(&c, user);
    cairo_status_t cs = cairo_status(c.cr);
    cairo_destroy(c.cr);
    if (cs == CAIRO_STATUS_SUCCESS) cs = kind->close(s, b);
    cairo_surface_finish(s);
    cairo_surface_destroy(s);
    return cs;
}

enum status canvas_render(enum canvas_format format, double width, double height,
                          canvas_draw *draw, const void *user, struct canvas_bytes *out)
{
    *out = (struct canvas_bytes){0};
    cairo_status_t cs = draw_file(&kinds[format], out, width, height, draw, user);
    if (cs == CAIRO_STATUS_SUCCESS) return ST_OK;
    free(out->at);
    *out = (struct canvas_bytes){0};
    if (cs == CAIRO_STATUS_NO_MEMORY) return FAIL(ST_NOMEM, "no memory for a picture");
    return FAIL(ST_INTERNAL, "cannot draw: %s", cairo_status_to_string(cs));
}

/* The message of a failure, with the file's name before it. */
static enum status name_file(enum status st, const char *folder, const char *file)
{
    char why[STATUS_TEXT];
    snprintf(why, sizeof why, "%s", status_message());
    return FAIL(st, "%s/%s: %s", folder, file, why);
}

enum status canvas_save(const char *folder, const char *name, double width, double height,
                        canvas_draw *draw, const void *user)
{
    static const enum canvas_format formats[] = {CANVAS_PNG, CANVAS_SVG, CANVAS_PDF};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        char file[256];
        struct canvas_bytes b;
        snprintf(file, sizeof file, "%s.%s", name, kinds[formats[i]].ending);
        enum status st = canvas_render(formats[i], width, height, draw, user, &b);
        if (st != ST_OK) return name_file(st, folder, file);
        st = commit_bytes(folder, file, b.at, b.size);
        free(b.at);
        memory_trim();
        TRY(st);
    }
    return ST_OK;
}

/* ---- memory --------------------------------------------------------------------------- */

/* Pixels of an image as it is handed to cairo. */
static size_t pixels_of(const struct kind *kind, const struct canvas_image *m, double w)
{
    size_t times = repeats(kind, m->columns, w);
    return m->rows * times * m->columns * times;
}

/* The PNG's pixels and an image's, 4 bytes each. */
static size_t png_bytes(double width, double height, const struct canvas_image *m, double w)
{
    double pixels = ceil(width * CANVAS_PIXELS) * ceil(height * CANVAS_PIXELS);
    return 4 * ((size_t)pixels + pixels_of(&kinds[CANVAS_PNG], m, w));
}

/* Cairo holds all images to the end of the page, and a copy of the one that it writes. */
static size_t vector_bytes(const struct canvas_image *m, size_t count, double w)
{
    return 4 * (count + 1) * pixels_of(&kinds[CANVAS_SVG], m, w);
}

size_t canvas_save_bytes(double width, double height, const struct canvas_image *image,
                         size_t count, double w)
{
    size_t png = png_bytes(width, height, image, w), vector = vector_bytes(image, count, w);
    return png > vector ? png : vector;
}
