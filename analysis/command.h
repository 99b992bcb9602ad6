/* command - the command line of hourglass-analysis. */
#ifndef ANALYSIS_COMMAND_H
#define ANALYSIS_COMMAND_H

/* Do what argv asks for; the exit code of the process. */
int command_run(int argc, char **argv);

#endif
