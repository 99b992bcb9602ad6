/* thousands - a whole number in decimal digits with separators: 10000 -> "10,000". */
#ifndef ANALYSIS_INPUT_THOUSANDS_H
#define ANALYSIS_INPUT_THOUSANDS_H

#include <stddef.h>

/* The text is good until the fourth call after.  Local, cannot fail. */
const char *thousands_text(size_t n);

#endif
