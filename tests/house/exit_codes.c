/* exit_codes - print every code that the programs can end with, one a line.  For test_readme.
 */
#include "base/status.h"

#include <stdio.h>

int main(void)
{
    for (int st = 0; st < ST_COUNT; st++) printf("%d\n", status_exit((enum status)st));
    printf("%d\n", EXIT_STALLED);
    return 0;
}
