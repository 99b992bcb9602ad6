/* model NODES FLOATS SHARDS SECONDS OPTION VALUE...: the seconds that the model of `hourglass
 * scale` has for what sums.c does, one rank a node. */
#include "src/apps/scale_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum status set(struct scale_network *net, const char *name, const char *text)
{
    const struct scale_network_option *o;
    for (int i = 0; (o = scale_network_option(i)); i++)
        if (strcmp(o->name, name) == 0) return scale_network_set(net, o, text);
    return FAIL(ST_USAGE, "no option %s", name);
}

static enum status describe(struct scale_network *net, int argc, char **argv)
{
    const struct scale_network_option *o;
    for (int i = 0; (o = scale_network_option(i)); i++)
        TRY(scale_network_set(net, o, o->fallback));
    net->ranks = 1;
    for (int i = 0; i + 1 < argc; i += 2) TRY(set(net, argv[i], argv[i + 1]));
    return ST_OK;
}

int main(int argc, char **argv)
{
    if (argc < 5) return 1;
    size_t nodes = strtoul(argv[1], NULL, 10), shards = strtoul(argv[3], NULL, 10);
    const struct scale_point at = {nodes, shards, shards};
    struct scale_parts parts = {.floats = strtoul(argv[2], NULL, 10), .steps = 1};
    struct scale_network net = {0};
    struct scale_seconds t;
    parts.step[0] = scale_model_share(&at);
    parts.step[0].seconds = strtod(argv[4], NULL);
    enum status st = describe(&net, argc - 5, argv + 5);
    if (st == ST_OK) st = scale_model_step(&parts, &net, &at, &t);
    if (st != ST_OK) return fprintf(stderr, "%s\n", status_message()), 1;
    printf("seconds %.9g\n", t.all);
    return 0;
}
