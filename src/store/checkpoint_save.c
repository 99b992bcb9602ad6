#include "store/checkpoint_save.h"

#include "seal.h"
#include "state.h"
#include "store/checkpoint_name.h"
#include "store/commit.h"
#include "store/h5.h"
#include "store/h5_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what there is to write ----------------------------------------------------------- */

enum { NAME = 128 };

/* The state and the names of its arrays. */
struct list {
    struct state state;
    char (*names)[NAME]; /* [state.count] */
};

/* Arrays at most: every variable and its moments, sums and history. */
static int most_arrays(const struct checkpoint *c)
{
    int variables = 0;
    for (int i = 0; i < c->model->count; i++) variables += c->model->layers[i].variables;
    return variables * (1 + c->optimizer->slots) + 2;
}

static enum status list_new(struct list *list, const struct checkpoint *c)
{
    size_t most = (size_t)most_arrays(c);
    struct job copy = *c->job;
    struct settings s = job_settings(&copy);
    *list = (struct list){.names = calloc(most, sizeof *list->names)};
    list->state.arrays = calloc(most, sizeof *list->state.arrays);
    list->state.job = settings_text(&s, 1);
    if (!list->names || !list->state.arrays || !list->state.job)
        return FAIL(ST_NOMEM, "no memory for the names of a checkpoint");
    return ST_OK;
}

static void list_free(struct list *list)
{
    free(list->names);
    free(list->state.arrays);
    free(list->state.job);
}

/* One more array; the caller names it (in NAME bytes). */
static char *add(struct list *list, const struct array *a)
{
    int i = list->state.count++;
    list->state.arrays[i] = *a;
    list->state.arrays[i].name = list->names[i];
    return list->names[i];
}

/* The variables of all layers as /group/NAME/vars/K, from a flat array of the model. */
static void list_variables(struct list *list, const char *group, const struct model *m,
                           const float *flat)
{
    for (int i = 0; i < m->count; i++) {
        const struct layer *l = &m->layers[i];
        for (int k = 0; k < l->variables; k++) {
            const struct variable *v = &l->variable[k];
            struct array a = {.type = ARRAY_FLOAT, .rank = v->rank, .data = flat + v->at};
            memcpy(a.dims, v->dims, sizeof v->dims);
            snprintf(add(list, &a), NAME, "%s/%s/vars/%d", group, l->name, k);
        }
    }
}

static void list_optimizer(struct list *list, const struct checkpoint *c)
{
    const struct optimizer *o = c->optimizer;
    char group[64];
    for (int i = 0; i < o->slots; i++) {
        snprintf(group, sizeof group, "/optimizer/%s", o->slot_name[i]);
        list_variables(list, group, c->model, o->slot[i]);
    }
}

/* One row a finished epoch. */
static struct array rows_of(const double *rows, long count, size_t columns)
{
    return (struct array){.type = ARRAY_DOUBLE,
                          .rank = 2,
                          .dims = {(size_t)count, columns},
                          .labels = {"epoch", "column"},
                          .data = rows};
}

/* Before the first epoch there is no history. */
static void list_progress(struct list *list, const struct progress *p)
{
    struct state *s = &list->state;
    struct array sums = {
        .type = ARRAY_DOUBLE, .rank = 1, .dims = {PROGRESS_SUMS}, .data = p->sums};
    struct array history = rows_of(p->history, p->at.epoch, METRICS_HISTORY);
    s->ints[0] = p->at.epoch, s->ints[1] = p->at.step;
    s->ints[2] = p->at.total, s->ints[3] = p->best_epoch;
    s->reals[0] = p->best_loss;
    snprintf(add(list, &sums), NAME, "/progress/sums");
    if (p->at.epoch && p->history) snprintf(add(list, &history), NAME, "/progress/history");
}

/* ---- writing -------------------------------------------------------------------------- */

/* Write an array with its digest. */
static enum status write_array(hid_t file, const struct array *a)
{
    char hex[DIGEST_HEX];
    struct array with = *a;
    TRY(digest_bytes(a->data, h5_write_array_bytes(a), hex));
    with.attributes[0] = (struct text_attribute){"sha256", hex};
    return h5_write_array(file, &with);
}

/* Also those that stay empty, of a model without variables. */
static enum status write_groups(hid_t file, const struct optimizer *o)
{
    char group[64];
    TRY(h5_write_group(file, "/layers"));
    TRY(h5_write_group(file, "/optimizer"));
    for (int i = 0; i < o->slots; i++) {
        snprintf(group, sizeof group, "/optimizer/%s", o->slot_name[i]);
        TRY(h5_write_group(file, group));
    }
    return h5_write_group(file, "/progress");
}

static enum status write_state(hid_t file, struct state *s)
{
    char hex[DIGEST_HEX];
    for (int i = 0; i < s->count; i++) TRY(write_array(file, &s->arrays[i]));
    for (int i = 0; i < STATE_INTS; i++)
        TRY(h5_write_attribute_int(file, "/progress", state_ints[i], s->ints[i]));
    for (int i = 0; i < STATE_REALS; i++)
        TRY(h5_write_attribute_real(file, "/progress", state_reals[i], s->reals[i]));
    TRY(h5_write_text(file, "/job", s->job));
    TRY(state_digest_listed(s, hex));
    return h5_write_attribute_text(file, "/", "state_sha256", hex);
}

/* When the epochs were done and how fast: no part of the state. */
static enum status write_timing(hid_t file, const struct progress *p)
{
    struct array timing = rows_of(p->timing, p->at.epoch, METRICS_TIMES);
    timing.name = "/provenance/timing";
    return p->at.epoch && p->timing ? write_array(file, &timing) : ST_OK;
}

static enum status build(hid_t file, const struct checkpoint *c)
{
    struct list list;
    enum status st;
    TRY_DONE(list_new(&list, c));
    list_variables(&list, "/layers", c->model, c->model->w);
    list_optimizer(&list, c);
    list_progress(&list, c->progress);
    TRY_DONE(write_groups(file, c->optimizer));
    TRY_DONE(write_state(file, &list.state));
    TRY_DONE(h5_write_provenance(file, "/provenance", c->provenance));
    TRY_DONE(write_timing(file, c->progress));
done:
    list_free(&list);
    return st;
}

enum status checkpoint_save(const struct checkpoint *c, const char *folder)
{
    char name[64];
    hid_t file = -1;
    void *bytes = NULL;
    size_t n;
    enum status st;
    checkpoint_name(c->progress->at.epoch, c->progress->at.step, name, sizeof name);
    TRY_DONE(h5_write_memory(&file, "checkpoint"));
    TRY_DONE(build(file, c));
    TRY_DONE(h5_write_bytes(file, SEAL_BYTES, &bytes, &n));
    TRY_DONE(seal_write(bytes, n));
    TRY_DONE(commit_bytes(folder, name, bytes, n + SEAL_BYTES));
done:
    h5_drop(file);
    free(bytes);
    return st;
}
