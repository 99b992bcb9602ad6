/* settings - one table of settings, and every way to read or write what it describes.
 *
 * A setting is a row: name, type, place in a struct, default, range, help.  The same row reads
 * the job file, the environment and the command line, prints the help and writes the record.
 */
#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

#include "base/status.h"

#include <stddef.h>
#include <stdio.h>

enum setting_type {
    SETTING_INT,    /* long */
    SETTING_REAL,   /* double */
    SETTING_TEXT,   /* char[size] */
    SETTING_CHOICE, /* char[size], one of the words of `choices` */
    SETTING_LINES,  /* char[size], the lines of a list joined by '\n' */
};

enum setting_scope {
    SETTING_BITS,    /* decides the result, so a resumed run must have the same */
    SETTING_RUNNING, /* how the run is run: may differ from start to start */
};

struct setting {
    const char *name; /* "section.key"; the keys alone are unique as well */
    enum setting_type type;
    enum setting_scope scope;
    size_t at, size;      /* offset and bytes in the struct */
    const char *fallback; /* the default, as text */
    double min, max;      /* numbers only */
    const char *unit;     /* "" where there is none */
    const char *choices;  /* CHOICE only: words separated by spaces */
    const char *help;
};

/* A name that a setting had once. */
struct setting_renamed {
    const char *old, *now; /* "section.key" each */
};

/* A settings table and the struct that it fills.  Borrowed, not owned. */
struct settings {
    const struct setting *table;
    int count;
    const struct setting_renamed *renamed; /* until old is NULL; NULL: none */
    const char *const *foreign; /* HOURGLASS_ variables that are no settings, until NULL */
    void *values;
};

/* Every setting to its default.  Fails with ST_INTERNAL where a default breaks its own rule. */
enum status settings_defaults(const struct settings *s) MUST_USE;

/* Set one by its name ("training.epochs") or its key ("epochs").  `where` opens the message:
 * "jobs/vae.ini:12", "command line".  Fails with ST_SETTING, naming the nearest known name. */
enum status settings_set(const struct settings *s, const char *where, const char *name,
                         const char *value) MUST_USE;

/* Read a job file (INI): comments from ' #' or ' ;' on, lists with a line an item or commas.
 * Fails with ST_NOINPUT or ST_SETTING, naming the line. */
enum status settings_read_file(const struct settings *s, const char *path) MUST_USE;

/* The same from text in memory; `where` names it in messages.  Fails with ST_SETTING. */
enum status settings_read_text(const struct settings *s, const char *where,
                               const char *text) MUST_USE;

/* Take HOURGLASS_SECTION_KEY from the environment.  Fails with ST_SETTING; what begins so and
 * is no setting is refused, with the nearest one. */
enum status settings_read_environment(const struct settings *s) MUST_USE;

/* The row of that name or key, NULL where there is none. */
const struct setting *settings_find(const struct settings *s, const char *name);

/* Write one value as text into buffer (of n bytes). */
void settings_format(const struct settings *s, const struct setting *row, char *buffer,
                     size_t n);

/* Write the settings as a job file that reads back to the same values; all of them, or those
 * of scope SETTING_BITS only.  The caller frees the text.  NULL where there is no memory. */
char *settings_text(const struct settings *s, int bits_only);

/* Print the table for --help. */
void settings_help(const struct settings *s, FILE *out);

#endif
