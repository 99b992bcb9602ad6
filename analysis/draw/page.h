/* page - the layout around a figure: a title above, a caption below, margins.
 *
 * A page goes to an outlet: three files in a folder, or a callback that takes it as it is, body
 * and words apart.
 */
#ifndef ANALYSIS_DRAW_PAGE_H
#define ANALYSIS_DRAW_PAGE_H

#include "analysis/draw/canvas.h"

struct page {
    const char *title;
    const char *caption;  /* wrapped to the page's width */
    double width, height; /* of the body, points */
};

/* The colours of text and lines. */
enum { PAGE_INK = 0x1a1a1a, PAGE_SOFT = 0x5f5f5f, PAGE_GRID = 0xe4e4e4 };

/* Where pages go. */
struct page_outlet {
    const char *folder; /* used unless there is a taker */
    enum status (*take)(void *taker, const struct page *p, const char *name, canvas_draw *body,
                        const void *user);
    void *taker;
};

/* Hand the page to the taker; without one draw the body between title and caption, with the
 * origin at its upper left corner, and commit NAME.png, .svg and .pdf.  Local.  Fails as the
 * taker or canvas_save does. */
enum status page_save(const struct page *p, const struct page_outlet *to, const char *name,
                      canvas_draw *body, const void *user) MUST_USE;

/* Bytes that the three files of a page take at most while they are made: of a body of that size
 * with so many images (see canvas_save_bytes).  Cannot fail. */
size_t page_save_bytes(double width, double height, const struct canvas_image *image,
                       size_t count, double w);

#endif
