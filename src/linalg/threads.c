#include "linalg/threads.h"

#include <cblas.h>

void threads_one(void)
{
    openblas_set_num_threads(1);
}
