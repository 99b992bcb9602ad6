/* stop - a request to stop, from a signal: SIGUSR1 or SIGTERM set a flag, no more.  Local,
 * cannot fail. */
#ifndef RUN_STOP_H
#define RUN_STOP_H

/* Take the signals from now on; what has come since an earlier call is not forgotten. */
void stop_install(void);

/* Whether one has come to this process. */
int stop_requested(void);

#endif
