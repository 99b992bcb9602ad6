/* slow_disk - stands before fsync in a program: results take SLOW_SYNC seconds to reach the
 * disk. For test_stall. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int is_results(int fd)
{
    char link[64], path[512] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    return readlink(link, path, sizeof path - 1) > 0 && strstr(path, "/results.h5.part");
}

int fsync(int fd)
{
    if (is_results(fd)) sleep((unsigned)atoi(getenv("SLOW_SYNC")));
    return (int)syscall(SYS_fsync, fd);
}
