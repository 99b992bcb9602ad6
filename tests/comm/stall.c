/* stall MODE - a job under a watchdog of two seconds, for test_watchdog.
 *
 *   sleep      rank 1 falls asleep after more progress than the limit is long
 *   full       this rank does, and nobody reads its stderr, which is full
 *   suspended  all ranks are suspended for longer than the limit, and go on
 *   waiting    rank 0 waits for rank 1, which works on a long phase
 *   forgotten  rank 0 waits for rank 1, which sleeps and has no watchdog; the limit is less
 */
#include "base/pulse.h"
#include "comm/watchdog.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TENTH = 100000 /* microseconds */ };

static void work(int tenths)
{
    for (int i = 1; i <= tenths; i++) {
        watchdog_phase("waiting", i);
        usleep(TENTH);
    }
}

static void fall_asleep(void)
{
    watchdog_phase("the long sleep", 42);
    sleep(60);
}

static void fill_stderr(void)
{
    static const char dots[4096];
    fcntl(STDERR_FILENO, F_SETFL, O_NONBLOCK);
    while (write(STDERR_FILENO, dots, sizeof dots) > 0) {
    }
    while (write(STDERR_FILENO, dots, 1) > 0) {
    }
    fcntl(STDERR_FILENO, F_SETFL, 0);
}

/* A child wakes this process up again. */
static void be_suspended(unsigned seconds)
{
    if (fork() == 0) {
        sleep(seconds);
        kill(getppid(), SIGCONT);
        _exit(0);
    }
    raise(SIGSTOP);
    usleep(10 * TENTH); /* the watchdog looks before anything is done */
}

static void wait_for_rank_1(struct world *w)
{
    if (w->rank == 0)
        watchdog_wait("rank 1 to be done", 0);
    else
        watchdog_phase("a long phase", 0);
    for (int i = 0; w->rank == 1 && i < 40; i++) {
        pulse_beat();
        usleep(TENTH);
    }
    world_barrier(w);
    work(5);
}

static void wait_for_ever(struct world *w)
{
    if (w->rank == 1) watchdog_stop();
    watchdog_wait("rank 1 to wake up", 7);
    sleep(60);
}

int main(int argc, char **argv)
{
    struct world w;
    const char *mode = argc > 1 ? argv[1] : "sleep";
    if (world_init(&w, &argc, &argv) != ST_OK) return 1;
    if (watchdog_start(&w, strcmp(mode, "forgotten") ? 2 : 0.3) != ST_OK) return 1;
    if (strcmp(mode, "sleep") == 0) {
        work(w.rank == 0 ? 600 : 30);
        fall_asleep();
    } else if (strcmp(mode, "full") == 0) {
        fill_stderr();
        fall_asleep();
    } else if (strcmp(mode, "suspended") == 0) {
        be_suspended(5);
        work(10);
    } else if (strcmp(mode, "forgotten") == 0) {
        wait_for_ever(&w);
    } else {
        wait_for_rank_1(&w);
    }
    watchdog_stop();
    world_free(&w);
    return 0;
}
