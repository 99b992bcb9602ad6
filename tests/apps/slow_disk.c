/* slow_disk - stands before fsync in a program: results take SLOW_SYNC seconds to reach the
 * disk, for test_stall; checkpoints take SLOW_CHECKPOINT milliseconds, so that a small run
 * takes as long as a test wants and leaves the core to others, for tests/slurm. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int is_part_of(int fd, const char *file)
{
    char link[64], path[512] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    if (readlink(link, path, sizeof path - 1) < 0) return 0;
    return strstr(path, file) && strstr(path, ".h5.part");
}

static void wait_for(const char *variable, long unit)
{
    const char *text = getenv(variable);
    long milliseconds = text ? unit * atol(text) : 0;
    struct timespec left = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    while (nanosleep(&left, &left) != 0) continue; /* a signal does not make a disk faster */
}

int fsync(int fd)
{
    if (is_part_of(fd, "/results")) wait_for("SLOW_SYNC", 1000);
    if (is_part_of(fd, "/checkpoint")) wait_for("SLOW_CHECKPOINT", 1);
    return (int)syscall(SYS_fsync, fd);
}
