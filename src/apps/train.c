/* hourglass train: settings from defaults, job file, environment and command line, in this
 * order; then the run. */
#include "run/train.h"

#include "apps/commands.h"
#include "base/job.h"
#include "base/log.h"
#include "comm/world.h"
#include "store/checkpoint.h"
#include "store/checkpoint_load.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

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

static enum status set_mode(struct request *q, enum folder_mode mode)
{
    if (q->options.mode != FOLDER_NEW && q->options.mode != mode)
        return FAIL(ST_USAGE, "--resume goes on, --overwrite starts anew: choose one");
    q->options.mode = mode;
    return ST_OK;
}

/* One option: --resume and its kind, --set NAME=VALUE, --KEY VALUE, --KEY=VALUE.  *used is
 * the number of words taken. */
static enum status take_option(struct request *q, const struct settings *s, int left,
                               char **argv, int *used)
{
    char name[128];
    const char *word = argv[0] + 2, *value = strchr(word, '=');
    *used = 1;
    if (strcmp(word, "resume") == 0) return set_mode(q, FOLDER_RESUME);
    if (strcmp(word, "overwrite") == 0) return set_mode(q, FOLDER_OVERWRITE);
    if (strcmp(word, "no-encode") == 0) return q->options.encode = 0, ST_OK;
    if (strcmp(word, "dry-run") == 0) return q->options.dry_run = 1, ST_OK;
    if (strcmp(word, "set") == 0) {
        if (left < 2 || !strchr(argv[1], '='))
            return FAIL(ST_USAGE, "--set wants section.key=value");
        *used = 2;
        word = argv[1], value = strchr(word, '=');
    }
    size_t n = value ? (size_t)(value - word) : strlen(word);
    if (n >= sizeof name) return FAIL(ST_USAGE, "%s is no option", argv[0]);
    memcpy(name, word, n), name[n] = '\0';
    if (!value && settings_find(s, name)) {
        if (left < 2) return FAIL(ST_USAGE, "--%s wants a value", name);
        *used = 2;
        value = argv[1];
        return settings_set(s, "command line", name, value);
    }
    return settings_set(s, "command line", name, value ? value + 1 : "");
}

static enum status take_options(struct request *q, int argc, char **argv, const char **target)
{
    struct settings s = job_settings(&q->job);
    for (int i = 0, used; i < argc; i += used) {
        used = 1;
        if (strncmp(argv[i], "--", 2) == 0) {
            TRY(take_option(q, &s, argc - i, argv + i, &used));
        } else if (*target && strcmp(*target, argv[i]) != 0) {
            return FAIL(ST_USAGE, "one job file or run folder at a time: '%s' or '%s'?",
                        *target, argv[i]);
        } else {
            *target = argv[i];
        }
    }
    return ST_OK;
}

/* Whether a setting may be changed on the way: only the number of epochs, and only where the
 * learning rate does not depend on it. */
static int may_change(const struct setting *row, const struct job *job)
{
    return strcmp(row->name, "training.epochs") == 0 && !strstr(job->schedule, "cosine");
}

/* The settings that decide the bits are the checkpoint's. */
static enum status keep_bits(struct request *q, const char *folder)
{
    char path[JOB_PATH];
    struct request before = *q;
    struct settings now = job_settings(&q->job), then = job_settings(&before.job);
    if (!folder_has_checkpoint(folder)) return ST_OK;
    TRY(checkpoint_newest(folder, path, sizeof path));
    TRY(checkpoint_load_job(path, &before.job));
    for (int i = 0; i < now.count; i++) {
        const struct setting *row = &now.table[i];
        char a[JOB_LIST + 16], b[JOB_LIST + 16];
        settings_format(&now, row, a, sizeof a);
        settings_format(&then, row, b, sizeof b);
        if (!may_change(row, &q->job) && strcmp(a, b) != 0)
            return FAIL(ST_SETTING,
                        "%s is '%s' but the run in %s has '%s': a resumed run keeps "
                        "its settings; start another with --folder",
                        row->name, a, folder, b);
    }
    return ST_OK;
}

static enum status read_request(struct request *q, int argc, char **argv)
{
    char ini[JOB_PATH + 16], folder[JOB_PATH];
    const char *target = NULL;
    struct settings s = job_settings(&q->job);
    q->options = (struct train_options){.mode = FOLDER_NEW, .encode = 1};
    TRY(settings_defaults(&s));
    TRY(take_options(q, argc, argv, &target)); /* to find the target and wrong options */
    if (!target)
        return FAIL(ST_USAGE, "which job?  write: hourglass train jobs/NAME.ini, or "
                              "hourglass train RUN --resume");
    int in_folder = is_folder(target);
    if (in_folder && q->options.mode != FOLDER_RESUME)
        return FAIL(ST_USAGE, "%s is a folder: to go on with a run write --resume", target);
    snprintf(ini, sizeof ini, in_folder ? "%s/job.ini" : "%s", target);
    TRY(settings_defaults(&s));
    TRY(settings_read_file(&s, ini));
    TRY(settings_read_environment(&s));
    if (in_folder) TRY(settings_set(&s, target, "run.folder", target));
    TRY(take_options(q, argc, argv, &target));
    job_folder(&q->job, folder, sizeof folder);
    return q->options.mode == FOLDER_RESUME ? keep_bits(q, folder) : ST_OK;
}

static enum status command(struct world *w, int argc, char **argv)
{
    static struct request q;
    TRY(world_agree(w, w->rank == 0 ? read_request(&q, argc, argv) : ST_OK));
    world_broadcast(w, &q, sizeof q);
    return train_run(w, &q.job, &q.options);
}

const struct command train_command = {.word = "train", .together = command};
