/* hourglass scale: what more ranks would do.  The parts of a step are measured here, whole
 * steps beside them; the rest is a prediction for a described machine. */
#include "apps/commands.h"
#include "base/log.h"
#include "comm/world.h"
#include "options.h"
#include "scale_measure.h"
#include "scale_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTIONS = 16, MOST_RANKS = 65536 };

/* What the command line says; made on rank 0 and broadcast, so it holds no pointers. */
struct request {
    struct job job;
    struct scale_network net;
    size_t most; /* ranks */
    char csv[JOB_PATH], json[JOB_PATH], folder[JOB_PATH];
};

/* ---- the command line ----------------------------------------------------------------------
 */

static enum status set_most(struct request *q, const char *text)
{
    char *end;
    long most = strtol(text, &end, 10);
    if (*end || end == text || most < 1 || most > MOST_RANKS)
        return FAIL(ST_USAGE, "--most %s is not a whole number from 1 to %d", text, MOST_RANKS);
    q->most = (size_t)most;
    return ST_OK;
}

/* The options' values as texts; defaults first. */
struct texts {
    char net[OPTIONS][JOB_PATH], most[JOB_PATH], target[JOB_PATH];
};

static int list_options(struct request *q, struct texts *t, struct option_own *own)
{
    int n = 0;
    for (const struct scale_network_option *o; (o = scale_network_option(n)); n++) {
        snprintf(t->net[n], JOB_PATH, "%s", o->fallback);
        own[n] = (struct option_own){o->name, NULL, t->net[n]};
    }
    snprintf(t->most, JOB_PATH, "4096");
    snprintf(q->folder, JOB_PATH, ".");
    own[n++] = (struct option_own){"--most", NULL, t->most};
    own[n++] = (struct option_own){"--csv", NULL, q->csv};
    own[n++] = (struct option_own){"--json", NULL, q->json};
    own[n++] = (struct option_own){"--folder", NULL, q->folder};
    own[n] = (struct option_own){0};
    return n;
}

static enum status read_request(struct request *q, int argc, char **argv)
{
    static struct texts t;
    struct option_own own[OPTIONS];
    const struct options o = {own, t.target};
    struct settings s = job_settings(&q->job);
    list_options(q, &t, own);
    TRY(settings_defaults(&s));
    TRY(options_take(&o, &q->job, argc, argv)); /* to find the target and wrong options */
    if (!*t.target) return FAIL(ST_USAGE, "which job?  write: hourglass scale jobs/NAME.ini");
    TRY(settings_defaults(&s));
    TRY(settings_read_file(&s, t.target));
    TRY(settings_read_environment(&s));
    TRY(options_take(&o, &q->job, argc, argv));
    const struct scale_network_option *row;
    for (int i = 0; (row = scale_network_option(i)); i++)
        TRY(scale_network_set(&q->net, row, t.net[i]));
    return set_most(q, t.most);
}

/* ---- what is asked -------------------------------------------------------------------------
 */

/* One row more, and the share of work that it needs. */
static void ask(struct scale_report *r, enum scale_kind kind, size_t ranks, size_t batch)
{
    struct scale_row *row = &r->row[r->rows];
    struct scale_parts *p = &r->parts;
    *row = (struct scale_row){.kind = kind,
                              .at = scale_model_point((size_t)r->job->shards, ranks, batch)};
    if (row->at.shards > batch) return; /* each shard gives rows to every step */
    struct scale_step share = scale_model_share(&row->at);
    size_t i = 0;
    while (i < p->steps && (p->step[i].own != share.own || p->step[i].rows != share.rows)) i++;
    if (i == p->steps) p->step[p->steps++] = share;
    r->rows++;
}

/* Over several hosts only all ranks together are as the described machine. */
static void ask_here(struct scale_report *r, const struct world *w, size_t batch)
{
    size_t ranks = (size_t)w->size;
    for (size_t p = 1; w->nodes == 1 && p < ranks; p *= 2) ask(r, SCALE_HERE, p, batch);
    ask(r, SCALE_HERE, ranks, batch);
}

static enum status ask_all(struct scale_report *r, const struct request *q,
                           const struct world *w)
{
    size_t batch = (size_t)q->job.batch;
    if (q->job.shards > q->job.batch)
        return FAIL(ST_SETTING, "training.batch is %ld but the data are cut into %ld shards",
                    q->job.batch, q->job.shards);
    ask_here(r, w, batch);
    for (size_t p = 1; p <= q->most; p *= 2) ask(r, SCALE_STRONG, p, batch);
    for (size_t p = 1; p <= q->most; p *= 2) ask(r, SCALE_WEAK, p, p * batch);
    return ST_OK;
}

/* ---- what is answered ----------------------------------------------------------------------
 */

/* Whole steps, on 1, 2, 4 ... of the ranks. */
static enum status measure(struct scale_report *r, struct world *w)
{
    for (int i = 0; i < r->rows && r->row[i].kind == SCALE_HERE; i++)
        TRY(scale_measure_step(w, r->job, &r->row[i].at, &r->row[i].measured));
    return ST_OK;
}

/* All ranks on this machine; on several hosts it is the described one. */
static struct scale_network network_here(const struct scale_report *r, const struct world *w)
{
    struct scale_network here = {.bandwidth = 1, .oversubscription = 1, .nodes = 1};
    here.ranks = w->size, here.cores = scale_measure_cores();
    return w->nodes == 1 ? here : r->net;
}

static enum status predict(struct scale_report *r, const struct world *w)
{
    const struct scale_network here = network_here(r, w);
    for (int i = 0; i < r->rows; i++) {
        struct scale_row *row = &r->row[i];
        const struct scale_network *net = row->kind == SCALE_HERE ? &here : &r->net;
        TRY(scale_model_step(&r->parts, net, &row->at, &row->t));
    }
    for (int i = 0, one = 0; i < r->rows; i++) {
        struct scale_row *row = &r->row[i];
        if (row->at.ranks == 1) one = i;
        row->efficiency =
            scale_report_rate(row) / ((double)row->at.ranks * scale_report_rate(&r->row[one]));
    }
    return ST_OK;
}

static enum status tell(const struct scale_report *r, const struct request *q)
{
    scale_report_print(r);
    if (*q->csv) TRY(scale_report_csv(r, q->csv));
    return *q->json ? scale_report_json(r, q->json) : ST_OK;
}

static enum status run(struct world *w, const struct request *q)
{
    static struct scale_report r;
    r = (struct scale_report){
        .job = &q->job, .ranks = w->size, .one_host = w->nodes == 1, .net = q->net};
    TRY(world_agree(w, ask_all(&r, q, w)));
    TRY(scale_measure_parts(w, &q->job, q->folder, &r.parts));
    TRY(measure(&r, w));
    TRY(world_agree(w, predict(&r, w)));
    return world_agree(w, w->rank == 0 ? tell(&r, q) : ST_OK);
}

static enum status command(struct world *w, int argc, char **argv)
{
    static struct request q;
    log_quiet(); /* of what is measured */
    TRY(world_agree(w, w->rank == 0 ? read_request(&q, argc, argv) : ST_OK));
    world_broadcast(w, &q, sizeof q);
    return run(w, &q);
}

const struct command scale_command = {.word = "scale", .together = command};
