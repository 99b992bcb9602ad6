#include "analysis/draw/page.h"
#include "analysis/figures/figure.h"
#include "analysis/figures/needs.h"
#include "analysis/input/thousands.h"
#include "analysis/numbers/parameters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Columns and rows of the table, points. */
enum { LINE = 16, HEAD = 20, NAME = 12, WORDS = 150, OUTPUT = 352, COUNT = 510, WIDTH = 510 };

static const struct canvas_pen head_pen = {.colour = PAGE_SOFT, .size = 8};
static const struct canvas_pen part_pen = {.colour = PAGE_INK, .size = 8.5, .bold = 1};
static const struct canvas_pen text_pen = {.colour = PAGE_INK, .size = 8.5};
static const struct canvas_pen rule_pen = {.colour = PAGE_INK, .width = 1};
static const struct canvas_pen thin_pen = {.colour = 0xc8c8c8, .width = 0.6};

/* Where the next row stands. */
struct table {
    struct canvas *canvas;
    const struct run *run;
    double y;
};

static void shape_text(struct shape s, char *text, size_t n)
{
    if (s.h == 1 && s.w == 1)
        snprintf(text, n, "%zu", s.c);
    else
        snprintf(text, n, "%zu \u00d7 %zu \u00d7 %zu", s.h, s.w, s.c);
}

/* The next layer's words in a list of the job file, without the spaces around them; lines
 * moves on. */
static void next_words(const char **lines, char *words, size_t n)
{
    const char *at = *lines + strspn(*lines, " \t\n");
    size_t length = strcspn(at, "\n");
    *lines = at + length;
    while (length > 0 && (at[length - 1] == ' ' || at[length - 1] == '\t')) length--;
    snprintf(words, n, "%.*s", (int)length, at);
}

static void draw_row(struct table *t, const struct canvas_pen *pen, const char *name,
                     const char *words, const char *output, const char *count)
{
    struct canvas_pen right = *pen;
    right.align = CANVAS_RIGHT;
    canvas_text(t->canvas, pen, pen->bold ? 0 : NAME, t->y, name);
    canvas_text(t->canvas, &text_pen, WORDS, t->y, words);
    canvas_text(t->canvas, pen, OUTPUT, t->y, output);
    canvas_text(t->canvas, &right, COUNT, t->y, count);
    t->y += LINE;
}

/* A rule between the last row and the next. */
static void draw_rule(struct table *t, const struct canvas_pen *pen)
{
    double y = t->y - LINE + 5;
    canvas_line(t->canvas, pen, 0, y, WIDTH, y);
    t->y += 4;
}

static void draw_layers(struct table *t, int from, int to, const char *lines)
{
    const struct model *m = t->run->model;
    char words[96], output[64];
    for (int i = from; i < to; i++) {
        const struct layer *l = &m->layers[i];
        size_t count = parameters_of(l);
        next_words(&lines, words, sizeof words);
        shape_text(l->out, output, sizeof output);
        draw_row(t, &text_pen, l->name, words, output,
                 count ? thousands_text(count) : "\u2013");
    }
}

static void draw_part(struct table *t, const char *name, int from, int to, const char *lines)
{
    size_t count = parameters_between(t->run->model, from, to);
    draw_row(t, &part_pen, name, "", "", thousands_text(count));
    draw_layers(t, from, to, lines);
    draw_rule(t, &thin_pen);
}

static void draw_head(struct table *t)
{
    struct canvas_pen right = head_pen;
    right.align = CANVAS_RIGHT;
    canvas_line(t->canvas, &rule_pen, 0, 0, WIDTH, 0);
    canvas_text(t->canvas, &head_pen, 0, 13, "layer");
    canvas_text(t->canvas, &head_pen, WORDS, 13, "as in the job file");
    canvas_text(t->canvas, &head_pen, OUTPUT, 13, "output");
    canvas_text(t->canvas, &right, COUNT, 13, "parameters");
    canvas_line(t->canvas, &thin_pen, 0, HEAD, WIDTH, HEAD);
    t->y = HEAD + LINE - 2;
}

static void draw_view(struct canvas *c, const void *user)
{
    const struct run *r = user;
    const struct model *m = r->model;
    struct table t = {c, r, 0};
    char shape[64];
    draw_head(&t);
    shape_text(m->input, shape, sizeof shape);
    draw_row(&t, &text_pen, "input", "", shape, "");
    draw_part(&t, "encoder", 0, m->split, r->job.encoder);
    draw_part(&t, "decoder", m->split, m->count, r->job.decoder);
    draw_row(&t, &part_pen, "whole", "", "",
             thousands_text(parameters_between(m, 0, m->count)));
    draw_rule(&t, &rule_pen);
}

/* Rows: the input, two parts, the whole, and each layer. */
static double table_height(const struct model *m)
{
    return HEAD + LINE * (4 + m->count) + 4 * 3 - 6;
}

/* output[layers, 3] and parameters[layers] */
static enum status keep_numbers(struct record *record, size_t layers, const int64_t *output,
                                const int64_t *parameters)
{
    TRY(record_add(record, &(struct array){.name = "model_summary/output",
                                           .type = ARRAY_INT64,
                                           .rank = 2,
                                           .dims = {layers, 3},
                                           .labels = {"layer", "dimension"},
                                           .data = output}));
    TRY(record_add(record, &(struct array){.name = "model_summary/parameters",
                                           .type = ARRAY_INT64,
                                           .rank = 1,
                                           .dims = {layers},
                                           .labels = {"layer"},
                                           .data = parameters}));
    TRY(record_counts(record, "model_summary/layer", layers));
    return record_group(record, &(struct nexus_group){.name = "model_summary",
                                                      .title = "Parameters of each layer",
                                                      .signal = "parameters",
                                                      .axes = {"layer"}});
}

static enum status keep(const struct figure_drawing *d)
{
    const struct model *m = d->run->model;
    size_t layers = (size_t)m->count;
    int64_t *numbers = calloc(4 * layers, sizeof *numbers);
    if (!numbers) return FAIL(ST_NOMEM, "no memory for %zu layers", layers);
    int64_t *parameters = numbers + 3 * layers;
    for (size_t i = 0; i < layers; i++) {
        const struct shape s = m->layers[i].out;
        const int64_t output[3] = {(int64_t)s.h, (int64_t)s.w, (int64_t)s.c};
        memcpy(numbers + 3 * i, output, sizeof output);
        parameters[i] = (int64_t)parameters_of(&m->layers[i]);
    }
    enum status st = keep_numbers(d->record, layers, numbers, parameters);
    free(numbers);
    return st;
}

static enum status make(const struct figure_drawing *d)
{
    const struct run *r = d->run;
    const struct model *m = r->model;
    char caption[640], fixed[96] = "";
    struct page page = {"The model, layer by layer", caption, WIDTH, table_height(m)};
    if (parameters_fixed(m) > 0)
        snprintf(fixed, sizeof fixed,
                 " %s of the parameters are running statistics, which no gradient moves.",
                 thousands_text(parameters_fixed(m)));
    snprintf(caption, sizeof caption,
             "Output shapes are height \u00d7 width \u00d7 channels of one sample; the code, "
             "where the encoder ends, holds %s number%s.%s%s Run %s.",
             thousands_text(shape_size(m->code)), shape_size(m->code) == 1 ? "" : "s",
             m->variational ? " The sampling layer gives a mean, a log-variance and a draw."
                            : "",
             fixed, r->job.name);
    TRY(keep(d));
    return page_save(&page, d->to, d->name, draw_view, r);
}

const struct figure figure_model_summary = {
    .name = "model-summary",
    .help = "layers, output shapes and parameters",
    .missing = needs_model,
    .draw = make,
};
