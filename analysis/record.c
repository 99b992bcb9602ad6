#include "analysis/record.h"

#include <stdlib.h>
#include <string.h>

static const size_t sizes[] = {
    [ARRAY_FLOAT] = 4, [ARRAY_DOUBLE] = 8, [ARRAY_UINT8] = 1, [ARRAY_INT64] = 8};

static size_t bytes_of(const struct array *a)
{
    size_t n = sizes[a->type];
    for (int i = 0; i < a->rank; i++) n *= a->dims[i];
    return n;
}

static int is_there(const struct record *r, const char *name)
{
    for (int i = 0; i < r->count; i++)
        if (strcmp(r->arrays[i].name, name) == 0) return 1;
    return 0;
}

enum status record_add(struct record *r, const struct array *a)
{
    if (is_there(r, a->name)) return ST_OK;
    size_t n = bytes_of(a);
    char *name = strdup(a->name);
    void *data = malloc(n + 1);
    struct array *grown = realloc(r->arrays, (size_t)(r->count + 1) * sizeof *grown);
    if (grown) r->arrays = grown;
    if (!name || !data || !grown) {
        free(name);
        free(data);
        return FAIL(ST_NOMEM, "no room for the numbers behind %s", a->name);
    }
    memcpy(data, a->data, n);
    grown[r->count] = *a;
    grown[r->count].name = name, grown[r->count].data = data;
    r->count++;
    return ST_OK;
}

enum status record_images(struct record *r, const struct array *a)
{
    struct array images = *a;
    int grey = a->dims[a->rank - 1] == 1, free_fact = 0;
    while (images.facts[free_fact].name) free_fact++;
    images.facts[free_fact] = (struct fact){"interpretation", grey ? "image" : "rgb-image"};
    images.rank -= grey;
    return record_add(r, &images);
}

enum status record_group(struct record *r, const struct nexus_group *g)
{
    for (int i = 0; i < r->group_count; i++)
        if (strcmp(r->groups[i].name, g->name) == 0) return ST_OK;
    char *name = strdup(g->name);
    struct nexus_group *grown =
        realloc(r->groups, (size_t)(r->group_count + 1) * sizeof *grown);
    if (grown) r->groups = grown;
    if (!name || !grown) {
        free(name);
        return FAIL(ST_NOMEM, "no room for what %s shows", g->name);
    }
    grown[r->group_count] = *g;
    grown[r->group_count].name = name;
    r->group_count++;
    return ST_OK;
}

void record_free(struct record *r)
{
    for (int i = 0; i < r->group_count; i++) free((void *)r->groups[i].name);
    free(r->groups);
    for (int i = 0; i < r->count; i++) {
        free((void *)r->arrays[i].name);
        free((void *)r->arrays[i].data);
    }
    free(r->arrays);
    *r = (struct record){0};
}
