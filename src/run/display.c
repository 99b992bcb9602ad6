#include "display.h"

#include "base/log.h"
#include "base/version.h"
#include "store/metrics.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { BAR_WIDTH = 30 };

static struct {
    enum { LINES, BAR, NONE } style;
    double began, last_line, last_epoch;
    long first_step; /* at.total when this process began */
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

void display_banner(struct trainer *t, const struct facts *f, const char *folder)
{
    char rows[32], tests[32];
    double bytes = (double)world_most(t->w, trainer_bytes(t));
    log_line("hourglass %s (%s)", HOURGLASS_VERSION, HOURGLASS_COMMIT);
    log_line("  ranks      %d, one thread each; ranks on hosts: %s", t->w->size,
             facts_get(f, "hosts"));
    log_line("  back end   %s; %s", facts_get(f, "blas"), facts_get(f, "mpi"));
    log_line("  data       %s (%s): %s training rows of %s, %s test rows, in %ld shards",
             facts_get(f, "data_name"), t->job.file, grouped((double)t->train.total, rows),
             t->job.input, grouped((double)t->test.total, tests), t->job.shards);
    log_line("  model      %s", t->job.name);
    model_print(t->model, log_line);
    log_line("  training   loss %s, %s, learning rate %g (%s), batch %ld, %ld steps an epoch, "
             "%ld epochs",
             t->job.loss, t->job.optimizer, t->job.learning_rate, t->job.schedule, t->job.batch,
             trainer_steps(t), t->job.epochs);
    log_line("  memory     %.1f MB a rank", bytes / 1e6);
    log_line("  folder     %s", folder);
}

void display_begin(const struct trainer *t)
{
    choose_style(t->job.progress);
    shown.began = shown.last_line = clock_seconds();
    shown.first_step = t->progress.at.total;
}

static double done_rate(const struct trainer *t, double now)
{
    double steps = (double)(t->progress.at.total - shown.first_step);
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

void display_step(const struct trainer *t, double loss)
{
    double now = clock_seconds(), pause = shown.style == BAR ? 0.2 : 10;
    if (t->w->rank != 0 || shown.style == NONE || now - shown.last_line < pause) return;
    shown.last_line = now;
    long steps = trainer_steps(t), all = steps * t->job.epochs;
    double rate = done_rate(t, now), left = (double)(all - t->progress.at.total) / rate;
    double samples = rate * (double)t->train.total / (double)steps;
    char text[160], number[32], time[32];
    snprintf(text, sizeof text, "epoch %ld/%ld, step %ld/%ld, loss %.5g, %s samples/s, %s left",
             t->progress.at.epoch + 1, t->job.epochs, t->progress.at.step, steps, loss,
             grouped(samples, number), duration(left, time));
    if (shown.style == BAR)
        draw_bar(text, (double)t->progress.at.step / (double)steps);
    else
        log_line("  %s", text);
}

void display_epoch(const struct trainer *t)
{
    double now = clock_seconds();
    long epoch = t->progress.at.epoch;
    int last = epoch == t->job.epochs;
    if (t->w->rank != 0 || shown.style == NONE || (!last && now - shown.last_epoch < 1)) return;
    shown.last_epoch = shown.last_line = now;
    const double *row = progress_last(&t->progress);
    char parts[96] = "", number[32];
    if (t->model->variational)
        snprintf(parts, sizeof parts, " (reconstruction %.4g + KL %.4g)",
                 row[METRICS_RECONSTRUCTION], row[METRICS_KL]);
    else if (t->job.l1 > 0)
        snprintf(parts, sizeof parts, " (of which L1 %.3g)", row[METRICS_L1]);
    clear_bar();
    log_line("  epoch %ld/%ld  train %.5g  validation %.5g%s  squared error %.4g  %s samples/s",
             epoch, t->job.epochs, row[METRICS_TRAIN_LOSS], row[METRICS_VALIDATION_LOSS], parts,
             row[METRICS_SQUARED_ERROR], grouped(t->progress.timing[(epoch - 1) * 2], number));
}

void display_summary(const struct trainer *t, const struct facts *f, const char *folder,
                     int stopped)
{
    const struct times *s = &t->times;
    const double *row = progress_last(&t->progress);
    double wall = clock_seconds() - f->started;
    double compute = s->products + s->elementwise + s->optimizer;
    double files = s->reading + s->checkpoints + s->results;
    char time[32];
    clear_bar();
    log_line("%s: %ld of %ld epochs in %s", stopped ? "stopped" : "done", t->progress.at.epoch,
             t->job.epochs, duration(wall, time));
    log_line(
        "  time       steps %.1f s (of which products %.1f s), sums %.1f s, waiting %.1f s, "
        "validation %.1f s, files and encoding %.1f s",
        compute, s->products, s->sums, s->waiting, s->validation, files);
    if (row)
        log_line("  result     validation loss %.6g, squared error %.5g an image; best epoch "
                 "%ld (%.6g)",
                 row[METRICS_VALIDATION_LOSS], row[METRICS_SQUARED_ERROR],
                 t->progress.best_epoch, t->progress.best_loss);
    if (!stopped) log_line("  next       hourglass-analysis figures %s", folder);
}
