#include "train/folder.h"

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

static int lock = -1; /* the folder, open and locked */

/* The files of a run, and what a killed one may have left. */
static const char *const ours[] = {
    "checkpoint-*.h5", "checkpoint-*.h5.part", "job.ini",      "job.ini.part",
    "metrics.csv",     "metrics.csv.part",     "summary.json", "summary.json.part",
    "results.h5",      "results.h5.part*"};

static int is_ours(const char *name)
{
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        if (fnmatch(ours[i], name, 0) == 0) return 1;
    return 0;
}

static enum status take_lock(const char *folder)
{
    lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
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

enum status folder_open(const char *folder, enum folder_mode mode)
{
    struct stat info;
    int exists = stat(folder, &info) == 0;
    if (exists && mode == FOLDER_NEW)
        return FAIL(
            ST_CANTCREATE,
            "run folder %s exists: go on with --resume, start anew with --overwrite, or "
            "choose another with --folder",
            folder);
    if (!exists && mode == FOLDER_RESUME)
        return FAIL(ST_NOINPUT, "run folder %s is not there: there is nothing to resume",
                    folder);
    if (!exists) TRY(commit_folder(folder));
    TRY(take_lock(folder));
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
    for (struct dirent *e; dir && (e = readdir(dir));)
        found |= fnmatch("checkpoint-*.h5", e->d_name, 0) == 0;
    if (dir) closedir(dir);
    return found;
}
