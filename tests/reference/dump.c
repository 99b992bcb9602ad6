/* dump - what hourglass computes for the first test images of a data set: training's forward
 * pass, its losses, and the gradient of their sum over the rows.  compare.py computes the same
 * from the checkpoint with PyTorch.
 *
 *   reference_dump CHECKPOINT DATA OUT.h5 [ROWS]
 *
 * `evaluation` is the last layer's output of the same inputs as `encode` computes it: means
 * instead of draws, batch norm by its moving averages.
 *
 * What is drawn at random is written as data: `inputs` is what leaves the noise and dropout at
 * the front, `eps` the standard normal numbers of a sampling layer. */
#include "net/loss.h"
#include "store/arrays.h"
#include "store/checkpoint_load.h"
#include "store/slabs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 16, NAME = 64, FIXED = 10 /* arrays beside the gradients */ };

struct dump {
    struct job job;
    struct model *m;
    struct pass *p;
    size_t rows;
    uint32_t *row;              /* [rows]: 0, 1, ... */
    float *x;                   /* [rows, input]: the true images */
    float *mean, *log_variance; /* [rows, code] */
    float *eps;                 /* [rows, code] */
    float *evaluation;          /* [rows, input] */
    float *dw;                  /* [m->size] */
    double loss, kl, l1, total; /* sums over the rows */
    int count;                  /* arrays */
    struct array *arrays;       /* [FIXED + variables] */
    char (*names)[NAME];        /* [FIXED + variables]: of the arrays */
};

static enum status load(struct dump *d, const char *checkpoint)
{
    struct settings s = job_settings(&d->job);
    TRY(settings_defaults(&s));
    TRY(checkpoint_load_job(checkpoint, &d->job));
    TRY(model_new(&d->m, &d->job));
    return checkpoint_load(checkpoint, d->m, NULL, NULL);
}

static enum status allocate(struct dump *d)
{
    const struct model *m = d->m;
    size_t codes = d->rows * shape_size(m->code);
    size_t most = FIXED + (size_t)m->count * LAYER_VARIABLES;
    TRY(pass_new(&d->p, m, d->rows, 1));
    d->row = calloc(d->rows, sizeof *d->row);
    d->x = calloc(d->rows * shape_size(m->input), sizeof *d->x);
    d->evaluation = calloc(d->rows * shape_size(m->input), sizeof *d->evaluation);
    d->mean = calloc(3 * codes, sizeof *d->mean);
    d->dw = calloc(m->size, sizeof *d->dw);
    d->arrays = calloc(most, sizeof *d->arrays);
    d->names = calloc(most, sizeof *d->names);
    if (!d->row || !d->x || !d->evaluation || !d->mean || !d->dw || !d->arrays || !d->names)
        return FAIL(ST_NOMEM, "no memory for %zu rows", d->rows);
    d->log_variance = d->mean + codes;
    d->eps = d->log_variance + codes;
    for (size_t i = 0; i < d->rows; i++) d->row[i] = (uint32_t)i;
    return ST_OK;
}

static void release(struct dump *d)
{
    model_free(d->m);
    pass_free(d->p);
    free(d->row);
    free(d->x);
    free(d->evaluation);
    free(d->mean);
    free(d->dw);
    free(d->arrays);
    free(d->names);
}

static enum status read_images(struct dump *d, const char *data)
{
    struct slabs s;
    enum status st;
    TRY_DONE(slabs_open(&s, data, d->job.test));
    if (!shape_equal(s.shape, d->m->input) || s.total < d->rows)
        TRY_DONE(FAIL(ST_SHAPE, "%s: the images have another shape or are under %zu", data,
                      d->rows));
    TRY_DONE(slabs_read(&s, 0, d->rows, d->x));
done:
    slabs_close(&s);
    return st;
}

static struct context context_of(const struct dump *d)
{
    return (struct context){
        .rows = d->rows,
        .row = d->row,
        .seed = (uint32_t)d->job.seed,
        .epoch = 1,
        .purpose = PURPOSE_TRAIN,
        .training = 1,
        .corrupt = 1,
        .sample = 1,
        .beta = (float)d->job.beta,
    };
}

/* Forward, the losses, backward. */
static void run(struct dump *d)
{
    const struct model *m = d->m;
    struct context c = context_of(d);
    float *dy = d->p->dy[m->count - 1];
    size_t codes = d->rows * shape_size(m->code);
    const float *y = model_forward(m, d->p, &c, 0, m->count, d->x);
    d->loss =
        loss_compare(loss_find(d->job.loss), y, d->x, d->rows, shape_size(m->input), dy).loss;
    d->kl = c.kl;
    memset(d->dw, 0xff, m->size * sizeof *d->dw); /* NaN: what is not written shows */
    model_backward(m, d->p, &c, m->split, m->count, d->x, d->dw);
    d->l1 = loss_l1(d->p->y[m->split - 1], codes, (float)d->job.l1, d->p->dcode);
    model_backward(m, d->p, &c, 0, m->split, d->x, d->dw);
    d->total = d->loss + d->job.beta * d->kl + d->job.l1 * d->l1;
}

/* z = mean + exp(log_variance / 2) eps, solved for eps; run has left z in the pass. */
static void recover_eps(struct dump *d, struct pass *other)
{
    struct context c = context_of(d);
    const float *z = d->p->y[d->m->split - 1];
    model_encode(d->m, other, &c, d->x, d->mean, d->log_variance);
    for (size_t i = 0; i < d->rows * shape_size(d->m->code); i++)
        d->eps[i] =
            (float)((double)(z[i] - d->mean[i]) / exp(0.5 * (double)d->log_variance[i]));
}

static void evaluate(struct dump *d, struct pass *other)
{
    struct context c = context_of(d);
    c.training = c.sample = 0;
    const float *y = model_forward(d->m, other, &c, 0, d->m->count, d->x);
    memcpy(d->evaluation, y, d->rows * shape_size(d->m->input) * sizeof *y);
}

/* What needs a pass of its own, so that the first one stays as it is. */
static enum status run_again(struct dump *d)
{
    struct pass *other;
    TRY(pass_new(&other, d->m, d->rows, 0));
    if (d->m->variational) recover_eps(d, other);
    evaluate(d, other);
    pass_free(other);
    return ST_OK;
}

static struct array *add(struct dump *d, const char *name, enum array_type type, const void *a)
{
    struct array *next = &d->arrays[d->count];
    snprintf(d->names[d->count], NAME, "%s", name);
    *next = (struct array){.name = d->names[d->count], .type = type, .data = a};
    d->count++;
    return next;
}

static void add_rows(struct dump *d, const char *name, const float *a, struct shape s)
{
    struct array *next = add(d, name, ARRAY_FLOAT, a);
    next->rank = 2;
    next->dims[0] = d->rows, next->dims[1] = shape_size(s);
}

static void add_sum(struct dump *d, const char *name, const double *sum)
{
    struct array *next = add(d, name, ARRAY_DOUBLE, sum);
    next->rank = 1;
    next->dims[0] = 1;
}

static void add_gradients(struct dump *d, const struct layer *l)
{
    for (int k = 0; k < l->variables; k++) {
        const struct variable *v = &l->variable[k];
        char name[NAME];
        snprintf(name, sizeof name, "gradient/%s/%d", l->name, k);
        struct array *next = add(d, name, ARRAY_FLOAT, d->dw + v->at);
        next->rank = v->rank;
        memcpy(next->dims, v->dims, sizeof next->dims);
    }
}

/* The images behind the noise and dropout that the model begins with. */
static const float *inputs_of(const struct dump *d)
{
    int i = 0;
    while (d->m->layers[i].kind->corrupts) i++;
    return i ? d->p->y[i - 1] : d->x;
}

static void collect(struct dump *d)
{
    const struct model *m = d->m;
    add_rows(d, "x", d->x, m->input);
    add_rows(d, "inputs", inputs_of(d), m->input);
    if (m->variational) add_rows(d, "eps", d->eps, m->code);
    add_rows(d, "codes", d->p->y[m->split - 1], m->code);
    add_rows(d, "y", d->p->y[m->count - 1], m->input);
    add_rows(d, "evaluation", d->evaluation, m->input);
    add_sum(d, "loss", &d->loss);
    add_sum(d, "kl", &d->kl);
    add_sum(d, "l1", &d->l1);
    add_sum(d, "total", &d->total);
    for (int i = 0; i < m->count; i++) add_gradients(d, &m->layers[i]);
}

static enum status save(const struct dump *d, const char *path)
{
    const struct provenance none = {NULL, 0};
    const char *slash = strrchr(path, '/');
    char folder[1024];
    if (!slash) return arrays_save(".", path, d->arrays, d->count, &none);
    snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
    return arrays_save(folder, slash + 1, d->arrays, d->count, &none);
}

static enum status dump(struct dump *d, char **argv)
{
    TRY(load(d, argv[1]));
    TRY(allocate(d));
    TRY(read_images(d, argv[2]));
    run(d);
    TRY(run_again(d));
    collect(d);
    return save(d, argv[3]);
}

int main(int argc, char **argv)
{
    struct dump d = {.rows = ROWS};
    enum status st = ST_OK;
    if (argc == 5) d.rows = strtoul(argv[4], NULL, 10);
    if (argc < 4 || argc > 5 || d.rows == 0)
        st = FAIL(ST_USAGE, "reference_dump CHECKPOINT DATA OUT.h5 [ROWS]");
    if (st == ST_OK) st = dump(&d, argv);
    if (st != ST_OK) fprintf(stderr, "reference_dump: %s\n", status_message());
    release(&d);
    return status_exit(st);
}
