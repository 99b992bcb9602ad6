/* commands - the commands of the program hourglass, one file each.
 *
 * argv begins after the command's word.  A failure is returned, its message recorded; main
 * prints it once.
 */
#ifndef APPS_COMMANDS_H
#define APPS_COMMANDS_H

#include "base/status.h"

struct world;

/* Without MPI. */
enum status import_run(int argc, char **argv) MUST_USE;
enum status info_run(int argc, char **argv) MUST_USE;

/* Collective. */
enum status train_command(struct world *w, int argc, char **argv) MUST_USE;
enum status encode_command(struct world *w, int argc, char **argv) MUST_USE;

#endif
