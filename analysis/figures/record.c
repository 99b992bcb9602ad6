#include "analysis/figures/record.h"

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

static void array_free(struct array *a)
{
    for (int i = 0; i < ARRAY_ATTRIBUTES; i++) free((void *)a->attributes[i].text);
    free((void *)a->name);
    free((void *)a->data);
}

/* The texts that `to`, a plain copy of a, is to own; 0 where there is no memory. */
static int own_texts(struct array *to, const struct array *a)
{
    to->name = strdup(a->name);
    int all = to->name != NULL;
    for (int i = 0; i < ARRAY_ATTRIBUTES; i++) {
        to->attributes[i].text = a->attributes[i].text ? strdup(a->attributes[i].text) : NULL;
        all = all && !to->attributes[i].text == !a->attributes[i].text;
    }
    return all;
}

/* *to joins the others, or is freed. */
static enum status enter(struct record *r, struct array *to, int whole)
{
    struct array *grown = realloc(r->arrays, (size_t)(r->count + 1) * sizeof *grown);
    if (grown) r->arrays = grown;
    if (!whole || !grown) {
        enum status st = FAIL(ST_NOMEM, "no memory for the numbers behind %s",
                              to->name ? to->name : "a figure");
        array_free(to);
        return st;
    }
    grown[r->count++] = *to;
    return ST_OK;
}

enum status record_add(struct record *r, const struct array *a)
{
    if (is_there(r, a->name)) return ST_OK;
    struct array copy = *a;
    size_t n = bytes_of(a);
    void *data = malloc(n + 1);
    if (data) memcpy(data, a->data, n);
    copy.data = data;
    int texts = own_texts(&copy, a);
    return enter(r, &copy, data && texts);
}

static enum status take(struct record *r, const struct array *a, float **data)
{
    if (is_there(r, a->name)) return ST_OK;
    struct array taken = *a;
    taken.data = *data, *data = NULL;
    int texts = own_texts(&taken, a);
    return enter(r, &taken, texts);
}

enum status record_counts(struct record *r, const char *name, size_t count)
{
    int64_t *numbers = calloc(count + 1, sizeof *numbers);
    if (!numbers) return FAIL(ST_NOMEM, "no memory for %zu numbers", count);
    for (size_t i = 0; i < count; i++) numbers[i] = (int64_t)i + 1;
    enum status st = record_add(
        r, &(struct array){
               .name = name, .type = ARRAY_INT64, .rank = 1, .dims = {count}, .data = numbers});
    free(numbers);
    return st;
}

/* The same array, marked as images. */
static struct array images_of(const struct array *a)
{
    struct array images = *a;
    int grey = a->dims[a->rank - 1] == 1, unused = 0;
    while (images.attributes[unused].name) unused++;
    images.attributes[unused] =
        (struct text_attribute){"interpretation", grey ? "image" : "rgb-image"};
    images.rank -= grey;
    return images;
}

enum status record_images(struct record *r, const struct array *a)
{
    struct array images = images_of(a);
    return record_add(r, &images);
}

enum status record_take_images(struct record *r, const struct array *a, float **data)
{
    struct array images = images_of(a);
    return take(r, &images, data);
}

enum status record_samples(struct record *r, const char *name, const char *what, size_t count,
                           struct shape s, const float *values)
{
    return record_images(r, &(struct array){.name = name,
                                            .type = ARRAY_FLOAT,
                                            .rank = 4,
                                            .dims = {count, s.h, s.w, s.c},
                                            .labels = {what, "height", "width", "channel"},
                                            .data = values});
}

enum status record_number(struct record *r, const char *name, enum array_type type,
                          const void *number)
{
    return record_add(
        r, &(struct array){.name = name, .type = type, .rank = 1, .dims = {1}, .data = number});
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
        return FAIL(ST_NOMEM, "no memory for what %s shows", g->name);
    }
    grown[r->group_count] = *g;
    grown[r->group_count].name = name;
    r->group_count++;
    return ST_OK;
}

/* What is in the file is in memory once. */
static void let_go(void *user, int i)
{
    struct array *a = &((struct record *)user)->arrays[i];
    free((void *)a->data);
    a->data = NULL;
}

enum status record_save(struct record *r, const char *folder, const char *name,
                        const struct provenance *file, const struct provenance *run)
{
    return nexus_save(folder, name,
                      &(struct nexus){.arrays = r->arrays,
                                      .array_count = r->count,
                                      .groups = r->groups,
                                      .group_count = r->group_count,
                                      .file = file,
                                      .run = run,
                                      .written = let_go,
                                      .user = r});
}

void record_free(struct record *r)
{
    for (int i = 0; i < r->group_count; i++) free((void *)r->groups[i].name);
    free(r->groups);
    for (int i = 0; i < r->count; i++) array_free(&r->arrays[i]);
    free(r->arrays);
    *r = (struct record){0};
}
