#include "analysis/input/thousands.h"

#include <stdio.h>

const char *thousands_text(size_t n)
{
    static char texts[4][32];
    static int next;
    char *text = texts[next++ % 4];
    if (n < 1000)
        snprintf(text, 32, "%zu", n);
    else if (n < 1000000)
        snprintf(text, 32, "%zu,%03zu", n / 1000, n % 1000);
    else
        snprintf(text, 32, "%zu,%03zu,%03zu", n / 1000000, n / 1000 % 1000, n % 1000);
    return text;
}
