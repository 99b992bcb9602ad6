#include "net/model.h"

#include "fuse.h"
#include "net/loss.h"

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
    m->batch_layers += l->statistics > 0;
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

/* Cross-entropy is computed from logits, so the last sigmoid moves into the loss. */
static enum status give_sigmoid_to_loss(struct model *m, const struct job *job)
{
    struct layer *last = &m->layers[m->count - 1];
    if (!loss_wants_logits(loss_find(job->loss))) return ST_OK;
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
        if (m->layers[i].kind->log_variance && i != m->split - 1)
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
static size_t largest_workspace(const struct model *m)
{
    size_t most = 1;
    for (int i = 0; i < m->count; i++)
        if (m->layers[i].workspace > most) most = m->layers[i].workspace;
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
    fuse_layers(m->layers, m->split);
    fuse_layers(m->layers + m->split, m->count - m->split);
    m->variational = m->layers[m->split - 1].kind->log_variance != NULL;
    m->denoising = m->layers[0].kind->corrupts;
    m->size = m->size ? m->size : ALIGN;
    m->w = aligned_alloc(64, m->size * sizeof *m->w);
    m->workspace = aligned_alloc(64, largest_workspace(m) * sizeof *m->workspace);
    if (!m->w || !m->workspace)
        return FAIL(ST_NOMEM, "no memory for %zu parameters", m->parameters);
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
    free(m->workspace);
    free(m);
}

size_t model_bytes(const struct model *m)
{
    return (m->size + largest_workspace(m)) * sizeof(float);
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
