#include "store/commit.h"

#include "base/log.h"
#include "base/pulse.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PIECE = 1 << 18,  /* bytes read at once */
    WRITE = 1 << 24,  /* bytes written at once */
    SYNCED = 1 << 28, /* bytes after which a large file is synced on the way */
    NAMES = 10000,    /* temporary names that are tried */
};

static enum status cannot(const char *what, const char *path)
{
    int why = errno;
    const char *hint = why == ENOSPC || why == EDQUOT || why == EFBIG ? "; make space there"
                       : why == EACCES || why == EPERM || why == EROFS
                           ? "; choose a folder that you may write to"
                           : "";
    return FAIL(ST_CANTCREATE, "%s cannot be %s: %s%s", path, what, strerror(why), hint);
}

static enum status join(char path[PATH_MAX], const char *folder, const char *name,
                        const char *end)
{
    int n = snprintf(path, PATH_MAX, "%s/%s%s", folder, name, end);
    if (n >= PATH_MAX) return FAIL(ST_CANTCREATE, "the path %s/%s is too long", folder, name);
    return ST_OK;
}

static int open_again(const char *path, int flags)
{
    int fd;
    do fd = open(path, flags | O_CLOEXEC, 0666);
    while (fd < 0 && errno == EINTR);
    return fd;
}

static int sync_again(int fd)
{
    int failed;
    do failed = fsync(fd);
    while (failed && errno == EINTR);
    return failed;
}

/* 0, or -1 with errno.  A slow disk shows its pulse: no call takes more than a piece. */
static int write_all(int fd, const char *bytes, size_t n)
{
    for (size_t done = 0, synced = 0; done < n;) {
        ssize_t wrote = write(fd, bytes + done, n - done < WRITE ? n - done : WRITE);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return -1;
        if (wrote == 0) return errno = ENOSPC, -1;
        done += (size_t)wrote;
        pulse_beat();
        if (done - synced < SYNCED) continue;
        if (sync_again(fd) != 0) return -1;
        synced = done;
        pulse_beat();
    }
    return 0;
}

/* Some network, container and foreign file systems cannot sync a folder: said once. */
static int is_not_supported(int why, const char *folder)
{
    static int said;
    if (why != EINVAL && why != ENOTSUP && why != ENOSYS) return 0;
    if (!said++)
        log_warning("%s cannot be synced as a folder (%s): files are written whole there, but "
                    "the last one may be missing after a power failure",
                    folder, strerror(why));
    return 1;
}

static enum status sync_folder(const char *path)
{
    int fd = open_again(path, O_RDONLY | O_DIRECTORY);
    if (fd < 0) return cannot("opened", path);
    int failed = sync_again(fd);
    enum status st = failed && !is_not_supported(errno, path) ? cannot("synced", path) : ST_OK;
    close(fd);
    return st;
}

/* A new file under a temporary name that no other writer has: folder/NAME.part-PID-I.  Hosts
 * may share a process's number, so that it is the creation that decides. */
static enum status open_part(const char *folder, const char *name, char part[PATH_MAX], int *fd)
{
    *fd = -1;
    for (int i = 0; i < NAMES && *fd < 0; i++) {
        char end[48];
        snprintf(end, sizeof end, ".part-%ld-%d", (long)getpid(), i);
        TRY(join(part, folder, name, end));
        *fd = open_again(part, O_WRONLY | O_CREAT | O_EXCL);
        if (*fd < 0 && errno != EEXIST) break;
    }
    return *fd < 0 ? cannot("created", part) : ST_OK;
}

/* Write, sync and close. */
static enum status write_part(int fd, const char *part, const void *bytes, size_t n)
{
    enum status st = ST_OK;
    if (write_all(fd, bytes, n) != 0)
        st = cannot("written", part);
    else if (sync_again(fd) != 0)
        st = cannot("synced", part);
    if (close(fd) != 0 && errno != EINTR && st == ST_OK) st = cannot("closed", part);
    return st;
}

/* Up to n bytes; -1 with errno where it cannot be read. */
static ssize_t read_again(int fd, void *bytes, size_t n)
{
    ssize_t got;
    do got = read(fd, bytes, n);
    while (got < 0 && errno == EINTR);
    return got;
}

/* 1 where fd holds these n bytes and no more, 0 where it does not, -1 with errno. */
static int holds(int fd, const char *bytes, size_t n)
{
    static char piece[PIECE];
    for (;;) {
        ssize_t got = read_again(fd, piece, sizeof piece);
        pulse_beat();
        if (got < 0) return -1;
        if (got == 0) return n == 0;
        if ((size_t)got > n || memcmp(piece, bytes, (size_t)got) != 0) return 0;
        bytes += got;
        n -= (size_t)got;
    }
}

/* Synced pages leave the kernel's memory, so that the disk is asked; file systems may ignore
 * it. */
static void forget(int fd)
{
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
}

enum status commit_sync(const char *path)
{
    int fd = open_again(path, O_RDONLY);
    if (fd < 0) return cannot("opened", path);
    enum status st = sync_again(fd) ? cannot("synced", path) : ST_OK;
    if (st == ST_OK) forget(fd);
    close(fd);
    return st;
}

/* What stands in the file is what was meant. */
static enum status compare(const char *part, const void *bytes, size_t n)
{
    int fd = open_again(part, O_RDONLY);
    if (fd < 0) return cannot("read back", part);
    forget(fd);
    int equal = holds(fd, bytes, n);
    enum status st = equal < 0 ? cannot("read back", part) : ST_OK;
    close(fd);
    if (equal == 0)
        st = FAIL(ST_CANTCREATE, "%s does not hold what was written to it: check the disk",
                  part);
    return st;
}

/* Rename part to path within folder, durably. */
static enum status put_in_place(const char *folder, const char *part, const char *path)
{
    if (rename(part, path) != 0) return cannot("renamed into place", path);
    return sync_folder(folder);
}

enum status commit_bytes(const char *folder, const char *name, const void *bytes, size_t n)
{
    char part[PATH_MAX], path[PATH_MAX];
    int fd;
    TRY(join(path, folder, name, ""));
    TRY(open_part(folder, name, part, &fd));
    enum status st = write_part(fd, part, bytes, n);
    if (st == ST_OK) st = compare(part, bytes, n);
    if (st == ST_OK) st = put_in_place(folder, part, path);
    if (st != ST_OK) unlink(part);
    return st;
}

enum status commit_part(const char *folder, const char *name, char *part, size_t n)
{
    char path[PATH_MAX];
    int fd;
    TRY(open_part(folder, name, path, &fd));
    close(fd);
    snprintf(part, n, "%s", path + strlen(folder) + 1);
    return ST_OK;
}

enum status commit_file(const char *folder, const char *part, const char *name)
{
    char from[PATH_MAX], to[PATH_MAX];
    TRY(join(from, folder, part, ""));
    TRY(join(to, folder, name, ""));
    TRY(commit_sync(from));
    return put_in_place(folder, from, to);
}

void commit_discard(const char *folder, const char *part)
{
    DIR *dir = opendir(folder);
    size_t n = strlen(part);
    for (struct dirent *e; dir && (e = readdir(dir));)
        if (strncmp(e->d_name, part, n) == 0 && (e->d_name[n] == '\0' || e->d_name[n] == '.'))
            unlinkat(dirfd(dir), e->d_name, 0);
    if (dir) closedir(dir);
}

/* Make one folder of a path whose parents are there, durably. */
static enum status make_folder(const char *path)
{
    struct stat s;
    char parent[PATH_MAX];
    if (mkdir(path, 0777) == 0) {
        TRY(join(parent, path, "..", ""));
        return sync_folder(parent);
    }
    int why = errno;
    if (stat(path, &s) == 0 && S_ISDIR(s.st_mode)) return ST_OK;
    errno = why == EEXIST ? ENOTDIR : why;
    return cannot("made", path);
}

enum status commit_folder(const char *folder)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s", folder);
    if (n >= PATH_MAX) return FAIL(ST_CANTCREATE, "the path %s is too long", folder);
    for (char *at = path + 1; *at; at++) {
        if (*at != '/') continue;
        *at = '\0';
        TRY(make_folder(path));
        *at = '/';
    }
    return make_folder(path);
}
