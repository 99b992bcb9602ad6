/* old_cpu - a program whose CPU lacks something: stands in the place of base/cpu.c.  For
 * test_old_cpu. */
#include "base/cpu.h"

enum status cpu_check(void)
{
    return FAIL(ST_INTERNAL, "an old CPU");
}
