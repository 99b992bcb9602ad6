#include "analysis/report/report_figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of a file in the page; nearly all of an SVG stays as it is. */
static size_t bytes_of(const struct report_picture *p)
{
    return p->format == CANVAS_SVG ? p->file.size / 20 * 27 : p->file.size / 3 * 4 + 4;
}

static enum status render(struct report_picture *p, enum canvas_format format,
                          const struct page *page, canvas_draw *body, const void *user)
{
    p->format = format;
    return canvas_render(format, page->width, page->height, body, user, &p->file);
}

/* *p becomes the other picture where that is smaller; the one that is not kept is freed. */
static void keep_smaller(struct report_picture *p, struct report_picture *other)
{
    struct report_picture kept = *p;
    if (bytes_of(other) < bytes_of(p)) *p = *other, *other = kept;
    free(other->file.at);
}

/* The page that the figure hands over, body and words apart. */
static enum status take(void *taker, const struct page *p, const char *name, canvas_draw *body,
                        const void *user)
{
    struct report_figure *f = taker;
    struct report_picture svg;
    (void)name;
    TRY(render(&f->fine, CANVAS_PNG, p, body, user));
    TRY(render(&f->small, CANVAS_SMALL, p, body, user));
    TRY(render(&svg, CANVAS_SVG, p, body, user));
    keep_smaller(&f->fine, &svg);
    f->width = p->width, f->height = p->height;
    f->title = strdup(p->title), f->caption = strdup(p->caption);
    return f->title && f->caption ? ST_OK : FAIL(ST_NOMEM, "no memory for a caption");
}

static enum status say_why(struct report_figure *f, const char *why)
{
    f->why = strdup(why);
    return f->why ? ST_OK : FAIL(ST_NOMEM, "no memory for a line");
}

static enum status draw_one(struct report_figures *all, struct report_figure *f,
                            struct figure_drawing *d)
{
    const char *why = f->figure->missing(d->run);
    const struct page_outlet to = {.take = take, .taker = f};
    if (why) return say_why(f, why);
    d->to = &to, d->name = f->figure->name;
    enum status st = f->figure->draw(d);
    if (st == ST_OK) return ST_OK;
    failures_note(&all->failures, st, status_message());
    return say_why(f, status_message());
}

enum status report_figures_draw(struct report_figures *f, const struct run *r)
{
    enum status st = ST_OK;
    struct record record = {0};
    struct figure_drawing d = {.run = r, .seed = (uint32_t)r->job.seed, .record = &record};
    int count = 0;
    while (figure_at(count)) count++;
    *f = (struct report_figures){.figure = calloc((size_t)count + 1, sizeof *f->figure)};
    if (!f->figure) return FAIL(ST_NOMEM, "no memory for %d figures", count);
    for (; f->count < count; f->count++) {
        f->figure[f->count].figure = figure_at(f->count);
        TRY_DONE(draw_one(f, &f->figure[f->count], &d));
    }
done:
    record_free(&record);
    return st;
}

void report_figures_free(struct report_figures *f)
{
    for (int i = 0; f->figure && figure_at(i); i++) {
        free(f->figure[i].why);
        free(f->figure[i].title);
        free(f->figure[i].caption);
        free(f->figure[i].fine.file.at);
        free(f->figure[i].small.file.at);
    }
    free(f->figure);
    *f = (struct report_figures){0};
}

/* ---- fitting -------------------------------------------------------------------------- */

static const struct report_picture *picture_of(const struct report_figure *f)
{
    return f->use_small ? &f->small : &f->fine;
}

/* What taking the small picture saves. */
static size_t saving(const struct report_figure *f)
{
    size_t fine = bytes_of(&f->fine), small = bytes_of(&f->small);
    return f->why || f->use_small || small >= fine ? 0 : fine - small;
}

static size_t taken(const struct report_figure *f)
{
    return f->why ? 0 : bytes_of(picture_of(f));
}

/* The figure of which that measure is largest; NULL where it is 0 for all. */
static struct report_figure *largest(struct report_figures *f,
                                     size_t (*measure)(const struct report_figure *f))
{
    struct report_figure *found = NULL;
    for (int i = 0; i < f->count; i++)
        if (measure(&f->figure[i]) > (found ? measure(found) : 0)) found = &f->figure[i];
    return found;
}

static size_t taken_by_all(const struct report_figures *f)
{
    enum { AROUND = 2000 }; /* bytes of title, caption and tags */
    size_t sum = 0;
    for (int i = 0; i < f->count; i++)
        if (!f->figure[i].why) sum += taken(&f->figure[i]) + AROUND;
    return sum;
}

enum status report_figures_fit(struct report_figures *f, size_t bytes)
{
    while (taken_by_all(f) > bytes) {
        struct report_figure *next = largest(f, saving);
        if (next)
            next->use_small = 1;
        else if ((next = largest(f, taken)))
            TRY(say_why(next, "there is no memory for it in this file; `hourglass-analysis "
                              "figures` draws it"));
        else
            break;
    }
    return ST_OK;
}

/* ---- writing -------------------------------------------------------------------------- */

static void put_source(struct report_text *t, const struct report_picture *p)
{
    if (p->format == CANVAS_SVG) {
        report_text_add(t, "data:image/svg+xml,");
        report_text_percent(t, p->file.at, p->file.size);
    } else {
        report_text_add(t, "data:image/png;base64,");
        report_text_base64(t, p->file.at, p->file.size);
    }
}

/* The picture is shown at its own size, 4/3 pixels a point, where there is space for it. */
static void put_figure(struct report_text *t, const struct report_figure *f)
{
    report_text_add(t,
                    "<figure id=\"%s\">\n<div class=\"paper\"><img width=\"%.0f\" "
                    "height=\"%.0f\" alt=\"",
                    f->figure->name, f->width * 4 / 3, f->height * 4 / 3);
    report_text_escape(t, f->figure->help);
    report_text_add(t, "\" src=\"");
    put_source(t, picture_of(f));
    report_text_add(t, "\"></div>\n<figcaption>");
    report_text_element(t, "h3", f->title);
    report_text_element(t, "p", f->caption);
    report_text_add(t, "</figcaption>\n</figure>\n");
}

static void put_absent(struct report_text *t, const struct report_figures *f)
{
    int absent = 0;
    for (int i = 0; i < f->count; i++) {
        if (!f->figure[i].why) continue;
        if (!absent++)
            report_text_add(t, "<details class=\"absent\"><summary>Figures that are not here, "
                               "and why</summary>\n<ul>\n");
        report_text_add(t, "<li><b>%s</b>: ", f->figure[i].figure->name);
        report_text_escape(t, f->figure[i].why);
        report_text_add(t, "</li>\n");
    }
    if (absent) report_text_add(t, "</ul></details>\n");
}

void report_figures_write(struct report_text *t, const struct report_figures *f)
{
    report_text_add(t, "<section id=\"figures\" aria-labelledby=\"figures-title\">\n"
                       "<h2 id=\"figures-title\">Figures</h2>\n<div class=\"gallery\">\n");
    for (int i = 0; i < f->count; i++)
        if (!f->figure[i].why) put_figure(t, &f->figure[i]);
    report_text_add(t, "</div>\n");
    put_absent(t, f);
    report_text_add(t, "</section>\n");
}
