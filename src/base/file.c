#include "base/file.h"

#include "base/pulse.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum status file_regular(const char *path, size_t *bytes)
{
    struct stat s;
    if (stat(path, &s) != 0)
        return errno == ENOENT ? FAIL(ST_NOINPUT, "%s is not there", path)
                               : FAIL(ST_NOINPUT, "%s: %s", path, strerror(errno));
    if (S_ISDIR(s.st_mode)) return FAIL(ST_DATA, "%s is a folder, not a file", path);
    if (!S_ISREG(s.st_mode)) return FAIL(ST_DATA, "%s is not a regular file", path);
    if (access(path, R_OK) != 0)
        return FAIL(ST_NOINPUT, "%s cannot be read: %s", path, strerror(errno));
    *bytes = (size_t)s.st_size;
    return ST_OK;
}

enum status file_open(FILE **f, const char *path)
{
    size_t bytes;
    *f = NULL;
    TRY(file_regular(path, &bytes));
    *f = fopen(path, "rb");
    return *f ? ST_OK : FAIL(ST_NOINPUT, "%s cannot be read: %s", path, strerror(errno));
}

enum status file_read(FILE *f, const char *path, size_t at, size_t n, void *out)
{
    enum { PIECE = 1 << 26 };
    for (size_t done = 0; done < n;) {
        size_t take = n - done < PIECE ? n - done : PIECE;
        ssize_t got = pread(fileno(f), (char *)out + done, take, (off_t)(at + done));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0)
            return FAIL(ST_DATA, "%s cannot be read: %s", path,
                        got < 0 ? strerror(errno) : "it ends too early");
        done += (size_t)got;
        pulse_beat();
    }
    return ST_OK;
}

void file_whole_path(const char *path, char *whole, size_t n)
{
    char here[PATH_MAX];
    while (strncmp(path, "./", 2) == 0) path += 2;
    int relative = path[0] != '/' && getcwd(here, sizeof here);
    if (relative && strlen(here) + strlen(path) + 2 <= n)
        snprintf(whole, n, "%s/%s", here, path);
    else
        snprintf(whole, n, "%s", path);
}
