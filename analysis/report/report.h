/* report - the command `hourglass-analysis report RUN`: a self-contained HTML page of a run.
 *
 * RUN/report.html holds everything: pictures, style, script and the decoder's weights, and is
 * smaller than REPORT_BYTES.  The browser is told to load nothing and to run no script but the
 * page's own.  All functions are Local.
 */
#ifndef ANALYSIS_REPORT_REPORT_H
#define ANALYSIS_REPORT_REPORT_H

#include "base/status.h"

enum { REPORT_BYTES = 3000000 };

/* Write RUN/report.html.  What there is gets in, whatever is missing.  Fails with
 * ST_NOINPUT where the run is not there, ST_CANTCREATE, ST_NOMEM; and, after writing, with the
 * worst failure of a part of the run that is there but damaged. */
enum status report_write(const char *run) MUST_USE;

/* The command with its arguments argv[argc]: argv[0] is its name.  Fails with ST_USAGE, or as
 * report_write does. */
enum status report_command(int argc, char **argv) MUST_USE;

#endif
