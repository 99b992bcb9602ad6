#include "comm/watchdog.h"

#include "base/clock.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static struct {
    struct world *w;
    double limit;
    pthread_t thread;
    int runs;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    int stop;
    _Atomic(const char *) what;
    atomic_long number;
    _Atomic double since;
} dog = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

void watchdog_phase(const char *what, long number)
{
    atomic_store_explicit(&dog.what, what, memory_order_relaxed);
    atomic_store_explicit(&dog.number, number, memory_order_relaxed);
    atomic_store_explicit(&dog.since, clock_seconds(), memory_order_relaxed);
}

/* MPI_Abort may itself hang in a broken job: an alarm that nobody handles ends the process. */
static void bite(void)
{
    fprintf(stderr,
            "hourglass: rank %d has made no progress for %.0f s in '%s' (%ld); the job is "
            "aborted; committed checkpoints are good: go on with --resume "
            "(run.stall_seconds sets the limit)\n",
            dog.w->rank, dog.limit, atomic_load(&dog.what), atomic_load(&dog.number));
    signal(SIGALRM, SIG_DFL);
    alarm(10);
    world_abort(dog.w, EXIT_STALLED);
}

/* Sleep for a while or until watchdog_stop; true to go on. */
static int nap(double seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    long whole = (long)seconds;
    until.tv_sec += whole;
    until.tv_nsec += (long)(1e9 * (seconds - (double)whole));
    if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
    pthread_mutex_lock(&dog.lock);
    if (!dog.stop) pthread_cond_timedwait(&dog.wake, &dog.lock, &until);
    int go_on = !dog.stop;
    pthread_mutex_unlock(&dog.lock);
    return go_on;
}

static void *watch(void *unused)
{
    (void)unused;
    double pause = dog.limit / 4 < 1 ? dog.limit / 4 : 1;
    while (nap(pause))
        if (clock_seconds() - atomic_load(&dog.since) > dog.limit) bite();
    return NULL;
}

enum status watchdog_start(struct world *w, double limit)
{
    if (limit <= 0) return ST_OK;
    sigset_t all, before;
    dog.w = w, dog.limit = limit, dog.stop = 0;
    watchdog_phase("starting", 0);
    /* Signals are for the main thread. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    dog.runs = pthread_create(&dog.thread, NULL, watch, NULL) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return dog.runs ? ST_OK : FAIL(ST_INTERNAL, "the watchdog's thread cannot start");
}

void watchdog_stop(void)
{
    if (!dog.runs) return;
    pthread_mutex_lock(&dog.lock);
    dog.stop = 1;
    pthread_cond_signal(&dog.wake);
    pthread_mutex_unlock(&dog.lock);
    pthread_join(dog.thread, NULL);
    dog.runs = 0;
}
