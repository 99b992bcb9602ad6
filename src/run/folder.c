#include "run/folder.h"

#include "base/log.h"
#include "store/checkpoint_name.h"
#include "store/commit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int lock = -1; /* FOLDER/.lock, open and locked */

/* The files of a run beside its checkpoints. */
static const char *const ours[] = {"job.ini", "metrics.csv", "summary.json", "results.h5"};

/* What hourglass-analysis makes in FOLDER/figures: files of these names and endings, and the
 * numbers behind them all.  tests/apps/test_replace.sh holds the list against --list. */
static const char *const figures[] = {
    "figures",           "model-summary",       "reconstructions",
    "denoised",          "residual-pca-shared", "residual-pca-own",
    "residual-variance", "interpolation-same",  "interpolation-different",
    "latent-scatter",    "nearest-neighbours",  "latent-manifold",
    "generated",         "loss-curves"};
static const char *const endings[] = {".png", ".svg", ".pdf", ".h5"};

/* What follows the name of a file of a run in `name`: "" where it is one, ".part..." where it
 * is one's temporary name; NULL where it is none. */
static const char *after_ours(const char *name)
{
    long epoch, step;
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        size_t n = strlen(ours[i]);
        if (strncmp(name, ours[i], n) == 0) return name + n;
    }
    return checkpoint_name_parse(name, &epoch, &step);
}

/* job.ini is replaced whole, and marks the folder as a run's all the while. */
static int is_replaced(const char *name)
{
    const char *rest = after_ours(name);
    return rest && *rest == '\0' && strcmp(name, "job.ini") != 0;
}

static int is_figure(const char *name)
{
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        size_t n = strlen(figures[i]);
        if (strncmp(name, figures[i], n) != 0) continue;
        for (size_t k = 0; k < sizeof endings / sizeof endings[0]; k++)
            if (strcmp(name + n, endings[k]) == 0) return 1;
    }
    return 0;
}

static int is_report(const char *name)
{
    return strcmp(name, "report.html") == 0;
}

/* What a killed run has left half written. */
static int is_left(const char *name)
{
    const char *rest = after_ours(name);
    return rest && strncmp(rest, ".part", 5) == 0;
}

static enum status remove_files(const char *folder, int (*which)(const char *name))
{
    DIR *dir = opendir(folder);
    if (!dir) return FAIL(ST_CANTCREATE, "run folder %s: %s", folder, strerror(errno));
    enum status st = ST_OK;
    for (struct dirent *e; st == ST_OK && (e = readdir(dir));)
        if (which(e->d_name) && unlinkat(dirfd(dir), e->d_name, 0) != 0)
            st = FAIL(ST_CANTCREATE, "%s/%s: %s", folder, e->d_name, strerror(errno));
    closedir(dir);
    return st;
}

/* No lock was to be had, for this reason. */
static enum status without_lock(const char *folder, int why)
{
    if (why == EWOULDBLOCK)
        return FAIL(ST_CANTCREATE,
                    "run folder %s is in use by another hourglass: wait for it, or "
                    "choose another with --folder",
                    folder);
    if (why != ENOLCK && why != ENOSYS && why != ENOTSUP && why != EINVAL)
        return FAIL(ST_CANTCREATE, "run folder %s cannot be locked: %s", folder, strerror(why));
    log_warning("run folder %s cannot be locked (%s): nothing keeps a second hourglass from "
                "writing into it, so start only one",
                folder, strerror(why));
    return ST_OK;
}

enum status folder_lock(const char *folder)
{
    char path[1100];
    snprintf(path, sizeof path, "%s/.lock", folder);
    lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock < 0) return FAIL(ST_CANTCREATE, "run folder %s: %s", folder, strerror(errno));
    /* Under the lock nobody is at work on what is half written. */
    if (flock(lock, LOCK_EX | LOCK_NB) == 0) return remove_files(folder, is_left);
    enum status st = without_lock(folder, errno);
    if (st != ST_OK) folder_close();
    return st;
}

/* What was drawn of the run that goes. */
static enum status remove_drawn(const char *folder)
{
    char drawn[1100];
    struct stat info;
    snprintf(drawn, sizeof drawn, "%s/figures", folder);
    if (lstat(drawn, &info) == 0 && S_ISDIR(info.st_mode)) {
        TRY(remove_files(drawn, is_figure));
        rmdir(drawn); /* where nobody else's files are in it */
    }
    return remove_files(folder, is_report);
}

/* Whether a folder that is there is a run's: it has a job.ini, or is empty but for what a run
 * killed in its first moments leaves. */
static int is_run(DIR *dir)
{
    int others = 0;
    for (struct dirent *e; (e = readdir(dir));) {
        if (strcmp(e->d_name, "job.ini") == 0) return 1;
        others += e->d_name[0] != '.' && !is_left(e->d_name);
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
    if (mode != FOLDER_OVERWRITE) return ST_OK;
    TRY(remove_drawn(folder));
    return remove_files(folder, is_replaced);
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
        long epoch, step;
        const char *rest = checkpoint_name_parse(e->d_name, &epoch, &step);
        found |= rest && *rest == '\0';
    }
    if (dir) closedir(dir);
    return found;
}
