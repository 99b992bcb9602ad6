#include "run/folder.h"

#include "store/checkpoint.h"
#include "store/commit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int lock = -1; /* FOLDER/.lock, open and locked */

/* The files of a run beside its checkpoints, and what a killed one may have left.  job.ini is
 * not among them: it is replaced whole, and marks the folder as a run's all the while. */
static const char *const ours[] = {"job.ini.part",    "metrics.csv",       "metrics.csv.part",
                                   "summary.json",    "summary.json.part", "results.h5",
                                   "results.h5.part*"};

/* What follows the name of a checkpoint in name: "", ".part"; NULL where it is none. */
static const char *after_checkpoint(const char *name)
{
    long epoch, step;
    char exact[64];
    if (sscanf(name, "checkpoint-%ld-%ld.h5", &epoch, &step) != 2) return NULL;
    checkpoint_name(epoch, step, exact, sizeof exact);
    return strncmp(name, exact, strlen(exact)) == 0 ? name + strlen(exact) : NULL;
}

static int is_ours(const char *name)
{
    const char *rest = after_checkpoint(name);
    if (rest) return *rest == '\0' || strcmp(rest, ".part") == 0;
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        if (fnmatch(ours[i], name, 0) == 0) return 1;
    return 0;
}

enum status folder_lock(const char *folder)
{
    char path[1100];
    snprintf(path, sizeof path, "%s/.lock", folder);
    lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock < 0) return FAIL(ST_CANTCREATE, "run folder %s: %s", folder, strerror(errno));
    if (flock(lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return ST_OK;
    folder_close();
    return FAIL(ST_CANTCREATE,
                "run folder %s is in use by another hourglass: wait for it, or "
                "choose another with --folder",
                folder);
}

static enum status remove_ours(const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir) return FAIL(ST_CANTCREATE, "run folder %s: %s", folder, strerror(errno));
    enum status st = ST_OK;
    for (struct dirent *e; st == ST_OK && (e = readdir(dir));)
        if (is_ours(e->d_name) && unlinkat(dirfd(dir), e->d_name, 0) != 0)
            st = FAIL(ST_CANTCREATE, "%s/%s: %s", folder, e->d_name, strerror(errno));
    closedir(dir);
    return st;
}

/* Whether a folder that is there is a run's: it has a job.ini, or is empty but for what a run
 * killed in its first moments leaves. */
static int is_run(DIR *dir)
{
    int others = 0;
    for (struct dirent *e; (e = readdir(dir));) {
        if (strcmp(e->d_name, "job.ini") == 0) return 1;
        others += e->d_name[0] != '.' && strcmp(e->d_name, "job.ini.part") != 0;
    }
    return others == 0;
}

enum status folder_check(const char *folder, enum folder_mode mode)
{
    DIR *dir = opendir(folder);
    if (!dir && errno == ENOENT) return ST_OK;
    if (!dir) return FAIL(ST_CANTCREATE, "run folder %s: %s", folder, strerror(errno));
    int run = is_run(dir);
    closedir(dir);
    if (mode == FOLDER_NEW)
        return FAIL(
            ST_CANTCREATE,
            "run folder %s exists: go on with --resume, start anew with --overwrite, or "
            "choose another with --folder",
            folder);
    if (!run)
        return FAIL(ST_CANTCREATE,
                    "%s is not the folder of a run (it has no job.ini): choose another with "
                    "--folder",
                    folder);
    return ST_OK;
}

enum status folder_open(const char *folder, enum folder_mode mode)
{
    TRY(folder_check(folder, mode));
    TRY(commit_folder(folder));
    TRY(folder_lock(folder));
    return mode == FOLDER_OVERWRITE ? remove_ours(folder) : ST_OK;
}

void folder_close(void)
{
    if (lock >= 0) close(lock);
    lock = -1;
}

int folder_has_checkpoint(const char *folder)
{
    DIR *dir = opendir(folder);
    int found = 0;
    for (struct dirent *e; dir && (e = readdir(dir));) {
        const char *rest = after_checkpoint(e->d_name);
        found |= rest && *rest == '\0';
    }
    if (dir) closedir(dir);
    return found;
}
