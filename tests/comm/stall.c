/* stall - rank 1 of a job falls asleep, after more progress than its watchdog's limit is long;
 * the watchdog must end the job.  For test_watchdog. */
#include "comm/watchdog.h"

#include <unistd.h>

int main(int argc, char **argv)
{
    struct world w;
    if (world_init(&w, &argc, &argv) != ST_OK) return 1;
    if (watchdog_start(&w, 2) != ST_OK) return 1;
    for (int i = 1; w.rank == 0 ? i < 600 : i < 30; i++) {
        watchdog_phase("waiting", i);
        usleep(100000);
    }
    watchdog_phase("the long sleep", 42);
    sleep(60);
    watchdog_stop();
    world_free(&w);
    return 0;
}
