#include "analysis/draw/sheet.h"
#include "analysis/figures/figure.h"
#include "analysis/figures/needs.h"
#include "analysis/input/decoder.h"

#include <stdio.h>
#include <stdlib.h>

enum { SIDE = 25, CODE = 2 };
static const double edge = 3; /* the grid goes from -edge to edge */

/* linspace(-3, 3, 25) */
static double grid_at(size_t i)
{
    return -edge + 2 * edge * (double)i / (SIDE - 1);
}

/* codes[SIDE, SIDE, 2]: row i, column j holds (l1[i], l2[j]). */
static void make_codes(float *codes)
{
    for (size_t i = 0; i < SIDE; i++)
        for (size_t j = 0; j < SIDE; j++) {
            codes[(i * SIDE + j) * CODE] = (float)grid_at(i);
            codes[(i * SIDE + j) * CODE + 1] = (float)grid_at(j);
        }
}

/* The images over both codes, for viewers. */
static enum status keep_axes(const struct figure_drawing *d)
{
    double grid[SIDE];
    struct nexus_group g = {.name = "latent_manifold",
                            .title = "The plane of codes, decoded",
                            .signal = "images",
                            .axes = {"code_1", "code_2", ".", "."}};
    struct array a = {.type = ARRAY_DOUBLE, .rank = 1, .dims = {SIDE}, .data = grid};
    for (size_t i = 0; i < SIDE; i++) grid[i] = grid_at(i);
    a.name = "latent_manifold/code_1",
    a.attributes[0] = (struct text_attribute){"long_name", "code 1"};
    TRY(record_add(d->record, &a));
    a.name = "latent_manifold/code_2",
    a.attributes[0] = (struct text_attribute){"long_name", "code 2"};
    TRY(record_add(d->record, &a));
    if (d->run->model->input.c > 1) g.axes[4] = ".";
    return record_group(d->record, &g);
}

static enum status keep(const struct figure_drawing *d, const float *codes, float **images)
{
    struct shape s = d->run->model->input;
    TRY(record_add(d->record, &(struct array){.name = "latent_manifold/codes",
                                              .type = ARRAY_FLOAT,
                                              .rank = 3,
                                              .dims = {SIDE, SIDE, CODE},
                                              .labels = {"row", "column", "code"},
                                              .data = codes}));
    TRY(record_take_images(
        d->record,
        &(struct array){.name = "latent_manifold/images",
                        .type = ARRAY_FLOAT,
                        .rank = 5,
                        .dims = {SIDE, SIDE, s.h, s.w, s.c},
                        .labels = {"row", "column", "height", "width", "channel"}},
        images));
    return keep_axes(d);
}

/* Values of the codes at the edges, every fourth row and column. */
static void make_labels(char labels[SIDE][SHEET_LABEL])
{
    for (size_t i = 0; i < SIDE; i++) {
        double v = grid_at(i);
        labels[i][0] = '\0';
        if (i % 4 == 0)
            snprintf(labels[i], SHEET_LABEL, "%s%g", v < 0 ? "\u2212" : "", v < 0 ? -v : v);
    }
}

static struct sheet sheet_of(const struct run *r, const float *images,
                             char (*labels)[SHEET_LABEL])
{
    return (struct sheet){.rows = SIDE,
                          .columns = SIDE,
                          .image = r->model->input,
                          .values = images,
                          .tile = 21,
                          .side = 26,
                          .heads = labels,
                          .left = labels,
                          .top_title = "code 2",
                          .left_title = "code 1"};
}

static enum status draw(const struct figure_drawing *d, const float *images)
{
    char labels[SIDE][SHEET_LABEL], caption[512];
    struct sheet s = sheet_of(d->run, images, labels);
    make_labels(labels);
    snprintf(caption, sizeof caption,
             "The decoder's image at %d x %d points of the plane of codes, evenly spaced from "
             "\u2212%g to %g on both axes: code 1 grows downward, code 2 to the right. Run %s, "
             "%s%s%s.",
             SIDE, SIDE, edge, edge, d->run->job.name, d->run->data_name,
             *d->run->epoch ? ", epoch " : "", d->run->epoch);
    return sheet_save(&s, d->to, d->name, "The plane of codes, decoded", caption);
}

static const char *missing(const struct run *r)
{
    if (needs_prior(r)) return needs_prior(r);
    return shape_size(r->model->code) == CODE ? NULL : "the code does not have two dimensions";
}

static enum status make(const struct figure_drawing *d)
{
    enum status st = ST_OK;
    size_t count = SIDE * SIDE;
    float *codes = calloc(count * CODE, sizeof *codes);
    float *images = calloc(count * shape_size(d->run->model->input), sizeof *images);
    if (!codes || !images) {
        st = FAIL(ST_NOMEM, "no memory for %zu images", count);
        goto done;
    }
    make_codes(codes);
    TRY_DONE(decoder_run(d->run, NULL, codes, count, images));
    TRY_DONE(draw(d, images));
    st = keep(d, codes, &images);
done:
    free(codes);
    free(images);
    return st;
}

static struct figure_memory memory(const struct run *r)
{
    char labels[SIDE][SHEET_LABEL];
    struct sheet s = sheet_of(r, NULL, labels);
    return figure_decoded_memory(r, &s);
}

const struct figure figure_latent_manifold = {
    .name = "latent-manifold",
    .help = "25 x 25 decoded points of the plane of codes",
    .missing = missing,
    .draw = make,
    .memory = memory,
};
