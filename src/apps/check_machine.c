#include "check_machine.h"

#include "base/hash.h"
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

/* all[nodes]: a line for each host, by its first rank. */
static void print(const struct certificate *c, const struct row *all, const struct world *w)
{
    for (int i = 0, next; i < w->nodes; i = next) {
        for (next = i + 1; next < w->nodes && strcmp(all[next].host, all[i].host) == 0;) next++;
        int ranks = w->first[next] - w->first[i];
        certificate_fact(c, "host", "%s: %d rank%s, %s, %s", all[i].host, ranks,
                         ranks == 1 ? "" : "s", all[i].cpu, all[i].sets);
    }
}

static enum status print_hosts(const struct check_machine *m, struct world *w,
                               const struct certificate *c)
{
    int first = w->rank == 0;
    struct row mine = row_of(m), *all = malloc((first ? (size_t)w->nodes : 1) * sizeof *all);
    enum status st = world_agree(w, all ? ST_OK : FAIL(ST_NOMEM, "no memory for host names"));
    if (st == ST_OK) world_gather_machines(w, &mine, sizeof mine, all);
    if (st == ST_OK && first) print(c, all, w);
    free(all);
    return st;
}

/* The ranks on CPUs of this one's name. */
static enum status count_alike(struct check_machine *m, struct world *w)
{
    uint64_t mine = hash_bytes(m->cpu, sizeof m->cpu),
             *all = malloc((size_t)w->size * sizeof *all);
    enum status st = world_agree(w, all ? ST_OK : FAIL(ST_NOMEM, "no memory for ranks"));
    if (st == ST_OK) world_gather_all(w, &mine, sizeof mine, all);
    for (int r = 0; st == ST_OK && r < w->size; r++) {
        int is_alike = all[r] == mine;
        m->alike += is_alike;
        if (r < w->rank) m->place += is_alike;
    }
    free(all);
    return st;
}

enum status check_machine_look(struct check_machine *m, struct world *w,
                               const struct certificate *c)
{
    memset(m, 0, sizeof *m);
    gethostname(m->host, sizeof m->host - 1);
    look_at_cpu(m->cpu, sizeof m->cpu);
    look_at_sets(m);
    TRY(print_hosts(m, w, c));
    return count_alike(m, w);
}
