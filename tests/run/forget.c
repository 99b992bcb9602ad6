/* forget - write a checkpoint again with the optimiser's momentum at zero, every digest right.
 * The negative control of the resume test. */
#include "base/job.h"
#include "store/checkpoint_load.h"
#include "store/checkpoint_save.h"

#include <stdio.h>
#include <string.h>

static enum status forget(const char *path)
{
    struct job job;
    struct settings s = job_settings(&job);
    struct model *m;
    struct optimizer o;
    struct progress p = {0};
    struct provenance none = {NULL, 0};
    char folder[1024];
    TRY(settings_defaults(&s));
    TRY(checkpoint_load_job(path, &job));
    TRY(model_new(&m, &job));
    TRY(optimizer_init(&o, job.optimizer, job.momentum));
    TRY(optimizer_allocate(&o, m->size));
    TRY(checkpoint_load(path, m, &o, &p));
    memset(o.slot[0], 0, o.size * sizeof(float));
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    struct checkpoint c = {&job, m, &o, &p, &none};
    TRY(checkpoint_save(&c, folder));
    optimizer_free(&o);
    progress_free(&p);
    model_free(m);
    return ST_OK;
}

int main(int argc, char **argv)
{
    enum status st = argc == 2 ? forget(argv[1]) : FAIL(ST_USAGE, "forget CHECKPOINT");
    if (st != ST_OK) fprintf(stderr, "forget: %s\n", status_message());
    return st != ST_OK;
}
