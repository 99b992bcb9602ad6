#include "check_machine.h"

#include "linalg/isa.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a rank tells the others. */
struct row {
    char host[64], cpu[96], sets[64];
};

/* "model name : NAME" of /proc/cpuinfo; CPUs that have no name there say which they are in
 * other words. */
static void look_at_cpu(char *cpu, size_t n)
{
    static const char *const keys[] = {"model name", "CPU part", "cpu"};
    char line[256], value[128];
    snprintf(cpu, n, "unknown CPU");
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        FILE *f = fopen("/proc/cpuinfo", "r");
        while (f && fgets(line, sizeof line, f))
            if (strncmp(line, keys[k], strlen(keys[k])) == 0 &&
                sscanf(line, "%*[^:]: %127[^\n]", value) == 1) {
                snprintf(cpu, n, "%.*s", (int)n - 1, value);
                k = sizeof keys / sizeof *keys;
                break;
            }
        if (f) fclose(f);
    }
}

static void look_at_sets(struct check_machine *m)
{
    static const char *const names[CHECK_SETS] = {"avx512", "avx2", "neon", "portable"};
    m->sets = 0;
    for (int i = 0; i < CHECK_SETS; i++)
        if (isa_choose(names[i])) m->set[m->sets++] = names[i];
    isa_choose("auto");
}

static struct row row_of(const struct check_machine *m)
{
    struct row r;
    memset(&r, 0, sizeof r);
    memcpy(r.host, m->host, sizeof r.host);
    memcpy(r.cpu, m->cpu, sizeof r.cpu);
    for (int i = 0; i < m->sets; i++) {
        size_t n = strlen(r.sets);
        snprintf(r.sets + n, sizeof r.sets - n, "%s%s", i ? " " : "", m->set[i]);
    }
    return r;
}

/* A line for each host, by its first rank. */
static void print(const struct certificate *c, const struct row *all, int size)
{
    for (int r = 0; r < size; r++) {
        int ranks = 0, first = r;
        for (int k = size - 1; k >= 0; k--)
            if (strcmp(all[k].host, all[r].host) == 0) ranks++, first = k;
        if (first == r)
            certificate_fact(c, "host", "%s: %d rank%s, %s, %s", all[r].host, ranks,
                             ranks == 1 ? "" : "s", all[r].cpu, all[r].sets);
    }
}

enum status check_machine_look(struct check_machine *m, struct world *w,
                               const struct certificate *c)
{
    struct row mine, *all = malloc((size_t)w->size * sizeof *all);
    enum status st = world_agree(w, all ? ST_OK : FAIL(ST_NOMEM, "no memory for host names"));
    if (st != ST_OK) return free(all), st;
    *m = (struct check_machine){.alike = 0};
    gethostname(m->host, sizeof m->host - 1);
    look_at_cpu(m->cpu, sizeof m->cpu);
    look_at_sets(m);
    mine = row_of(m);
    world_gather_all(w, &mine, sizeof mine, all);
    for (int r = 0; r < w->size; r++) {
        int alike = strcmp(all[r].cpu, m->cpu) == 0;
        m->alike += alike;
        m->place += alike && r < w->rank;
    }
    print(c, all, w->size);
    free(all);
    return ST_OK;
}
