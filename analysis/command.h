/* command - the command line of hourglass-analysis: a table of its commands and their options.
 */
#ifndef ANALYSIS_COMMAND_H
#define ANALYSIS_COMMAND_H

/* Do what argv[argc] asks for and say on stderr what failed; the exit code of the process.
 * Local. */
int command_run(int argc, char **argv);

#endif
