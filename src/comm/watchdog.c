#include "comm/watchdog.h"

#include "base/clock.h"
#include "base/pulse.h"
#include "comm/hosts.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WAITING = 10 /* times the limit for who waits */ };

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
    atomic_int waits;
} dog = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void set_phase(const char *what, long number, int waits)
{
    atomic_store_explicit(&dog.what, what, memory_order_relaxed);
    atomic_store_explicit(&dog.number, number, memory_order_relaxed);
    atomic_store_explicit(&dog.waits, waits, memory_order_relaxed);
    pulse_beat();
}

void watchdog_phase(const char *what, long number)
{
    set_phase(what, number, 0);
}

void watchdog_wait(const char *what, long number)
{
    set_phase(what, number, 1);
}

void watchdog_first(const struct world *w, const char *what, long number)
{
    set_phase(what, number, w->rank != 0);
}

/* Whatever can be said in a moment: nobody may be reading stderr any more. */
static void say(const char *text)
{
    int flags = fcntl(STDERR_FILENO, F_GETFL);
    if (flags >= 0) fcntl(STDERR_FILENO, F_SETFL, flags | O_NONBLOCK);
    ssize_t wrote = write(STDERR_FILENO, text, strlen(text));
    (void)wrote;
    if (flags >= 0) fcntl(STDERR_FILENO, F_SETFL, flags);
}

static void leave(int signal)
{
    (void)signal;
    _exit(EXIT_STALLED);
}

static const char *host_name(void)
{
    static char name[64];
    gethostname(name, sizeof name - 1);
    return name;
}

static void say_no_start(double limit)
{
    char text[512];
    snprintf(text, sizeof text,
             "hourglass: MPI has not started within %.0f s, as host %s sees it: a host is not "
             "reached, or not by the network that MPI takes (HOURGLASS_RUN_STALL_SECONDS sets "
             "the limit)\n",
             limit, host_name());
    say(text);
}

static void say_where(double limit)
{
    char text[512];
    snprintf(text, sizeof text,
             "hourglass: rank %d has made no progress for %.0f s in '%s' (%ld) on host %s; the "
             "job is aborted; committed checkpoints are good: go on with --resume "
             "(run.stall_seconds sets the limit)\n",
             dog.w->rank, limit, atomic_load(&dog.what), atomic_load(&dog.number), host_name());
    say(text);
}

/* MPI_Abort may itself hang in a broken job, and MPICH's waits for the others: after a while
 * this process leaves by itself, whatever comes of the rest, and mpirun ends the others. */
static void bite(double limit)
{
    enum { LAST_SECONDS = 3 };
    char silent[400], text[512];
    sigset_t alarms;
    signal(SIGALRM, leave);
    sigemptyset(&alarms), sigaddset(&alarms, SIGALRM);
    pthread_sigmask(SIG_UNBLOCK, &alarms, NULL); /* all other threads may block it */
    alarm(LAST_SECONDS);
    if (!dog.w) say_no_start(limit), _exit(EXIT_STALLED);
    say_where(limit);
    hosts_silent(silent, sizeof silent);
    snprintf(text, sizeof text, "hourglass: %s heard no more: %s\n",
             strchr(silent, ',') ? "these hosts are" : "this host is", silent);
    if (*silent) say(text);
    world_abort(dog.w, EXIT_STALLED);
}

/* Sleep for a while or until watchdog_stop; true to go on. */
static int nap(double seconds)
{
    double end = clock_seconds() + seconds;
    struct timespec until = {.tv_sec = (time_t)end,
                             .tv_nsec = (long)(1e9 * (end - (double)(time_t)end))};
    pthread_mutex_lock(&dog.lock);
    if (!dog.stop) pthread_cond_timedwait(&dog.wake, &dog.lock, &until);
    int go_on = !dog.stop;
    pthread_mutex_unlock(&dog.lock);
    return go_on;
}

/* A nap that has lasted much longer than it should was none of this process's time. */
static void *watch(void *unused)
{
    double pause = dog.limit / 4 < 1 ? dog.limit / 4 : 1, idle = 0, before = clock_seconds();
    unsigned long seen = pulse_count();
    (void)unused;
    while (nap(pause)) {
        double t = clock_seconds(), passed = t - before;
        idle += passed < 2 * pause ? passed : pause;
        before = t;
        if (pulse_count() != seen) idle = 0;
        seen = pulse_count();
        double limit = atomic_load(&dog.waits) ? WAITING * dog.limit : dog.limit;
        if (idle > limit) bite(limit);
    }
    return NULL;
}

/* Its naps end by the clock that clock_seconds reads and nobody sets. */
static int prepare(void)
{
    pthread_condattr_t steady;
    if (pthread_condattr_init(&steady) != 0) return 0;
    int done = pthread_condattr_setclock(&steady, CLOCK_MONOTONIC) == 0 &&
               pthread_cond_init(&dog.wake, &steady) == 0;
    pthread_condattr_destroy(&steady);
    return done;
}

enum status watchdog_start(struct world *w, double limit)
{
    watchdog_stop(); /* one with another limit */
    if (limit <= 0) return ST_OK;
    sigset_t all, before;
    dog.w = w, dog.limit = limit, dog.stop = 0;
    watchdog_phase("starting", 0);
    if (!prepare()) return FAIL(ST_INTERNAL, "the watchdog has no clock");
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
    pthread_cond_destroy(&dog.wake);
    dog.runs = 0;
}
