/* status - how a function says that it failed, and in which words.
 *
 * A function that can fail returns an enum status.  Where the failure is born, FAIL records
 * one message for the user and gives the code; everybody above passes the code up with TRY.
 * The codes are ordered: a larger one is worse, so that ranks can agree on the worst.
 */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

#define MUST_USE          __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

enum status {
    ST_OK = 0,
    ST_STOPPED,    /* stopped on request, with a checkpoint */
    ST_USAGE,      /* the command line is wrong */
    ST_SETTING,    /* a setting or a job file is wrong */
    ST_NOINPUT,    /* a file that should be read is not there */
    ST_DATA,       /* a file is there but does not hold what it should */
    ST_SHAPE,      /* shapes do not fit together */
    ST_CANTCREATE, /* a file or folder cannot be written */
    ST_DIVERGED,   /* the training left the finite numbers */
    ST_NOMEM,      /* no memory */
    ST_INTERNAL,   /* a library failed, or a promise of the program was broken */
    ST_COUNT
};

/* Pass a failure up to the caller. */
#define TRY(call)                                                                              \
    do {                                                                                       \
        enum status try_st = (call);                                                           \
        if (try_st != ST_OK) return try_st;                                                    \
    } while (0)

/* The same for functions with one way out: remember it in st and go to done. */
#define TRY_DONE(call)                                                                         \
    do {                                                                                       \
        st = (call);                                                                           \
        if (st != ST_OK) goto done;                                                            \
    } while (0)

enum {
    STATUS_TEXT = 4096
}; /* bytes of a message: a path of a thousand, and what is said of it */

/* Record the message (what, where, what to do) and give the code back.  A later FAIL
 * replaces an earlier one.  Local, cannot fail. */
#define FAIL(st, ...) (status_fail(__VA_ARGS__), (enum status)(st))
void status_fail(const char *format, ...) PRINTF_LIKE(1, 2);

/* The message of the last FAIL, "" before the first.  Valid until the next FAIL. */
const char *status_message(void);

/* Replace the message: used when another rank's message is the one to show. */
void status_set_message(const char *text);

/* A short English name, and the exit code of the process (README, "Exit codes"). */
const char *status_name(enum status st);
int status_exit(enum status st);

enum { EXIT_STALLED = 86 }; /* the watchdog's own exit code */

#endif
