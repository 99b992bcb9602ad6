#include "run/provenance.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/version.h"
#include "linalg/isa.h"
#include "linalg/matmul.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct text_attribute *find(const struct provenance_record *p, const char *name)
{
    for (int i = 0; i < p->count; i++)
        if (strcmp(p->entry[i].name, name) == 0) return (struct text_attribute *)&p->entry[i];
    return NULL;
}

void provenance_set(struct provenance_record *p, const char *name, const char *text)
{
    struct text_attribute *old = find(p, name);
    char *copy = strdup(text);
    if (copy && old) {
        free((char *)(uintptr_t)old->text);
        old->text = copy;
    } else if (copy && p->count < PROVENANCE_MAX) {
        p->entry[p->count++] = (struct text_attribute){name, copy};
    } else {
        p->lost = 1;
        free(copy);
    }
}

void provenance_set_number(struct provenance_record *p, const char *name, double value)
{
    char text[32];
    snprintf(text, sizeof text, "%.15g", value);
    provenance_set(p, name, text);
}

void provenance_set_data(struct provenance_record *p, const struct dataset *d)
{
    char whole[2 * JOB_PATH];
    file_whole_path(d->path, whole, sizeof whole);
    provenance_set(p, "data_file", whole);
    provenance_set(p, "data_name", d->name);
    provenance_set(p, "data_split", d->split);
    provenance_set(p, "data_sha256", d->sha256);
    provenance_set_number(p, "data_rows", (double)d->total);
}

/* OpenBLAS's; our own are the same on every CPU. */
static void warn_of_different_kernels(struct world *w)
{
    char mine[96], first[sizeof mine] = "";
    enum status st = ST_OK;
    snprintf(mine, sizeof mine, "%s", matmul_backend());
    memcpy(first, mine, sizeof first);
    world_broadcast(w, first, sizeof first);
    if (strcmp(mine, first) != 0)
        st = FAIL(ST_SETTING,
                  "rank %d computes with %s, rank 0 with %s: the same job has other bits on "
                  "other machines",
                  w->rank, mine, first);
    if (world_worst(w, st) != ST_OK) log_warning("%s", status_message());
}

static void add_settings(struct provenance_record *p, const struct job *job)
{
    struct job copy = *job;
    struct settings s = job_settings(&copy);
    char *text = settings_text(&s, 0);
    if (text) provenance_set(p, "settings", text);
    free(text);
}

enum status provenance_collect(struct provenance_record *p, struct world *w,
                               const struct job *job, const struct dataset *d, double began)
{
    char now[32], mpi[128], *hosts = world_hosts(w);
    *p = (struct provenance_record){.started = began};
    clock_utc(now);
    world_library(mpi, sizeof mpi);
    warn_of_different_kernels(w);
    provenance_set(p, "version", HOURGLASS_VERSION);
    provenance_set(p, "git_commit", HOURGLASS_COMMIT);
    provenance_set(p, "started", now);
    provenance_set(p, "hosts", hosts ? hosts : "");
    provenance_set_number(p, "ranks", w->size);
    provenance_set(p, "threads_per_rank", "1");
    provenance_set(p, "blas", matmul_backend());
    provenance_set(p, "isa", isa_name());
    provenance_set(p, "mpi", mpi);
    provenance_set(p, "run", job->name);
    provenance_set_data(p, d);
    provenance_set_number(p, "seed", (double)job->seed);
    add_settings(p, job);
    provenance_set_number(p, "wall_seconds", 0);
    free(hosts);
    return world_agree(w, p->lost || !hosts ? FAIL(ST_NOMEM, "no memory for the provenance")
                                            : ST_OK);
}

void provenance_free(struct provenance_record *p)
{
    for (int i = 0; i < p->count; i++) free((char *)(uintptr_t)p->entry[i].text);
    *p = (struct provenance_record){0};
}

struct provenance provenance_now(struct provenance_record *p)
{
    double milliseconds = 1000 * (clock_seconds() - p->started);
    provenance_set_number(p, "wall_seconds", (double)(long)milliseconds / 1000);
    return (struct provenance){p->entry, p->count};
}

const char *provenance_get(const struct provenance_record *p, const char *name)
{
    const struct text_attribute *found = find(p, name);
    return found ? found->text : "";
}
