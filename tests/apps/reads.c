/* reads - stands before the C library in a program: each opening of a file whose path holds the
 * text READS_OF, and each read from it, is a line in the file READS_LOG: the process, "opens"
 * or "reads", bytes, and the path.  For test_reading. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static void note(const char *what, long bytes, const char *path)
{
    const char *of = getenv("READS_OF"), *log = getenv("READS_LOG");
    char line[1200];
    if (!of || !log || !strstr(path, of)) return;
    int n = snprintf(line, sizeof line, "%ld %s %ld %s\n", (long)getpid(), what, bytes, path);
    int to = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CREAT, 0666);
    if (syscall(SYS_write, to, line, n) != n) abort();
    syscall(SYS_close, to);
}

/* What a read has brought. */
static ssize_t noted(int fd, ssize_t bytes)
{
    char link[64], path[1024] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    if (readlink(link, path, sizeof path - 1) > 0 && bytes > 0) note("reads", bytes, path);
    return bytes;
}

static int opened(int fd, const char *path)
{
    if (fd >= 0) note("opens", 0, path);
    return fd;
}

#define OPEN(name)                                                                             \
    int name(const char *path, int flags, ...)                                                 \
    {                                                                                          \
        va_list args;                                                                          \
        va_start(args, flags);                                                                 \
        int mode = flags & O_CREAT ? va_arg(args, int) : 0;                                    \
        va_end(args);                                                                          \
        return opened((int)syscall(SYS_openat, AT_FDCWD, path, flags, mode), path);            \
    }
OPEN(open)
OPEN(open64)

#define FOPEN(name)                                                                            \
    FILE *name(const char *path, const char *mode)                                             \
    {                                                                                          \
        FILE *(*own)(const char *, const char *);                                              \
        *(void **)&own = dlsym(RTLD_NEXT, #name);                                              \
        FILE *f = own(path, mode);                                                             \
        opened(f ? 0 : -1, path);                                                              \
        return f;                                                                              \
    }
FOPEN(fopen)
FOPEN(fopen64)

#define PREAD(name)                                                                            \
    ssize_t name(int fd, void *to, size_t n, off_t at)                                         \
    {                                                                                          \
        return noted(fd, syscall(SYS_pread64, fd, to, n, at));                                 \
    }
PREAD(pread)
PREAD(pread64)

#define PREADV(name)                                                                           \
    ssize_t name(int fd, const struct iovec *to, int n, off_t at)                              \
    {                                                                                          \
        return noted(fd, syscall(SYS_preadv, fd, to, n, at, 0));                               \
    }
PREADV(preadv)
PREADV(preadv64)

ssize_t read(int fd, void *to, size_t n)
{
    return noted(fd, syscall(SYS_read, fd, to, n));
}

ssize_t readv(int fd, const struct iovec *to, int n)
{
    return noted(fd, syscall(SYS_readv, fd, to, n));
}
