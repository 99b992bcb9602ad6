/* clock - the time.  Local, cannot fail. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/* Seconds of a clock that never goes back; its zero means nothing. */
double clock_seconds(void);

/* UTC now, as 2026-01-31T23:59:59Z. */
void clock_utc(char text[32]);

#endif
