#include "run/facts.h"

#include "base/log.h"
#include "base/version.h"
#include "linalg/convolve.h"
#include "linalg/matmul.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct text_attribute *find(const struct facts *f, const char *name)
{
    for (int i = 0; i < f->count; i++)
        if (strcmp(f->fact[i].name, name) == 0) return (struct text_attribute *)&f->fact[i];
    return NULL;
}

void facts_set(struct facts *f, const char *name, const char *text)
{
    struct text_attribute *old = find(f, name);
    char *copy = strdup(text);
    if (copy && old) {
        free((char *)(uintptr_t)old->text);
        old->text = copy;
    } else if (copy && f->count < FACTS_MAX) {
        f->fact[f->count++] = (struct text_attribute){name, copy};
    } else {
        f->lost = 1;
        free(copy);
    }
}

void facts_set_number(struct facts *f, const char *name, double value)
{
    char text[32];
    snprintf(text, sizeof text, "%.15g", value);
    facts_set(f, name, text);
}

static void warn_of_different_kernels(struct world *w)
{
    enum { NAME = 96 };
    char mine[NAME], *all = malloc((size_t)w->size * NAME);
    if (world_agree(w, all ? ST_OK : FAIL(ST_NOMEM, "no memory")) == ST_OK) {
        snprintf(mine, sizeof mine, "%s, %s", matmul_backend(), convolve_backend());
        world_gather_all(w, mine, NAME, all);
        for (int r = 1; r < w->size; r++)
            if (strcmp(all, all + r * NAME) != 0) {
                log_warning("rank %d computes with %s, rank 0 with %s: the same job has other "
                            "bits on other machines",
                            r, all + r * NAME, all);
                break;
            }
    }
    free(all);
}

static void add_settings(struct facts *f, const struct job *job)
{
    struct job copy = *job;
    struct settings s = job_settings(&copy);
    char *text = settings_text(&s, 0);
    if (text) facts_set(f, "settings", text);
    free(text);
}

enum status facts_collect(struct facts *f, struct world *w, const struct job *job,
                          const struct dataset *d)
{
    char now[32], mpi[128], *hosts = world_hosts(w);
    *f = (struct facts){.started = clock_seconds()};
    clock_utc(now);
    world_library(mpi, sizeof mpi);
    warn_of_different_kernels(w);
    facts_set(f, "version", HOURGLASS_VERSION);
    facts_set(f, "git_commit", HOURGLASS_COMMIT);
    facts_set(f, "started", now);
    facts_set(f, "hosts", hosts ? hosts : "");
    facts_set_number(f, "ranks", w->size);
    facts_set(f, "threads_per_rank", "1");
    facts_set(f, "blas", matmul_backend());
    facts_set(f, "convolutions", convolve_backend());
    facts_set(f, "mpi", mpi);
    facts_set(f, "run", job->name);
    facts_set(f, "data_file", d->path);
    facts_set(f, "data_name", d->name);
    facts_set(f, "data_split", d->split);
    facts_set(f, "data_sha256", d->sha256);
    facts_set_number(f, "data_rows", (double)d->total);
    facts_set_number(f, "seed", (double)job->seed);
    add_settings(f, job);
    facts_set_number(f, "wall_seconds", 0);
    free(hosts);
    return world_agree(w,
                       f->lost || !hosts ? FAIL(ST_NOMEM, "no memory for the facts") : ST_OK);
}

void facts_free(struct facts *f)
{
    for (int i = 0; i < f->count; i++) free((char *)(uintptr_t)f->fact[i].text);
    *f = (struct facts){0};
}

struct provenance facts_now(struct facts *f)
{
    double milliseconds = 1000 * (clock_seconds() - f->started);
    facts_set_number(f, "wall_seconds", (double)(long)milliseconds / 1000);
    return (struct provenance){f->fact, f->count};
}

const char *facts_get(const struct facts *f, const char *name)
{
    const struct text_attribute *found = find(f, name);
    return found ? found->text : "";
}
