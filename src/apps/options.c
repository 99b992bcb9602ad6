#include "options.h"

#include "store/checkpoint_load.h"

#include <stdio.h>
#include <string.h>

/* One word of the command line, and what follows it. */
struct word {
    const char *name;  /* "--epochs", or "--epochs=5" .. */
    size_t length;     /* .. of which this much is the name */
    const char *value; /* behind '='; NULL */
    const char *next;  /* the next word; NULL */
};

static struct word word_at(int left, char **argv)
{
    const char *equals = strchr(argv[0], '=');
    return (struct word){argv[0], equals ? (size_t)(equals - argv[0]) : strlen(argv[0]),
                         equals ? equals + 1 : NULL, left > 1 ? argv[1] : NULL};
}

static const struct option_own *find_own(const struct options *o, const struct word *w)
{
    for (const struct option_own *own = o->own; own->name; own++)
        if (strlen(own->name) == w->length && strncmp(own->name, w->name, w->length) == 0)
            return own;
    return NULL;
}

static enum status copy(char to[JOB_PATH], const char *name, const char *value)
{
    if (strlen(value) >= JOB_PATH)
        return FAIL(ST_USAGE, "%s: this is longer than %d bytes", name, JOB_PATH - 1);
    strcpy(to, value);
    return ST_OK;
}

static enum status take_own(const struct option_own *own, const struct word *w, int *used)
{
    if (own->given) {
        if (w->value) return FAIL(ST_USAGE, "%s takes no value", own->name);
        return *own->given = 1, ST_OK;
    }
    const char *value = w->value ? w->value : w->next;
    if (!value) return FAIL(ST_USAGE, "%s wants a value", own->name);
    *used = w->value ? 1 : 2;
    return copy(own->value, own->name, value);
}

static enum status take_setting(const struct settings *s, const struct word *w, int *used)
{
    char name[128];
    const char *from = w->name + 2, *value = w->value;
    size_t n = w->length - 2;
    if (n == 3 && strncmp(from, "set", n) == 0 && !value) {
        value = w->next ? strchr(w->next, '=') : NULL;
        if (!value) return FAIL(ST_USAGE, "--set wants section.key=value");
        from = w->next, n = (size_t)(value - w->next), value++;
        *used = 2;
    }
    if (n >= sizeof name) return FAIL(ST_USAGE, "%s is no option", w->name);
    memcpy(name, from, n), name[n] = '\0';
    if (!value && settings_find(s, name)) {
        if (!w->next) return FAIL(ST_USAGE, "--%s wants a value", name);
        *used = 2;
        value = w->next;
    }
    return settings_set(s, "command line", name, value ? value : "");
}

static enum status take_target(const struct options *o, const char *word)
{
    if (*o->target && strcmp(o->target, word) != 0)
        return FAIL(ST_USAGE, "one job file or run folder at a time: '%s' or '%s'?  choose one",
                    o->target, word);
    return copy(o->target, word, word);
}

enum status options_take(const struct options *o, struct job *job, int argc, char **argv)
{
    struct settings s = job_settings(job);
    for (int i = 0, used; i < argc; i += used) {
        struct word w = word_at(argc - i, argv + i);
        const struct option_own *own = find_own(o, &w);
        used = 1;
        if (own)
            TRY(take_own(own, &w, &used));
        else if (strncmp(argv[i], "--", 2) == 0)
            TRY(take_setting(&s, &w, &used));
        else if (argv[i][0] == '-')
            return FAIL(ST_USAGE, "'%s' is not understood", argv[i]);
        else
            TRY(take_target(o, argv[i]));
    }
    return ST_OK;
}

/* Whether a setting may be changed on the way: only the number of epochs, and only where the
 * learning rate does not depend on it. */
static int may_change(const struct setting *row, const struct job *job)
{
    return strcmp(row->name, "training.epochs") == 0 && !strstr(job->schedule, "cosine");
}

enum status options_match(const struct job *job, const char *checkpoint, int goes_on)
{
    struct job here = *job, there = *job;
    struct settings now = job_settings(&here), then = job_settings(&there);
    TRY(checkpoint_load_job(checkpoint, &there));
    for (int i = 0; i < now.count; i++) {
        const struct setting *row = &now.table[i];
        char a[JOB_LIST + 16], b[JOB_LIST + 16];
        settings_format(&now, row, a, sizeof a);
        settings_format(&then, row, b, sizeof b);
        if (strcmp(a, b) != 0 && !(goes_on && may_change(row, job)))
            return FAIL(ST_SETTING,
                        "%s is '%s' but %s has '%s': a run keeps the settings that decide its "
                        "bits; start another with --folder",
                        row->name, a, checkpoint, b);
    }
    return ST_OK;
}
