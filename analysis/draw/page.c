#include "analysis/draw/page.h"

enum { MARGIN = 24, HEAD = 24, LEADING = 11, CAPTION_GAP = 20 };

static const struct canvas_pen title_pen = {.colour = PAGE_INK, .size = 12, .bold = 1};
static const struct canvas_pen caption_pen = {.colour = PAGE_SOFT, .size = 7.5};

/* A page with the callback that fills it. */
struct filled {
    const struct page *page;
    canvas_draw *body;
    const void *user;
};

struct cursor {
    struct canvas *canvas;
    double y;
};

static void caption_line(void *user, const char *text)
{
    struct cursor *at = user;
    canvas_text(at->canvas, &caption_pen, 0, at->y, text);
    at->y += LEADING;
}

static void draw_filled(struct canvas *c, const void *user)
{
    const struct filled *s = user;
    const struct page *p = s->page;
    canvas_text(c, &title_pen, MARGIN, MARGIN + 10, p->title);
    canvas_move(c, MARGIN, MARGIN + HEAD);
    s->body(c, s->user);
    struct cursor at = {c, p->height + CAPTION_GAP};
    canvas_wrap(&caption_pen, p->width, p->caption, caption_line, &at);
}

enum status page_save(const struct page *p, const struct page_outlet *to, const char *name,
                      canvas_draw *body, const void *user)
{
    if (to->take) return to->take(to->taker, p, name, body, user);
    size_t lines = canvas_wrap(&caption_pen, p->width, p->caption, NULL, NULL);
    double foot = CAPTION_GAP + LEADING * ((double)lines - 1) + MARGIN - 4;
    struct filled s = {p, body, user};
    return canvas_save(to->folder, name, p->width + 2 * MARGIN,
                       MARGIN + HEAD + p->height + (lines ? foot : MARGIN), draw_filled, &s);
}

/* A caption of four lines. */
size_t page_save_bytes(double width, double height, const struct canvas_image *image,
                       size_t count, double w)
{
    double foot = CAPTION_GAP + 3 * LEADING + MARGIN;
    return canvas_save_bytes(width + 2 * MARGIN, MARGIN + HEAD + height + foot, image, count,
                             w);
}
