#include "finished.h"

#include "results_place.h"
#include "run/folder.h"
#include "store/checkpoint.h"
#include "store/checkpoint_load.h"
#include "store/checkpoint_name.h"
#include "summary.h"

#include <string.h>

/* Whether the newest checkpoint is that of the last epoch's end; hex is its state. */
static int is_at_the_end(const char *folder, long epochs, char hex[DIGEST_HEX])
{
    char path[JOB_PATH];
    long epoch, step;
    if (!folder_has_checkpoint(folder)) return 0;
    if (checkpoint_newest(folder, path, sizeof path) != ST_OK) return 0;
    if (!checkpoint_name_parse(strrchr(path, '/') + 1, &epoch, &step)) return 0;
    return epoch == epochs && step == 0 && checkpoint_load_digest(path, hex) == ST_OK;
}

int finished(const char *folder, const struct job *job, int encoded)
{
    char state[DIGEST_HEX];
    if (!summary_is_of_the_end(folder, job->epochs)) return 0;
    if (!is_at_the_end(folder, job->epochs, state)) return 0;
    return !encoded || results_place_holds(folder, state, job->file);
}
