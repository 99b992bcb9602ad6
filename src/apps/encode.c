/* hourglass encode: codes, reconstructions and residuals of a split, by a run's checkpoint. */
#include "run/encode.h"

#include "apps/commands.h"
#include "comm/world.h"
#include "options.h"
#include "run/folder.h"
#include "store/checkpoint.h"
#include "store/checkpoint_load.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* What the command line says; made on rank 0 and broadcast, so it holds no pointers. */
struct request {
    struct job job;
    struct encode_options options;
};

/* The folder is the run's and nobody else works in it; lasts until encode_run has ended. */
static enum status lock(const char *folder)
{
    struct stat info;
    if (!*folder) return FAIL(ST_USAGE, "encode: which run?  write: hourglass encode RUN");
    if (stat(folder, &info) != 0)
        return FAIL(ST_NOINPUT, "run folder %s: %s", folder, strerror(errno));
    if (!S_ISDIR(info.st_mode))
        return FAIL(ST_USAGE, "%s is not the folder of a run; write: hourglass encode RUN",
                    folder);
    return folder_lock(folder);
}

/* "newest" (or nothing), "best", or a file. */
static enum status find_checkpoint(struct encode_options *o, const char *folder,
                                   const char *word)
{
    o->newest = !*word || strcmp(word, "newest") == 0;
    if (o->newest) return checkpoint_newest(folder, o->checkpoint, sizeof o->checkpoint);
    if (strcmp(word, "best") == 0)
        return checkpoint_best(folder, o->checkpoint, sizeof o->checkpoint);
    snprintf(o->checkpoint, sizeof o->checkpoint, "%s", word);
    return ST_OK;
}

static enum status set_split(struct encode_options *o, const char *word)
{
    if (strlen(word) >= sizeof o->split)
        return FAIL(ST_USAGE, "--split %s: no split has so long a name", word);
    strcpy(o->split, word);
    return ST_OK;
}

/* What decides the bits is the checkpoint's; what it does not say, job.ini says. */
static enum status read_run(struct job *job, const char *folder, const char *checkpoint)
{
    char ini[JOB_PATH + 16];
    struct settings s = job_settings(job);
    snprintf(ini, sizeof ini, "%s/job.ini", folder);
    TRY(settings_defaults(&s));
    TRY(settings_read_file(&s, ini));
    return checkpoint_load_job(checkpoint, job);
}

/* Results go into the run's own folder, or to -o. */
static enum status keep_folder(const struct job *job, const char *folder)
{
    if (strcmp(job->folder, folder) == 0) return ST_OK;
    return FAIL(ST_SETTING,
                "run.folder is '%s' but the run is in %s: -o FILE says where the results go",
                job->folder, folder);
}

static enum status read_request(struct request *q, int argc, char **argv)
{
    static char folder[JOB_PATH], checkpoint[JOB_PATH], split[JOB_PATH];
    struct encode_options *to = &q->options;
    const struct option_own own[] = {{"--checkpoint", NULL, checkpoint},
                                     {"--split", NULL, split},
                                     {"-o", NULL, to->output},
                                     {"--output", NULL, to->output},
                                     {"--overwrite", &to->overwrite, NULL},
                                     {NULL, NULL, NULL}};
    const struct options o = {own, folder};
    struct settings s = job_settings(&q->job);
    TRY(settings_defaults(&s));
    TRY(options_take(&o, &q->job, argc, argv)); /* to find the run and wrong options */
    TRY(lock(folder));
    TRY(set_split(to, split));
    TRY(find_checkpoint(to, folder, checkpoint));
    TRY(read_run(&q->job, folder, to->checkpoint));
    TRY(settings_read_environment(&s));
    TRY(settings_set(&s, "encode", "run.folder", folder));
    TRY(options_take(&o, &q->job, argc, argv));
    TRY(keep_folder(&q->job, folder));
    return options_match(&q->job, to->checkpoint, 0);
}

static enum status command(struct world *w, int argc, char **argv)
{
    static struct request q;
    TRY(world_agree(w, w->rank == 0 ? read_request(&q, argc, argv) : ST_OK));
    world_broadcast(w, &q, sizeof q);
    return encode_run(w, &q.job, &q.options);
}

const struct command encode_command = {.word = "encode", .together = command};
