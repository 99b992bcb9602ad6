/* hourglass - train autoencoders on many ranks. */
#include "apps/commands.h"
#include "base/cpu.h"
#include "base/job.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/version.h"
#include "comm/hosts.h"
#include "comm/watchdog.h"
#include "comm/world.h"
#include "net/layer.h"
#include "run/binary.h"
#include "run/cores.h"
#include "run/launch.h"
#include "run/stop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_help(void)
{
    struct job job;
    struct settings s = job_settings(&job);
    puts(
        "hourglass " HOURGLASS_VERSION ": trains autoencoders on many MPI ranks, to the same "
        "bits on any number of them\n"
        "\n"
        "  hourglass import DIR -o FILE            IDX files (plain or .gz) -> data set\n"
        "  hourglass import --make NAME -o FILE    made data: plane, curve, pixels\n"
        "  mpirun -n P hourglass train JOB.ini     train; leaves runs/NAME\n"
        "      --resume        go on from the newest checkpoint (JOB.ini or the run folder)\n"
        "      --overwrite     start anew in a folder that exists, without what the old run "
        "left\n"
        "      --no-encode     leave out the encoding of the test set at the end\n"
        "      --dry-run       check everything, print the model, write nothing\n"
        "      --KEY VALUE, --set SECTION.KEY=VALUE   any setting below\n"
        "  mpirun -n P hourglass encode RUN        codes, reconstructions, residuals\n"
        "      --split NAME        of this split, not the test split\n"
        "      --checkpoint newest|best|FILE   by this checkpoint (default newest)\n"
        "      --file DATA         of this data set, not the run's\n"
        "      -o FILE             into this file, not RUN/results.h5\n"
        "      --overwrite         replace results of other data or another checkpoint\n"
        "      --KEY VALUE, --set SECTION.KEY=VALUE   how it is run; the bits are the run's\n"
        "  mpirun -n P hourglass check [JOB.ini]   try out this machine; prints a certificate\n"
        "      --folder DIR        try out this folder, not the current one\n"
        "  mpirun -n P hourglass scale JOB.ini     what more ranks would do: measured here, "
        "then "
        "predicted\n"
        "      --latency 2us --bandwidth 12.5GB/s   of a node's link\n"
        "      --latency-above 0.5us   more, from switch to switch\n"
        "      --ranks-per-node 32 --cores-per-node N   N: one a rank\n"
        "      --nodes-per-switch 16 --oversubscription 1   of what leaves a switch\n"
        "      --memory-bandwidth GB/s   of a node; otherwise each rank is as fast as here\n"
        "      --most 4096         ranks\n"
        "      --csv FILE, --json FILE   the numbers; hourglass-analysis scale draws the CSV\n"
        "      --folder DIR        write a checkpoint here, not into the current folder\n"
        "      --KEY VALUE, --set SECTION.KEY=VALUE   any setting below\n"
        "  hourglass info FILE.h5                  what is in this file, in words\n"
        "      --digests           a SHA-256 for each array, to compare files by\n"
        "      --bits              one SHA-256 over all arrays of numbers\n"
        "\n"
        "settings (default < job file < HOURGLASS_SECTION_KEY < command line):");
    settings_help(&s, stdout);
    puts("\nlayers (model.encoder, model.decoder):");
    for (int i = 0; layer_kind_at(i); i++) printf("  %s\n", layer_kind_at(i)->help);
    puts(
        "activations: linear, relu, leaky-relu, selu, tanh, sigmoid\n"
        "\n"
        "exit codes: 0 done, 3 diverged, 64 wrong usage or setting, 65 bad data, 66 no input,\n"
        "  70 internal error, 73 cannot write, 75 stopped on request, 86 stalled");
}

static int finish(enum status st, int speaks)
{
    if (st != ST_OK && speaks) {
        fprintf(stderr, "hourglass: %s\n", status_message());
        if (st == ST_USAGE) fprintf(stderr, "hourglass --help says more\n");
    }
    return status_exit(st);
}

static const struct command *const commands[] = {&import_command, &train_command,
                                                 &encode_command, &check_command,
                                                 &scale_command,  &info_command};

static const struct command *find_command(const char *word)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(commands[i]->word, word) == 0) return commands[i];
    return NULL;
}

/* The watchdog's limit, until a job is read. */
static double first_limit(void)
{
    struct job job;
    struct settings s = job_settings(&job);
    if (settings_defaults(&s) != ST_OK) return 0;
    enum status st = settings_read_environment(&s); /* a wrong one is told of with the job */
    return st == ST_OK ? job.stall_seconds : 0;
}

/* Start MPI, which waits in silence for a host that it does not reach. */
static enum status begin(struct world *w, int *argc, char ***argv)
{
    launch_begin();
    TRY(watchdog_start(NULL, first_limit()));
    TRY(world_init(w, argc, argv));
    memory_mark();
    if (w->rank != 0) log_quiet();
    return watchdog_start(w, first_limit());
}

/* The ranks meet: they know of each other, run one program, have a core each. */
static enum status meet(struct world *w)
{
    TRY(launch_check(w));
    TRY(binary_agree(w));
    TRY(hosts_meet(w));
    return cores_look(w);
}

/* A command that ranks work on together. */
static int run_together(const struct command *command, int argc, char **argv)
{
    struct world w;
    if (begin(&w, &argc, &argv) != ST_OK) return finish(ST_INTERNAL, 1);
    enum status st = meet(&w);
    if (st == ST_OK) st = command->together(&w, argc - 2, argv + 2);
    watchdog_stop();
    int code = finish(st, launch_speaks(&w));
    world_free(&w);
    return code;
}

static int asks(int argc, char **argv, const char *option)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], option) == 0) return 1;
    return 0;
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    const struct command *command = find_command(word);
    if (command && command->stops) stop_install(); /* what follows takes seconds */
    enum status st = cpu_check();
    if (st != ST_OK) return finish(st, 1);
    if (asks(argc, argv, "--help") || strcmp(word, "help") == 0) return print_help(), 0;
    if (asks(argc, argv, "--version"))
        return puts("hourglass " HOURGLASS_VERSION " (" HOURGLASS_COMMIT ")"), 0;
    if (!command)
        return finish(
            FAIL(ST_USAGE,
                 "'%s' is no command: there are import, train, encode, check, scale, info",
                 word),
            1);
    if (command->together) return run_together(command, argc, argv);
    return finish(command->alone(argc - 2, argv + 2), 1);
}
