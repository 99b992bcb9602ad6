#include "display.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/version.h"
#include "run/encode.h"
#include "step/moments.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    BAR_WIDTH = 30,
    LIBRARIES = 8000000, /* bytes, 4 to 12 MB, of HDF5 and MPI-IO once they are in use */
};

static struct {
    enum { LINES, BAR, NONE } style;
    double began, last_line, last_epoch;
    long first_step; /* total_steps when this process began */
    int drawn;       /* a bar stands on the line */
} shown;

/* Under mpirun isatty may say yes to a file; a real terminal also has a width. */
static int real_terminal(void)
{
    struct winsize size = {0};
    return isatty(STDERR_FILENO) && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 &&
           size.ws_col > 0;
}

static void choose_style(const char *word)
{
    if (strcmp(word, "none") == 0)
        shown.style = NONE;
    else if (strcmp(word, "bar") == 0)
        shown.style = BAR;
    else if (strcmp(word, "lines") == 0)
        shown.style = LINES;
    else
        shown.style = real_terminal() ? BAR : LINES;
}

/* 12,345 */
static const char *grouped(double number, char text[32])
{
    char plain[24];
    int n = snprintf(plain, sizeof plain, "%.0f", number), to = 0;
    for (int i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0 && plain[i - 1] != '-') text[to++] = ',';
        text[to++] = plain[i];
    }
    text[to] = '\0';
    return text;
}

static const char *duration(double seconds, char text[32])
{
    if (seconds < 90)
        snprintf(text, 32, "%.0f s", seconds);
    else if (seconds < 5400)
        snprintf(text, 32, "%.0f min", seconds / 60);
    else
        snprintf(text, 32, "%.1f h", seconds / 3600);
    return text;
}

/* Rows and shards of both splits. */
static void print_data(const struct run *r)
{
    char rows[32], tests[32];
    log_line("  data       %s (%s): %s training rows of %s, %s test rows, in %ld shards",
             provenance_get(&r->provenance, "data_name"), r->job.file,
             grouped((double)r->train.set.total, rows), r->job.input,
             grouped((double)r->test.set.total, tests), r->job.shards);
}

static void print_training(const struct trainer *t)
{
    const struct job *job = t->job;
    char plan[96];
    plan_describe(&t->plan, t->train.shards, plan, sizeof plan);
    log_line("  training   loss %s, %s, learning rate %g (%s), batch %ld, %ld steps an epoch, "
             "%ld epochs",
             job->loss, job->optimizer, job->learning_rate, job->schedule, job->batch,
             trainer_steps(t), job->epochs);
    log_line("  plan       rank 0 takes %s", plan);
}

/* A checkpoint is built on rank 0: in HDF5's memory, and the bytes that are written. */
static size_t checkpoint_bytes(const struct trainer *t, const struct run *r)
{
    size_t state = r->model->size * sizeof(float) * (1 + (size_t)t->optimizer.slots);
    return r->w->rank == 0 ? 2 * state + moments_bytes(t) : 0;
}

/* What a rank has in memory at most, of all ranks, phase by phase.  A resumed run takes no more
 * than a checkpoint does. */
static void print_memory(const struct trainer *t, const struct run *r)
{
    size_t training = memory_marked() + LIBRARIES + trainer_bytes(t);
    double most = (double)world_most(r->w, training) / 1e6;
    double saving = (double)world_most(r->w, training + checkpoint_bytes(t, r)) / 1e6;
    double encoding = (double)world_most(r->w, training + encode_bytes(r)) / 1e6;
    log_line("  memory     a rank at most: %.0f MB training, %.0f MB with a checkpoint or a "
             "resume, %.0f MB encoding",
             most, saving, encoding);
}

/* "a: 4; b: 4"; of many hosts, the first and the last. */
static void list_hosts(const char *lines, char *text, size_t n)
{
    enum { FEW = 4 };
    int count = 1, length = (int)strcspn(lines, "\n");
    for (const char *c = lines; *c; c++) count += *c == '\n';
    snprintf(text, n, "%s", lines);
    for (char *c = text; *c; c++)
        if (*c == '\n') *c = ';';
    if (count > FEW)
        snprintf(text, n, "%.*s ... %s (%d hosts)", length, lines, strrchr(lines, '\n') + 1,
                 count);
}

void display_banner(const struct trainer *t, const struct run *r)
{
    const struct provenance_record *p = &r->provenance;
    char hosts[512];
    list_hosts(provenance_get(p, "hosts"), hosts, sizeof hosts);
    log_line("hourglass %s (%s)", HOURGLASS_VERSION, HOURGLASS_COMMIT);
    log_line("  ranks      %d, one thread each; ranks on hosts: %s", r->w->size, hosts);
    log_line("  back end   %s, %s; %s", provenance_get(p, "blas"), provenance_get(p, "isa"),
             provenance_get(p, "mpi"));
    print_data(r);
    log_line("  model      %s", r->job.name);
    model_print(r->model, log_line);
    print_training(t);
    print_memory(t, r);
    log_line("  folder     %s", r->folder);
}

void display_begin(const struct job *job, const struct progress *p)
{
    choose_style(job->progress);
    shown.began = shown.last_line = clock_seconds();
    shown.first_step = p->at.total;
}

/* Steps a second since this process began. */
static double done_rate(const struct progress *p, double now)
{
    double steps = (double)(p->at.total - shown.first_step);
    return steps / (now - shown.began + 1e-9);
}

static void clear_bar(void)
{
    if (shown.drawn) fputs("\r\033[K", stderr);
    shown.drawn = 0;
}

static void draw_bar(const char *text, double share)
{
    char bar[BAR_WIDTH + 1];
    for (int i = 0; i < BAR_WIDTH; i++) bar[i] = i < share * BAR_WIDTH ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    fprintf(stderr, "\r\033[K  [%s] %s", bar, text);
    shown.drawn = 1;
}

void display_step(const struct trainer *t, const struct progress *p, double loss)
{
    double now = clock_seconds(), pause = shown.style == BAR ? 0.2 : 10;
    if (t->w->rank != 0 || shown.style == NONE || now - shown.last_line < pause) return;
    shown.last_line = now;
    long steps = trainer_steps(t), all = steps * t->job->epochs;
    double rate = done_rate(p, now), left = (double)(all - p->at.total) / rate;
    double samples = rate * (double)t->train.shards->total / (double)steps;
    char text[160], number[32], time[32];
    snprintf(text, sizeof text, "epoch %ld/%ld, step %ld/%ld, loss %.5g, %s samples/s, %s left",
             p->at.epoch + 1, t->job->epochs, p->at.step, steps, loss, grouped(samples, number),
             duration(left, time));
    if (shown.style == BAR)
        draw_bar(text, (double)p->at.step / (double)steps);
    else
        log_line("  %s", text);
}

void display_epoch(const struct trainer *t, const struct progress *p)
{
    double now = clock_seconds();
    long epoch = p->at.epoch;
    int last = epoch == t->job->epochs;
    if (t->w->rank != 0 || shown.style == NONE || (!last && now - shown.last_epoch < 1)) return;
    shown.last_epoch = shown.last_line = now;
    const double *row = progress_last(p);
    char parts[96] = "", number[32];
    if (t->model->variational)
        snprintf(parts, sizeof parts, " (reconstruction %.4g + KL %.4g)",
                 row[METRICS_RECONSTRUCTION], row[METRICS_KL]);
    else if (t->job->l1 > 0)
        snprintf(parts, sizeof parts, " (of which L1 %.3g)", row[METRICS_L1]);
    clear_bar();
    log_line("  epoch %ld/%ld  train %.5g  validation %.5g%s  squared error %.4g  %s samples/s",
             epoch, t->job->epochs, row[METRICS_TRAIN_LOSS], row[METRICS_VALIDATION_LOSS],
             parts, row[METRICS_SQUARED_ERROR],
             grouped(p->timing[(epoch - 1) * METRICS_TIMES], number));
}

static void print_times(const struct times *s)
{
    log_line(
        "  time       steps %.1f s (of which products %.1f s), allreduce %.1f s, waiting %.1f "
        "s, validation %.1f s, files and encoding %.1f s",
        s->products + s->elementwise + s->optimizer, s->products, s->allreduce, s->waiting,
        s->validation, s->reading + s->checkpoints + s->results);
}

void display_summary(const struct run *r, int stopped)
{
    const struct progress *p = &r->progress;
    const double *row = progress_last(p);
    char time[32];
    clear_bar();
    log_line("%s: %ld of %ld epochs in %s", stopped ? "stopped" : "done", p->at.epoch,
             r->job.epochs, duration(clock_seconds() - r->began, time));
    print_times(&r->times);
    if (row)
        log_line("  result     validation loss %.6g, squared error %.5g an image; best epoch "
                 "%ld (%.6g)",
                 row[METRICS_VALIDATION_LOSS], row[METRICS_SQUARED_ERROR], p->best_epoch,
                 p->best_loss);
    if (!stopped) log_line("  next       hourglass-analysis figures %s", r->folder);
}
