/* drawn - looking at what a figure has drawn of a made run. */
#ifndef TESTS_ANALYSIS_DRAWN_H
#define TESTS_ANALYSIS_DRAWN_H

#include "analysis/figures/figure.h"

#include "made_run.h"

#include <cairo.h>

static inline char *bytes_of(const char *folder, const char *name, size_t *n)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    fseek(f, 0, SEEK_END);
    *n = (size_t)ftell(f);
    rewind(f);
    char *bytes = malloc(*n + 1);
    assert_int_equal(fread(bytes, 1, *n, f), *n);
    fclose(f);
    return bytes;
}

static inline cairo_surface_t *open_png(const char *folder, const char *name)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s.png", folder, name);
    cairo_surface_t *s = cairo_image_surface_create_from_png(path);
    assert_int_equal(cairo_surface_status(s), CAIRO_STATUS_SUCCESS);
    return s;
}

/* The grey of a pixel; it is grey. */
static inline int grey_at(cairo_surface_t *s, size_t x, size_t y)
{
    const unsigned char *data = cairo_image_surface_get_data(s);
    const unsigned char *p = data + y * (size_t)cairo_image_surface_get_stride(s) + 4 * x;
    assert_true(p[0] == p[1] && p[1] == p[2]);
    return p[0];
}

/* The grey of one image pixel, shown as a square of `side` pixels, all of them equal. */
static inline int block_at(cairo_surface_t *s, size_t x, size_t y, size_t side)
{
    int grey = grey_at(s, x, y);
    for (size_t i = 0; i < side; i++)
        for (size_t j = 0; j < side; j++) assert_int_equal(grey_at(s, x + j, y + i), grey);
    return grey;
}

static inline const struct array *array_of(const struct record *r, const char *name)
{
    for (int i = 0; i < r->count; i++)
        if (strcmp(r->arrays[i].name, name) == 0) return &r->arrays[i];
    fail_msg("no array is called %s", name);
    return NULL;
}

/* What a figure records, drawn with seed 7. */
struct drawn {
    struct made_run made;
    struct run run;
    struct record record;
};

static inline void drawn_new(struct drawn *d, const char *name)
{
    made_new(&d->made);
    assert_ok(run_open(&d->run, d->made.folder));
    const struct page_outlet to = {.folder = d->made.folder};
    struct figure_drawing drawing = {
        .run = &d->run, .to = &to, .name = name, .seed = 7, .record = &d->record};
    assert_ok(figure_find(name)->draw(&drawing));
}

static inline void drawn_free(struct drawn *d)
{
    record_free(&d->record);
    run_free(&d->run);
    made_free(&d->made);
}

#endif
