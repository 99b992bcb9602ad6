/* log - lines for the user on stderr.
 *
 * One rank speaks: log_quiet silences the others.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/status.h"

/* From now on log_line prints nothing in this process. */
void log_quiet(void);

/* One line on stderr; the line's end is added. */
void log_line(const char *format, ...) PRINTF_LIKE(1, 2);

/* "hourglass: warning: ..." */
void log_warning(const char *format, ...) PRINTF_LIKE(1, 2);

#endif
