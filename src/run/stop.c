#include "run/stop.h"

#include <signal.h>
#include <string.h>

static volatile sig_atomic_t requested;

static void request(int signal_number)
{
    (void)signal_number;
    requested = 1;
}

void stop_install(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = request;
    action.sa_flags = SA_RESTART;
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

int stop_requested(void)
{
    return requested;
}
