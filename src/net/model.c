#include "net/model.h"

#include "base/fmath.h"
#include "folded.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LAYERS = 256, ALIGN = 16 /* floats: 64 bytes */ };

static size_t aligned(size_t n)
{
    return (n + ALIGN - 1) / ALIGN * ALIGN;
}

static enum status parse_input(const char *text, struct shape *s)
{
    unsigned h, w, c;
    char rest;
    if (sscanf(text, "%5ux%5ux%5u%c", &h, &w, &c, &rest) != 3 || !h || !w || !c)
        return FAIL(ST_SETTING,
                    "model.input is '%s' but must be HEIGHTxWIDTHxCHANNELS, as "
                    "28x28x1",
                    text);
    *s = (struct shape){h, w, c};
    return ST_OK;
}

/* dense, dense_1, dense_2, ...: Keras 3's names. */
static void name_layer(struct model *m, struct layer *l)
{
    int same = 0;
    for (int i = 0; i < m->count; i++) same += m->layers[i].kind == l->kind;
    if (same)
        snprintf(l->name, sizeof l->name, "%s_%d", l->kind->prefix, same);
    else
        snprintf(l->name, sizeof l->name, "%s", l->kind->prefix);
}

static void place_variables(struct model *m, struct layer *l)
{
    for (int i = 0; i < l->variables; i++) {
        struct variable *v = &l->variable[i];
        v->at = m->size;
        m->size += aligned(v->count);
        m->parameters += v->count;
    }
}

static enum status add_layer(struct model *m, const struct job *job, const char *section,
                             const char *line)
{
    if (m->count == MAX_LAYERS)
        return FAIL(ST_SETTING, "model.%s: more than %d layers", section, MAX_LAYERS);
    struct layer *l = &m->layers[m->count];
    struct shape in = m->count ? l[-1].out : m->input;
    enum status st = layer_parse(l, line, in, job->code);
    if (st != ST_OK) {
        char why[512];
        snprintf(why, sizeof why, "%s", status_message());
        return FAIL(st, "model.%s, layer %d (%s), which gets %zux%zux%zu: %s", section,
                    m->count + 1, line, in.h, in.w, in.c, why);
    }
    if (shape_size(in) > INT_MAX / 2 || shape_size(l->out) > INT_MAX / 2)
        return FAIL(ST_SHAPE, "model.%s, layer %d (%s): over 2^30 values a sample", section,
                    m->count + 1, line);
    l->index = m->count;
    name_layer(m, l);
    place_variables(m, l);
    if (l->variables == 0 && m->first_trained == m->count) m->first_trained++;
    m->batch_layers += l->sums > 0;
    m->count++;
    return ST_OK;
}

static enum status add_layers(struct model *m, const struct job *job, const char *section,
                              const char *lines)
{
    int before = m->count;
    while (*lines) {
        char line[256];
        lines += strspn(lines, " \t");
        size_t n = strcspn(lines, "\n");
        snprintf(line, sizeof line, "%.*s", (int)(n < sizeof line ? n : sizeof line - 1),
                 lines);
        if (n) TRY(add_layer(m, job, section, line));
        lines += n + (lines[n] == '\n');
    }
    if (m->count == before) return FAIL(ST_SETTING, "model.%s has no layers", section);
    return ST_OK;
}

static int is_kind(const struct layer *l, const char *word)
{
    return strcmp(l->kind->word, word) == 0;
}

static enum status check_code(const struct model *m, const struct job *job)
{
    int said = 0;
    for (int i = 0; i < m->count; i++) said += m->layers[i].says_code;
    if (job->code == 0 || said) return ST_OK;
    return FAIL(ST_SETTING,
                "model.code is %ld but no layer says `code`: write it in the place of a "
                "number, as in `dense code tanh`",
                job->code);
}

/* A convolution right behind an upsampling does both; the gradient of what maxpool has not
 * chosen is zero with and without f', so it multiplies the others alone. */
static void join_layers(struct model *m, int from, int to)
{
    for (int i = from + 1; i < to; i++) {
        struct layer *before = &m->layers[i - 1], *l = &m->layers[i];
        if (is_kind(before, "upsample") && is_kind(l, "conv"))
            before->view =
                folded_begin(l, before->out.h / before->in.h, before->out.w / before->in.w);
        if (is_kind(before, "conv") && is_kind(l, "maxpool"))
            l->slope = before->slope, before->slope = ACTIVATION_LINEAR;
    }
}

/* Cross-entropy is computed from logits, so the last sigmoid moves into the loss. */
static enum status give_sigmoid_to_loss(struct model *m, const struct job *job)
{
    struct layer *last = &m->layers[m->count - 1];
    if (strncmp(job->loss, "bce", 3) != 0) return ST_OK;
    if (last->activation != ACTIVATION_SIGMOID)
        return FAIL(ST_SETTING,
                    "training.loss = %s wants a decoder whose last layer ends in sigmoid",
                    job->loss);
    last->activation = last->slope = ACTIVATION_LINEAR;
    m->logits = 1;
    return ST_OK;
}

static enum status check_ends(const struct model *m)
{
    const struct layer *last = &m->layers[m->count - 1];
    for (int i = 0; i < m->count; i++)
        if (is_kind(&m->layers[i], "sampling") && i != m->split - 1)
            return FAIL(ST_SHAPE,
                        "layer %d (%s): sampling can only be the last layer of the "
                        "encoder",
                        i + 1, m->layers[i].name);
    for (int i = m->split; i < m->count; i++)
        if (m->layers[i].always)
            return FAIL(ST_SETTING,
                        "layer %d (%s): `always` is for the encoder; a code decodes "
                        "to one image",
                        i + 1, m->layers[i].name);
    if (shape_size(last->out) != shape_size(m->input))
        return FAIL(ST_SHAPE,
                    "model.decoder ends in %zux%zux%zu = %zu values but the input has "
                    "%zux%zux%zu = %zu: they must be equal",
                    last->out.h, last->out.w, last->out.c, shape_size(last->out), m->input.h,
                    m->input.w, m->input.c, shape_size(m->input));
    return ST_OK;
}

/* Floats; at least one line of the cache. */
static size_t largest_room(const struct model *m)
{
    size_t most = 1;
    for (int i = 0; i < m->count; i++)
        if (m->layers[i].room > most) most = m->layers[i].room;
    return aligned(most);
}

static enum status build(struct model *m, const struct job *job)
{
    m->layers = calloc(MAX_LAYERS, sizeof *m->layers);
    if (!m->layers) return FAIL(ST_NOMEM, "no memory for the model");
    TRY(parse_input(job->input, &m->input));
    TRY(add_layers(m, job, "encoder", job->encoder));
    m->split = m->count;
    m->code = m->layers[m->split - 1].out;
    TRY(add_layers(m, job, "decoder", job->decoder));
    TRY(check_ends(m));
    TRY(check_code(m, job));
    TRY(give_sigmoid_to_loss(m, job));
    join_layers(m, 0, m->split);
    join_layers(m, m->split, m->count);
    m->variational = is_kind(&m->layers[m->split - 1], "sampling");
    m->denoising = m->layers[0].kind->corrupts;
    m->size = m->size ? m->size : ALIGN;
    m->w = aligned_alloc(64, m->size * sizeof *m->w);
    m->room = aligned_alloc(64, largest_room(m) * sizeof *m->room);
    if (!m->w || !m->room) return FAIL(ST_NOMEM, "no memory for %zu parameters", m->parameters);
    memset(m->w, 0, m->size * sizeof *m->w);
    return ST_OK;
}

enum status model_new(struct model **out, const struct job *job)
{
    struct model *m = calloc(1, sizeof *m);
    if (!m) return FAIL(ST_NOMEM, "no memory for the model");
    enum status st = build(m, job);
    if (st == ST_OK) *out = m, m = NULL; /* it is the caller's now */
    model_free(m);
    return st;
}

void model_free(struct model *m)
{
    if (!m) return;
    free(m->layers);
    free(m->w);
    free(m->room);
    free(m);
}

size_t model_bytes(const struct model *m)
{
    return (m->size + largest_room(m)) * sizeof(float);
}

void model_sums(const struct model *m, struct pass *p, struct context *c, int i, const float *x)
{
    const struct layer *l = &m->layers[i];
    l->kind->sums(l, c, x, p->sums[i]);
}

const float *model_forward(const struct model *m, struct pass *p, struct context *c, int from,
                           int to, const float *x)
{
    for (int i = from; i < to; i++) {
        const struct layer *l = &m->layers[i];
        c->sums = p->sums[i], c->room = m->room;
        if (l->sums && c->training && !(c->shared && i == from)) model_sums(m, p, c, i, x);
        if (!l->view)
            l->kind->forward(l, c, m->w, x, p->y[i], p->scratch[i]);
        else if (x != p->y[i]) /* the first layer of all, or codes to be decoded */
            memcpy(p->y[i], x, c->rows * shape_size(l->in) * sizeof *x);
        x = p->y[i];
    }
    return x;
}

void model_gradient_sums(const struct model *m, struct pass *p, struct context *c, int i,
                         const float *x, float *dw)
{
    const struct layer *l = &m->layers[i];
    c->sums = p->sums[i];
    l->kind->gradient_sums(l, c, m->w, x, p->y[i], p->dy[i], dw, p->dsums[i]);
}

void model_layer_backward(const struct model *m, struct pass *p, struct context *c, int i,
                          const float *x, float *dw)
{
    const struct layer *l = &m->layers[i];
    float *dx = i > m->first_trained ? p->dy[i - 1] : NULL;
    c->sums = p->sums[i], c->dsums = p->dsums[i], c->room = m->room;
    if (l->view) return; /* dx is dy */
    l->kind->backward(l, c, m->w, x, p->y[i], p->dy[i], dx, dw, p->scratch[i]);
}

void model_layer_gradient(const struct model *m, struct pass *p, const struct context *c, int i,
                          const float *x, struct part part, float *dw)
{
    const struct layer *l = &m->layers[i];
    l->kind->gradient(l, c, x, p->dy[i], p->scratch[i], part, dw);
}

/* All parts of the gradients of layer i. */
static void all_parts(const struct model *m, struct pass *p, const struct context *c, int i,
                      const float *x, float *dw)
{
    const struct layer *l = &m->layers[i];
    struct part part;
    for (int k = 0; (part = l->kind->part(l, k)).count; k++)
        model_layer_gradient(m, p, c, i, x, part, dw + part.first);
}

void model_backward(const struct model *m, struct pass *p, const struct context *c, int from,
                    int to, const float *x, float *dw)
{
    struct context own = *c;
    for (int i = to - 1; i >= from && i >= m->first_trained; i--) {
        const struct layer *l = &m->layers[i];
        const float *in = i == 0 ? x : p->y[i - 1];
        float *layer_dw = l->variables ? dw + l->variable[0].at : NULL;
        if (l->sums) model_gradient_sums(m, p, &own, i, in, layer_dw);
        model_layer_backward(m, p, &own, i, in, l->sums ? NULL : layer_dw);
        if (l->kind->gradient) all_parts(m, p, &own, i, in, layer_dw);
    }
}

void model_image(const struct model *m, const float *y, float *image, size_t rows)
{
    size_t n = rows * shape_size(m->input);
    if (!m->logits)
        memcpy(image, y, n * sizeof *image);
    else
        for (size_t i = 0; i < n; i++) image[i] = fm_sigmoid(y[i]);
}

void model_encode(const struct model *m, struct pass *p, struct context *c, const float *x,
                  float *codes, float *log_variance)
{
    size_t n = c->rows * shape_size(m->code);
    c->sample = 0;
    const float *code = model_forward(m, p, c, 0, m->split, x);
    memcpy(codes, code, n * sizeof *codes);
    if (log_variance) memcpy(log_variance, p->scratch[m->split - 1] + n, n * sizeof *codes);
}

void model_decode(const struct model *m, struct pass *p, const float *codes, float *image,
                  size_t rows)
{
    struct context c = {.rows = rows};
    model_image(m, model_forward(m, p, &c, m->split, m->count, codes), image, rows);
}

static size_t print_layers(const struct model *m, int from, int to,
                           void (*line)(const char *format, ...))
{
    size_t sum = 0;
    for (int i = from; i < to; i++) {
        const struct layer *l = &m->layers[i];
        char shape[64];
        size_t own = 0;
        for (int v = 0; v < l->variables; v++) own += l->variable[v].count;
        if (l->out.h == 1 && l->out.w == 1)
            snprintf(shape, sizeof shape, "%zu", l->out.c);
        else
            snprintf(shape, sizeof shape, "%zux%zux%zu", l->out.h, l->out.w, l->out.c);
        int logits = m->logits && i == m->count - 1;
        line("    %-18s %-12s %-10s %10zu", l->name, shape,
             logits ? "sigmoid" : activation_name(l->activation), own);
        sum += own;
    }
    return sum;
}

void model_print(const struct model *m, void (*line)(const char *format, ...))
{
    line("    %-18s %-12s %-10s %10s", "layer", "output", "activation", "parameters");
    size_t encoder = print_layers(m, 0, m->split, line);
    size_t decoder = print_layers(m, m->split, m->count, line);
    line("    encoder %zu + decoder %zu = %zu parameters", encoder, decoder, encoder + decoder);
}
