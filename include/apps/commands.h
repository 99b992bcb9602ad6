/* commands - the commands of the program hourglass: rows of one table, a file each.
 *
 * argv begins after the command's word.  A failure is returned, its message recorded; main
 * prints it once.
 */
#ifndef APPS_COMMANDS_H
#define APPS_COMMANDS_H

#include "base/status.h"

struct world;

/* One of the two: alone is without MPI, together is Collective. */
struct command {
    const char *word;
    int stops; /* a signal asks it to stop with a checkpoint, from the first line of main */
    enum status (*alone)(int argc, char **argv);
    enum status (*together)(struct world *w, int argc, char **argv);
};

extern const struct command import_command, info_command, train_command, encode_command,
    check_command, scale_command;

#endif
