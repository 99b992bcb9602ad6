#include "check.h"

#include "run/stop.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* In a process of its own, since a request stays: whether a signal is taken as one. */
static int is_a_request(int signal_number)
{
    int how;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        stop_install();
        if (stop_requested()) _exit(2);
        raise(signal_number);
        _exit(stop_requested() ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &how, 0), child);
    return WIFEXITED(how) && WEXITSTATUS(how) == 0;
}

static void both_signals_ask_for_a_stop(void **state)
{
    (void)state;
    assert_true(is_a_request(SIGUSR1));
    assert_true(is_a_request(SIGTERM));
    assert_false(is_a_request(SIGUSR2)); /* the control */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_signals_ask_for_a_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
