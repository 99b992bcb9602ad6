/* lying_disk - stands before pwrite in a program: of what `hourglass check` writes to try the
 * storage, all that is longer than the file's own words is lost in silence.  For test_check. */
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WORDS = 8192 }; /* bytes */

static int is_lost(int fd, size_t n)
{
    char link[64], path[2048] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    return n > WORDS && readlink(link, path, sizeof path - 1) > 0 &&
           strstr(path, "/storage.h5.part");
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at)
{
    return is_lost(fd, n) ? (ssize_t)n : syscall(SYS_pwrite64, fd, bytes, n, at);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at)
{
    size_t n = 0;
    for (int i = 0; i < count; i++) n += parts[i].iov_len;
    return is_lost(fd, n) ? (ssize_t)n
                          : syscall(SYS_pwritev, fd, parts, (long)count, (long)at, 0L);
}
