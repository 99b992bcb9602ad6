/* make_run FOLDER [ROWS]: a run folder as made_run.h makes it, for the script tests. */
#include "check.h"

#include "made_run.h"

int main(int argc, char **argv)
{
    struct made_run r = {.rows = argc > 2 ? (size_t)atol(argv[2]) : 50, .denoising = 1};
    if (argc < 2) return 64;
    snprintf(r.folder, sizeof r.folder, "%s", argv[1]);
    made_new(&r);
    made_drop(&r);
    return 0;
}
