#include "analysis/draw/sheet.h"
#include "analysis/figures/figure.h"
#include "analysis/figures/needs.h"
#include "analysis/input/thousands.h"
#include "analysis/numbers/knn.h"
#include "analysis/numbers/knn_score.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 10, NEAR = 9, COLUMNS = 1 + NEAR };

/* Some test images, each followed by those with the nearest codes. */
struct neighbours {
    size_t rows, columns;
    int64_t samples[ROWS][COLUMNS];  /* rows of the split */
    double distances[ROWS][COLUMNS]; /* between codes; 0 for the image itself */
    float *images;                   /* [rows, columns, h, w, c] */
};

static int has_label(const struct run *r, const struct neighbours *x, uint8_t label)
{
    for (size_t i = 0; i < x->rows; i++)
        if (r->labels[x->samples[i][0]] == label) return 1;
    return 0;
}

static int by_label(const void *a, const void *b, void *labels)
{
    const int64_t *p = a, *q = b;
    const uint8_t *of = labels;
    return of[*p] - of[*q];
}

/* The first image of each label, by label; without labels the first images. */
static void choose(const struct run *r, size_t rows, struct neighbours *x)
{
    for (size_t i = 0; i < rows && x->rows < ROWS; i++)
        if (!r->labels || !has_label(r, x, r->labels[i])) x->samples[x->rows++][0] = (int64_t)i;
    if (r->labels) qsort_r(x->samples, x->rows, sizeof x->samples[0], by_label, r->labels);
}

static void begin(const struct run *r, size_t rows, struct neighbours *x)
{
    *x = (struct neighbours){.columns = rows - 1 < NEAR ? rows : COLUMNS};
    choose(r, rows, x);
}

static void find_row(struct knn *k, struct neighbours *x, size_t row)
{
    struct knn_neighbour near[NEAR];
    knn_find(k, (size_t)x->samples[row][0], 1, x->columns - 1, near);
    for (size_t j = 1; j < x->columns; j++) {
        x->samples[row][j] = (int64_t)near[j - 1].row;
        x->distances[row][j] = sqrt(near[j - 1].distance);
    }
}

static enum status find(const struct run *r, size_t rows, struct neighbours *x)
{
    enum status st = ST_OK;
    struct knn k = {0};
    float *codes = calloc(rows * r->results.code, sizeof *codes);
    if (!codes) return FAIL(ST_NOMEM, "no memory for %zu codes", rows);
    TRY_DONE(run_read(r, RESULTS_CODES, 0, rows, codes));
    TRY_DONE(knn_new(&k, codes, rows, r->results.code));
    for (size_t i = 0; i < x->rows; i++) find_row(&k, x, i);
done:
    knn_free(&k);
    free(codes);
    return st;
}

static enum status read_images(const struct run *r, struct neighbours *x)
{
    size_t n = shape_size(r->results.image);
    x->images = calloc(x->rows * x->columns * n, sizeof *x->images);
    if (!x->images) return FAIL(ST_NOMEM, "no memory for %zu images", x->rows * x->columns);
    for (size_t i = 0; i < x->rows; i++)
        for (size_t j = 0; j < x->columns; j++)
            TRY(run_samples(r, (size_t)x->samples[i][j], 1,
                            x->images + (i * x->columns + j) * n));
    return ST_OK;
}

/* The images over row and place, for viewers. */
static enum status keep_axes(const struct figure_drawing *d, const struct neighbours *x)
{
    struct nexus_group g = {.name = "nearest_neighbours",
                            .title = "Nearest neighbours among the codes",
                            .signal = "images",
                            .axes = {"row", "place", ".", "."}};
    TRY(record_counts(d->record, "nearest_neighbours/row", x->rows));
    TRY(record_counts(d->record, "nearest_neighbours/place", x->columns));
    if (d->run->results.image.c > 1) g.axes[4] = ".";
    return record_group(d->record, &g);
}

static enum status keep(const struct figure_drawing *d, struct neighbours *x)
{
    struct shape s = d->run->results.image;
    int64_t samples[ROWS * COLUMNS];
    double distances[ROWS * COLUMNS];
    for (size_t i = 0; i < x->rows; i++) {
        memcpy(samples + i * x->columns, x->samples[i], x->columns * sizeof *samples);
        memcpy(distances + i * x->columns, x->distances[i], x->columns * sizeof *distances);
    }
    TRY(record_add(d->record, &(struct array){.name = "nearest_neighbours/samples",
                                              .type = ARRAY_INT64,
                                              .rank = 2,
                                              .dims = {x->rows, x->columns},
                                              .labels = {"row", "place"},
                                              .data = samples}));
    TRY(record_add(d->record, &(struct array){.name = "nearest_neighbours/distances",
                                              .type = ARRAY_DOUBLE,
                                              .rank = 2,
                                              .dims = {x->rows, x->columns},
                                              .labels = {"row", "place"},
                                              .data = distances}));
    TRY(record_take_images(
        d->record,
        &(struct array){.name = "nearest_neighbours/images",
                        .type = ARRAY_FLOAT,
                        .rank = 5,
                        .dims = {x->rows, x->columns, s.h, s.w, s.c},
                        .labels = {"row", "place", "height", "width", "channel"}},
        &x->images));
    return keep_axes(d, x);
}

/* Digits at the left, how many neighbours have the same at the right, a frame around those
 * that do not. */
static void compare(const struct run *r, const struct neighbours *x, uint8_t *framed,
                    char left[ROWS][SHEET_LABEL], char right[ROWS][SHEET_LABEL])
{
    for (size_t i = 0; i < x->rows; i++) {
        uint8_t own = r->labels[x->samples[i][0]];
        size_t same = 0;
        for (size_t j = 1; j < x->columns; j++) {
            int other = r->labels[x->samples[i][j]] != own;
            framed[i * x->columns + j] = (uint8_t)other;
            same += !other;
        }
        snprintf(left[i], SHEET_LABEL, "%d", own);
        snprintf(right[i], SHEET_LABEL, "%zu of %zu", same, x->columns - 1);
    }
}

static struct sheet sheet_of(const struct run *r, const struct neighbours *x)
{
    return (struct sheet){.rows = x->rows,
                          .columns = x->columns,
                          .image = r->results.image,
                          .values = x->images,
                          .tile = 42,
                          .gap = 3,
                          .lead = 5,
                          .side = 40};
}

static enum status draw(const struct figure_drawing *d, size_t rows, const struct neighbours *x)
{
    const struct run *r = d->run;
    char heads[COLUMNS][SHEET_LABEL] = {"test image", "nearest"};
    char left[ROWS][SHEET_LABEL], right[ROWS][SHEET_LABEL], about[256], caption[900];
    char first[64] = "The first", same[128] = "";
    uint8_t framed[ROWS * COLUMNS] = {0};
    struct sheet s = sheet_of(r, x);
    s.heads = heads;
    for (size_t j = 2; j < x->columns; j++) snprintf(heads[j], SHEET_LABEL, "%zu", j);
    if (r->labels) {
        compare(r, x, framed, left, right);
        s.left = left, s.right = right, s.framed = framed;
        snprintf(first, sizeof first, "The first of each %s among the", run_label(r, 0));
        snprintf(
            same, sizeof same,
            " At the right how many of them show the same %s; the others have a red frame.",
            run_label(r, 0));
    }
    run_describe(r, about, sizeof about);
    snprintf(
        caption, sizeof caption,
        "%s test image%s and, nearest first, the %zu of the other %s whose codes are "
        "nearest (Euclidean distance%s).%s Pixels from 0 (black) to 1 (white). %s",
        first, r->labels || x->rows > 1 ? "s" : "", x->columns - 1, thousands_text(rows - 1),
        r->has_model.st == ST_OK && r->model->variational ? " of the means" : "", same, about);
    return sheet_save(&s, d->to, d->name, "Nearest neighbours among the codes", caption);
}

static const char *missing(const struct run *r)
{
    if (needs_images(r)) return needs_images(r);
    if (needs_codes(r)) return needs_codes(r);
    return knn_score_rows(r) > 1 ? NULL : "there are no two test images to compare";
}

static enum status make(const struct figure_drawing *d)
{
    enum status st = ST_OK;
    struct neighbours x;
    size_t rows = knn_score_rows(d->run);
    begin(d->run, rows, &x);
    TRY_DONE(find(d->run, rows, &x));
    TRY_DONE(read_images(d->run, &x));
    TRY_DONE(draw(d, rows, &x));
    st = keep(d, &x);
done:
    free(x.images);
    return st;
}

/* The search, or what it has found. */
static struct figure_memory memory(const struct run *r)
{
    struct neighbours x;
    begin(r, knn_score_rows(r), &x);
    struct sheet s = sheet_of(r, &x);
    size_t images = sheet_values_bytes(&s), sheet = images + sheet_save_bytes(&s);
    size_t search = knn_score_bytes(r);
    return (struct figure_memory){search > sheet ? search : sheet, images};
}

const struct figure figure_nearest_neighbours = {
    .name = "nearest-neighbours",
    .help = "test images and those with the nearest codes",
    .missing = missing,
    .draw = make,
    .memory = memory,
};
