#include "analysis/command.h"

#include "analysis/compare/compare.h"
#include "analysis/draw/palette.h"
#include "analysis/figures/figures.h"
#include "analysis/figures/scaling.h"
#include "analysis/report/report.h"
#include "base/cpu.h"
#include "base/memory.h"
#include "base/version.h"
#include "linalg/threads.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum status run_figures(int argc, char **argv);
static enum status run_compare(int argc, char **argv);
static enum status run_scale(int argc, char **argv);

static const struct {
    const char *name, *help;
    enum status (*run)(int argc, char **argv);
} commands[] = {
    {"figures", "draw the figures of a run", run_figures},
    {"compare", "set runs side by side: table, losses, code-size curve", run_compare},
    {"scale", "draw what `hourglass scale` has predicted", run_scale},
    {"report", "one HTML file: figures, numbers, an explorer", report_command},
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void help(void)
{
    printf("hourglass-analysis - figures of what hourglass has trained; needs no MPI\n\n"
           "usage: hourglass-analysis COMMAND ...\n\n");
    for (int i = 0; i < COMMANDS; i++)
        printf("  %-10s %s\n", commands[i].name, commands[i].help);
    printf("\nhourglass-analysis COMMAND --help says more; --version names this program.\n");
}

static void help_figures(void)
{
    printf(
        "usage: hourglass-analysis figures RUN [--only NAME] [--seed N] [--palette NAME]\n"
        "                                  [--dimensions I,J] [-o FOLDER] [--dry-run]\n"
        "       hourglass-analysis figures --list\n\n"
        "Draws every figure that fits the run folder RUN as PNG, SVG and PDF, and writes the\n"
        "numbers behind them to figures.h5.\n\n"
        "  --only NAME       draw this figure alone; its numbers go to NAME.h5\n"
        "  --list            print the names of the figures\n"
        "  --dry-run         say what would be drawn and the most memory that takes, write\n"
        "                    nothing\n"
        "  --seed N          seed of random pairs and draws (default: the run's own)\n"
        "  --dimensions I,J  the two units of the code, from 1, in the scatter (default: the\n"
        "                    two there are, or the first two principal components)\n"
        "  --palette NAME    colours of the labels:\n");
    for (int i = 0; palette_at(i); i++)
        printf("                    %-8s %s%s\n", palette_at(i)->name, palette_at(i)->help,
               i == 0 ? " (default)" : "");
    printf("  -o FOLDER         where the files go (default: RUN/figures)\n");
}

static enum status read_seed(const char *text, struct figures_options *o)
{
    char *end;
    errno = 0;
    unsigned long long v = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || v > UINT32_MAX)
        return FAIL(ST_USAGE, "--seed %s is not a whole number from 0 to 4294967295", text);
    o->has_seed = 1, o->seed = (uint32_t)v;
    return ST_OK;
}

/* "3,5" */
static enum status read_dimensions(const char *text, struct figures_options *o)
{
    int end = 0, i = 0, j = 0;
    if (sscanf(text, "%d,%d%n", &i, &j, &end) != 2 || text[end] || i < 1 || j < 1 || i == j)
        return FAIL(ST_USAGE,
                    "--dimensions %s is not two different whole numbers from 1, as "
                    "in: --dimensions 1,3",
                    text);
    o->dimensions[0] = (size_t)i, o->dimensions[1] = (size_t)j;
    return ST_OK;
}

static enum status read_palette(const char *name, struct figures_options *o)
{
    o->palette = palette_find(name);
    if (o->palette) return ST_OK;
    return FAIL(ST_USAGE, "no palette is called '%s'; see hourglass-analysis figures --help",
                name);
}

/* *done: the answer has been printed, nothing is left to do. */
static enum status read_options(int argc, char **argv, struct figures_options *o, int *done)
{
    static const struct option names[] = {{"only", required_argument, NULL, 'n'},
                                          {"list", no_argument, NULL, 'l'},
                                          {"seed", required_argument, NULL, 's'},
                                          {"output", required_argument, NULL, 'o'},
                                          {"palette", required_argument, NULL, 'p'},
                                          {"dimensions", required_argument, NULL, 'd'},
                                          {"dry-run", no_argument, NULL, 'y'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    int letter;
    opterr = 0, optind = 0;
    while ((letter = getopt_long(argc, argv, "o:h", names, NULL)) != -1) {
        if (letter == 'n')
            o->only = optarg;
        else if (letter == 's')
            TRY(read_seed(optarg, o));
        else if (letter == 'p')
            TRY(read_palette(optarg, o));
        else if (letter == 'd')
            TRY(read_dimensions(optarg, o));
        else if (letter == 'o')
            o->folder = optarg;
        else if (letter == 'y')
            o->dry_run = 1;
        else if (letter == 'l')
            return *done = 1, figures_list(), ST_OK;
        else if (letter == 'h')
            return *done = 1, help_figures(), ST_OK;
        else
            return FAIL(ST_USAGE,
                        "figures does not know '%s', or it wants a value; see "
                        "hourglass-analysis figures --help",
                        argv[optind - 1]);
    }
    if (argc - optind != 1)
        return FAIL(ST_USAGE, "figures wants one run folder, as in: hourglass-analysis figures "
                              "runs/vae");
    o->run = argv[optind];
    return ST_OK;
}

static enum status run_figures(int argc, char **argv)
{
    struct figures_options o = {0};
    int done = 0;
    TRY(read_options(argc, argv, &o, &done));
    return done ? ST_OK : figures_draw(&o);
}

static void help_compare(void)
{
    printf(
        "usage: hourglass-analysis compare RUN... [-o FOLDER]\n\n"
        "Prints a table of the runs and writes it as comparison.csv, draws their losses by\n"
        "epoch and, where their codes differ in size, the error against code size; names the\n"
        "best.  The numbers go to comparison.h5.\n\n"
        "  -o FOLDER     where the files go (default: comparison)\n");
}

static enum status run_compare(int argc, char **argv)
{
    static const struct option names[] = {{"output", required_argument, NULL, 'o'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    struct compare_options o = {0};
    int letter;
    opterr = 0, optind = 0;
    while ((letter = getopt_long(argc, argv, "o:h", names, NULL)) != -1) {
        if (letter == 'h') return help_compare(), ST_OK;
        if (letter != 'o')
            return FAIL(ST_USAGE,
                        "compare does not know '%s', or it wants a value; see "
                        "hourglass-analysis compare --help",
                        argv[optind - 1]);
        o.output = optarg;
    }
    o.count = argc - optind, o.folders = argv + optind;
    if (o.count < 1)
        return FAIL(ST_USAGE, "compare wants run folders, as in: hourglass-analysis compare "
                              "runs/vae runs/vanilla");
    return compare_runs(&o);
}

static void help_scale(void)
{
    printf(
        "usage: hourglass-analysis scale TABLE.csv [-o FOLDER]\n\n"
        "Draws the prediction that `hourglass scale --csv TABLE.csv` has written: samples a\n"
        "second by ranks.  The numbers go to scaling.h5.\n\n"
        "  -o FOLDER     where the files go (default: .)\n");
}

static enum status run_scale(int argc, char **argv)
{
    static const struct option names[] = {{"output", required_argument, NULL, 'o'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    struct scaling_options o = {.folder = "."};
    int letter;
    opterr = 0, optind = 0;
    while ((letter = getopt_long(argc, argv, "o:h", names, NULL)) != -1) {
        if (letter == 'h') return help_scale(), ST_OK;
        if (letter != 'o')
            return FAIL(ST_USAGE,
                        "scale does not know '%s', or it wants a value; see "
                        "hourglass-analysis scale --help",
                        argv[optind - 1]);
        o.folder = optarg;
    }
    if (argc - optind != 1)
        return FAIL(ST_USAGE, "scale wants one table, as in: hourglass-analysis scale vae.csv");
    o.table = argv[optind];
    return scaling_draw(&o);
}

static enum status run_command(int argc, char **argv)
{
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(argv[0], commands[i].name) == 0) return commands[i].run(argc, argv);
    return FAIL(ST_USAGE, "no command is called '%s'; see hourglass-analysis --help", argv[0]);
}

int command_run(int argc, char **argv)
{
    const char *first = argc > 1 ? argv[1] : "";
    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) return help(), 0;
    if (strcmp(first, "--version") == 0)
        return printf("hourglass-analysis %s (%s)\n", HOURGLASS_VERSION, HOURGLASS_COMMIT), 0;
    enum status st = cpu_check();
    if (st == ST_OK && argc < 2)
        st = FAIL(ST_USAGE, "a command is missing; see hourglass-analysis --help");
    memory_frugal();
    if (st == ST_OK) {
        threads_one(); /* the same bits on every machine of one kind */
        st = run_command(argc - 1, argv + 1);
    }
    if (st != ST_OK) fprintf(stderr, "hourglass-analysis: %s\n", status_message());
    return status_exit(st);
}
