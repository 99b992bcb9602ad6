#include "run/restore.h"

#include "comm/watchdog.h"
#include "store/checkpoint_load.h"

#include <stdlib.h>

static size_t history_bytes(const struct progress *p)
{
    return (size_t)p->at.epoch * METRICS_HISTORY * sizeof *p->history;
}

static size_t timing_bytes(const struct progress *p)
{
    return (size_t)p->at.epoch * METRICS_TIMES * sizeof *p->timing;
}

/* Rank 0's numbers are here; its rows come into memory of this rank's own. */
static enum status make_room(struct progress *p)
{
    p->history = malloc(history_bytes(p) + 1);
    p->timing = malloc(timing_bytes(p) + 1);
    if (p->history && p->timing) return ST_OK;
    return FAIL(ST_NOMEM, "no memory for the history of %ld epochs", p->at.epoch);
}

static enum status share_progress(struct world *w, struct progress *p)
{
    struct progress all = *p;
    world_broadcast(w, &all, sizeof all);
    enum status mine = ST_OK;
    if (w->rank != 0) {
        progress_free(p);
        all.history = all.timing = NULL; /* rank 0's */
        *p = all;
        mine = make_room(p);
    }
    TRY(world_agree(w, mine));
    world_broadcast(w, p->history, history_bytes(p));
    world_broadcast(w, p->timing, timing_bytes(p));
    return ST_OK;
}

enum status restore_state(struct run *r, const char *path, struct optimizer *o)
{
    struct world *w = r->w;
    size_t bytes = r->model->size * sizeof(float);
    watchdog_first(w, "reading a checkpoint", 0);
    enum status mine = w->rank == 0 ? checkpoint_load(path, r->model, o, &r->progress) : ST_OK;
    checkpoint_load_end();
    TRY(world_agree(w, mine));
    world_broadcast(w, r->model->w, bytes);
    return share_progress(w, &r->progress);
}
