#include "scale_network.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROW(name, fallback, field, units, min, max)                                            \
    {                                                                                          \
        name, fallback, offsetof(struct scale_network, field), units, min, max                 \
    }

static const struct scale_network_option table[] = {
    ROW("--latency", "2us", latency, "ns us ms s", 0, 10),
    ROW("--latency-above", "0.5us", above, "ns us ms s", 0, 10),
    ROW("--bandwidth", "12.5GB/s", bandwidth, "kbit/s Mbit/s Gbit/s kB/s MB/s GB/s", 1, 1e15),
    ROW("--oversubscription", "1", oversubscription, "", 1, 1000),
    ROW("--ranks-per-node", "32", ranks, "", 1, 65536),
    ROW("--cores-per-node", "0", cores, "", 0, 65536),
    ROW("--nodes-per-switch", "16", nodes, "", 1, 65536),
    ROW("--memory-bandwidth", "0", memory, "MB/s GB/s", 0, 1e15),
};

/* What units are in seconds or bytes a second. */
static const struct {
    const char *name;
    double size;
} units[] = {
    {"ns", 1e-9},       {"us", 1e-6},       {"ms", 1e-3},  {"s", 1},      {"kbit/s", 125},
    {"Mbit/s", 1.25e5}, {"Gbit/s", 1.25e8}, {"kB/s", 1e3}, {"MB/s", 1e6}, {"GB/s", 1e9},
};

const struct scale_network_option *scale_network_option(int index)
{
    return index < (int)(sizeof table / sizeof table[0]) ? &table[index] : NULL;
}

/* Whether the unit is among the words. */
static int is_listed(const char *words, const char *unit)
{
    size_t n = strlen(unit);
    for (const char *at = words; *at; at += strcspn(at, " "), at += *at == ' ')
        if (strcspn(at, " ") == n && strncmp(at, unit, n) == 0) return 1;
    return 0;
}

/* The size of a unit that the option takes; 0 where it does not.  Nothing has no unit. */
static double size_of(const struct scale_network_option *o, const char *unit, double value)
{
    if (!*unit) return *o->units && value != 0 ? 0 : 1;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(units[i].name, unit) == 0 && is_listed(o->units, unit)) return units[i].size;
    return 0;
}

/* The place of an option's value. */
static void *value_at(struct scale_network *net, const struct scale_network_option *o)
{
    return (char *)net + o->at;
}

enum status scale_network_set(struct scale_network *net, const struct scale_network_option *o,
                              const char *text)
{
    char *end;
    double value = strtod(text, &end), size = size_of(o, end, value);
    if (end == text || !isfinite(value) || size == 0)
        return FAIL(ST_USAGE, "%s %s is not understood: write it as %s%s%s", o->name, text,
                    o->fallback, *o->units ? ", in one of " : "", o->units);
    value *= size;
    if (value < o->min || value > o->max)
        return FAIL(ST_USAGE, "%s %s is out of range: it goes from %g to %g%s", o->name, text,
                    o->min, o->max, *o->units ? " in seconds or bytes a second" : "");
    *(double *)value_at(net, o) = value;
    return ST_OK;
}

void scale_network_describe(const struct scale_network *net, char *text, size_t n)
{
    int at = snprintf(text, n, "%g us and %g GB/s a node, %g ranks a node", 1e6 * net->latency,
                      net->bandwidth / 1e9, net->ranks);
    if (net->cores > 0 && net->cores < net->ranks)
        at += snprintf(text + at, n - (size_t)at, " on %g cores", net->cores);
    if (net->memory > 0)
        at += snprintf(text + at, n - (size_t)at, ", memory of %g GB/s", net->memory / 1e9);
    at += snprintf(text + at, n - (size_t)at, ", switches of %g nodes with %g us", net->nodes,
                   1e6 * net->above);
    if (net->oversubscription > 1)
        snprintf(text + at, n - (size_t)at, " and 1/%g of the bandwidth above",
                 net->oversubscription);
}
