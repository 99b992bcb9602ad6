/* hourglass train: settings from defaults, job file, environment and command line, in this
 * order; then the run. */
#include "run/train.h"

#include "apps/commands.h"
#include "base/job.h"
#include "comm/world.h"
#include "options.h"
#include "store/checkpoint.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the command line says; made on rank 0 and broadcast, so it holds no pointers. */
struct request {
    struct job job;
    struct train_options options;
};

static int is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* The switches of the command line. */
struct switches {
    int resume, overwrite, no_encode, dry_run;
};

static enum status take_switches(struct train_options *o, const struct switches *s)
{
    if (s->resume && s->overwrite)
        return FAIL(ST_USAGE, "--resume goes on, --overwrite starts anew: choose one");
    o->mode = s->resume ? FOLDER_RESUME : s->overwrite ? FOLDER_OVERWRITE : FOLDER_NEW;
    o->encode = !s->no_encode, o->dry_run = s->dry_run;
    return ST_OK;
}

/* The settings that decide the bits are the checkpoint's. */
static enum status keep_bits(const struct job *job)
{
    char folder[JOB_PATH], path[JOB_PATH];
    job_folder(job, folder, sizeof folder);
    if (!folder_has_checkpoint(folder)) return ST_OK;
    TRY(checkpoint_newest(folder, path, sizeof path));
    return options_match(job, path, 1);
}

/* Whose run the folder has: "" is nobody's, and that of an hourglass that knew no owners. */
static void read_owner(const char *ini, char owner[sizeof((struct job *)0)->owner])
{
    struct job there;
    struct settings s = job_settings(&there);
    *owner = '\0';
    if (settings_defaults(&s) == ST_OK && settings_read_file(&s, ini) == ST_OK)
        strcpy(owner, there.owner);
}

/* What is started again and again, as by the queue of a cluster, says the same words each time:
 * it goes on with the run that it has begun, and with nobody else's. */
static enum status look_at_owner(struct train_options *o, const struct job *job)
{
    char folder[JOB_PATH], ini[JOB_PATH + 16], owner[sizeof job->owner];
    job_folder(job, folder, sizeof folder);
    if (!*job->owner || o->mode == FOLDER_RESUME || !is_folder(folder)) return ST_OK;
    snprintf(ini, sizeof ini, "%s/job.ini", folder);
    int begun = access(ini, F_OK) == 0;
    if (begun) read_owner(ini, owner);
    if (!begun || strcmp(owner, job->owner) == 0) return o->mode = FOLDER_RESUME, ST_OK;
    if (o->mode == FOLDER_OVERWRITE) return ST_OK;
    return FAIL(
        ST_CANTCREATE,
        "the run in %s is not job %s's but %s%s's: go on with --resume, start anew with "
        "--overwrite, or choose another folder with --folder",
        folder, job->owner, *owner ? "job " : "nobody", owner);
}

/* A job file, or the folder of a run that goes on. */
static enum status check_target(const char *target, const struct train_options *o)
{
    if (is_folder(target) && o->mode != FOLDER_RESUME)
        return FAIL(ST_USAGE, "%s is a folder: to go on with a run write --resume", target);
    return ST_OK;
}

static enum status read_request(struct request *q, int argc, char **argv)
{
    static char target[JOB_PATH];
    struct switches on = {0};
    const struct option_own own[] = {{"--resume", &on.resume, NULL},
                                     {"--overwrite", &on.overwrite, NULL},
                                     {"--no-encode", &on.no_encode, NULL},
                                     {"--dry-run", &on.dry_run, NULL},
                                     {NULL, NULL, NULL}};
    const struct options o = {own, target};
    char ini[JOB_PATH + 16];
    struct settings s = job_settings(&q->job);
    TRY(settings_defaults(&s));
    TRY(options_take(&o, &q->job, argc, argv)); /* to find the target and wrong options */
    TRY(take_switches(&q->options, &on));
    if (!*target)
        return FAIL(ST_USAGE, "which job?  write: hourglass train jobs/NAME.ini, or "
                              "hourglass train RUN --resume");
    int in_folder = is_folder(target);
    snprintf(ini, sizeof ini, in_folder ? "%s/job.ini" : "%s", target);
    TRY(settings_defaults(&s));
    TRY(settings_read_file(&s, ini));
    TRY(settings_read_environment(&s));
    if (in_folder) TRY(settings_set(&s, target, "run.folder", target));
    TRY(options_take(&o, &q->job, argc, argv));
    TRY(look_at_owner(&q->options, &q->job));
    TRY(check_target(target, &q->options));
    return q->options.mode == FOLDER_RESUME ? keep_bits(&q->job) : ST_OK;
}

static enum status command(struct world *w, int argc, char **argv)
{
    static struct request q;
    TRY(world_agree(w, w->rank == 0 ? read_request(&q, argc, argv) : ST_OK));
    world_broadcast(w, &q, sizeof q);
    return train_run(w, &q.job, &q.options);
}

const struct command train_command = {.word = "train", .stops = 1, .together = command};
