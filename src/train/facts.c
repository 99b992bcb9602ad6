#include "train/facts.h"

#include "base/log.h"
#include "base/version.h"
#include "linalg/matmul.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Copy the text; without memory or room the fact is left out and facts_collect fails. */
static void add(struct facts *f, const char *name, const char *text)
{
    char *copy = strdup(text);
    if (copy && f->count < FACTS_MAX)
        f->fact[f->count++] = (struct fact){name, copy};
    else
        free(copy);
}

static void add_number(struct facts *f, const char *name, double value)
{
    char text[32];
    snprintf(text, sizeof text, "%.15g", value);
    add(f, name, text);
}

static void warn_of_different_kernels(struct world *w)
{
    enum { NAME = 96 };
    char mine[NAME], *all = malloc((size_t)w->size * NAME);
    if (world_agree(w, all ? ST_OK : ST_NOMEM) == ST_OK) {
        snprintf(mine, sizeof mine, "%s", matmul_backend());
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
    if (text) add(f, "settings", text);
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
    add(f, "version", HOURGLASS_VERSION);
    add(f, "git_commit", HOURGLASS_COMMIT);
    add(f, "started", now);
    add(f, "hosts", hosts ? hosts : "");
    add_number(f, "ranks", w->size);
    add(f, "threads_per_rank", "1");
    add(f, "blas", matmul_backend());
    add(f, "mpi", mpi);
    add(f, "run", job->name);
    add(f, "data_file", d->path);
    add(f, "data_name", d->name);
    add(f, "data_split", d->split);
    add(f, "data_sha256", d->sha256);
    add_number(f, "data_rows", (double)d->total);
    add_number(f, "seed", (double)job->seed);
    add_settings(f, job);
    add_number(f, "wall_seconds", 0);
    free(hosts);
    return world_agree(w, f->count == 17 && hosts ? ST_OK
                                                  : FAIL(ST_NOMEM, "no memory for the facts"));
}

void facts_free(struct facts *f)
{
    for (int i = 0; i < f->count; i++) free((char *)(uintptr_t)f->fact[i].text);
    *f = (struct facts){0};
}

struct provenance facts_now(struct facts *f)
{
    struct fact *last = &f->fact[f->count - 1]; /* wall_seconds */
    char text[32], *copy;
    snprintf(text, sizeof text, "%.3f", clock_seconds() - f->started);
    copy = strdup(text);
    if (copy) free((char *)(uintptr_t)last->text), last->text = copy;
    return (struct provenance){f->fact, f->count};
}

const char *facts_get(const struct facts *f, const char *name)
{
    for (int i = 0; i < f->count; i++)
        if (strcmp(f->fact[i].name, name) == 0) return f->fact[i].text;
    return "";
}
