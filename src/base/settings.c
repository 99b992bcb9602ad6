#include "base/settings.h"

#include "base/file.h"
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    VALUE_MAX = 8192, /* bytes of the longest value as text */
    LIST_LINE = 200,  /* characters of one line of a list */
};

/* The place of a row's value in the struct. */
static void *value_at(const struct settings *s, const struct setting *row)
{
    return (char *)s->values + row->at;
}

/* The key of "section.key". */
static const char *key_of(const char *name)
{
    const char *dot = strchr(name, '.');
    return dot ? dot + 1 : name;
}

/* Whether the setting "section.key" is meant: by all of it or by its key. */
static int is_called(const char *full, const char *name)
{
    return strcmp(full, name) == 0 || strcmp(key_of(full), name) == 0;
}

/* Levenshtein distance, for "did you mean". */
static size_t distance(const char *a, const char *b)
{
    size_t row[64], m = strlen(b);
    if (m >= 64) return SIZE_MAX;
    for (size_t j = 0; j <= m; j++) row[j] = j;
    for (size_t i = 1; *a; a++, i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t change = diagonal + (*a != b[j - 1]);
            diagonal = row[j];
            size_t insert = row[j - 1] + 1, delete = row[j] + 1;
            row[j] = insert < delete ? insert : delete;
            if (change < row[j]) row[j] = change;
        }
    }
    return row[m];
}

static const struct setting *nearest(const struct settings *s, const char *name)
{
    const struct setting *best = s->table;
    size_t best_distance = SIZE_MAX;
    for (int i = 0; i < s->count; i++) {
        const struct setting *row = &s->table[i];
        size_t d = distance(name, strchr(name, '.') ? row->name : key_of(row->name));
        if (d < best_distance) best = row, best_distance = d;
    }
    return best;
}

const struct setting *settings_find(const struct settings *s, const char *name)
{
    for (int i = 0; i < s->count; i++) {
        const struct setting *row = &s->table[i];
        if (is_called(row->name, name)) return row;
    }
    return NULL;
}

static enum status out_of_range(const struct setting *row, const char *where, const char *value)
{
    return FAIL(ST_SETTING, "%s: %s = %s is out of range: it goes from %g to %g%s%s", where,
                row->name, value, row->min, row->max, *row->unit ? " " : "", row->unit);
}

static enum status set_int(const struct settings *s, const struct setting *row,
                           const char *where, const char *value)
{
    char *end;
    errno = 0;
    long v = strtol(value, &end, 10);
    if (end == value || *end != '\0')
        return FAIL(ST_SETTING, "%s: %s = %s is not a whole number", where, row->name, value);
    if (errno == ERANGE || (double)v < row->min || (double)v > row->max)
        return out_of_range(row, where, value);
    *(long *)value_at(s, row) = v;
    return ST_OK;
}

static enum status set_real(const struct settings *s, const struct setting *row,
                            const char *where, const char *value)
{
    char *end;
    double v = strtod(value, &end);
    if (end == value || *end != '\0' || !isfinite(v))
        return FAIL(ST_SETTING, "%s: %s = %s is not a number", where, row->name, value);
    if (v < row->min || v > row->max) return out_of_range(row, where, value);
    *(double *)value_at(s, row) = v;
    return ST_OK;
}

static int is_blank(char c)
{
    return isspace((unsigned char)c) != 0;
}

/* Bytes of a line before its comment: from a '#' or ';' on that opens it or follows a blank. */
static size_t before_comment(const char *line, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((line[i] == '#' || line[i] == ';') && (i == 0 || is_blank(line[i - 1]))) return i;
    return n;
}

/* Whether a line of text comes back from a job file as it was. */
static int survives_a_file(const char *line, size_t n)
{
    return before_comment(line, n) == n &&
           (n == 0 || (!is_blank(line[0]) && !is_blank(line[n - 1])));
}

static enum status too_long(const struct setting *row, const char *where)
{
    return FAIL(ST_SETTING, "%s: %s is longer than %zu bytes", where, row->name, row->size - 1);
}

static enum status set_text(const struct settings *s, const struct setting *row,
                            const char *where, const char *value)
{
    size_t n = strlen(value);
    if (n >= row->size) return too_long(row, where);
    if (strchr(value, '\n') || !survives_a_file(value, n))
        return FAIL(ST_SETTING,
                    "%s: %s = %s cannot stand in a job file: it is one line, without a comment "
                    "(' #', ' ;') and without blanks around it",
                    where, row->name, value);
    memcpy(value_at(s, row), value, n + 1);
    return ST_OK;
}

/* The items of a list stand a line each, or with commas between them: text becomes lines, in
 * place, none of them empty. */
static void commas_to_lines(char *text)
{
    char *to = text;
    for (const char *item = text; *item;) {
        item += strspn(item, ", \t\n");
        size_t n = strcspn(item, ",\n"), used = n;
        while (used && is_blank(item[used - 1])) used--;
        if (used && to > text) *to++ = '\n';
        memmove(to, item, used);
        to += used;
        item += n;
    }
    *to = '\0';
}

static enum status set_lines(const struct settings *s, const struct setting *row,
                             const char *where, const char *value)
{
    char text[VALUE_MAX];
    if (strlen(value) >= row->size) return too_long(row, where);
    strcpy(text, value);
    commas_to_lines(text);
    for (const char *line = text; *line; line += *line == '\n') {
        size_t n = strcspn(line, "\n");
        if (n > LIST_LINE || !survives_a_file(line, n))
            return FAIL(ST_SETTING,
                        "%s: %s = %s cannot stand in a job file: a line of it has at most %d "
                        "characters and no comment (' #', ' ;')",
                        where, row->name, value, LIST_LINE);
        line += n;
    }
    strcpy(value_at(s, row), text);
    return ST_OK;
}

/* Whether word is one of the words of the list. */
static int listed(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = list; n && (at = strstr(at, word)); at += n)
        if ((at == list || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0')) return 1;
    return 0;
}

static enum status set_choice(const struct settings *s, const struct setting *row,
                              const char *where, const char *value)
{
    if (strchr(value, ' ') || !listed(row->choices, value))
        return FAIL(ST_SETTING, "%s: %s = %s is none of: %s", where, row->name, value,
                    row->choices);
    return set_text(s, row, where, value);
}

static enum status set_row(const struct settings *s, const struct setting *row,
                           const char *where, const char *value)
{
    switch (row->type) {
    case SETTING_INT:
        return set_int(s, row, where, value);
    case SETTING_REAL:
        return set_real(s, row, where, value);
    case SETTING_CHOICE:
        return set_choice(s, row, where, value);
    case SETTING_LINES:
        return set_lines(s, row, where, value);
    case SETTING_TEXT:
        break;
    }
    return set_text(s, row, where, value);
}

enum status settings_defaults(const struct settings *s)
{
    for (int i = 0; i < s->count; i++)
        if (set_row(s, &s->table[i], "default", s->table[i].fallback) != ST_OK)
            return ST_INTERNAL;
    return ST_OK;
}

static enum status unknown(const struct settings *s, const char *where, const char *name)
{
    for (const struct setting_renamed *r = s->renamed; r && r->old; r++)
        if (is_called(r->old, name))
            return FAIL(ST_SETTING, "%s: the setting '%s' is called '%s' now", where, name,
                        r->now);
    return FAIL(ST_SETTING, "%s: no setting is called '%s'; did you mean '%s'?", where, name,
                nearest(s, name)->name);
}

enum status settings_set(const struct settings *s, const char *where, const char *name,
                         const char *value)
{
    const struct setting *row = settings_find(s, name);
    return row ? set_row(s, row, where, value) : unknown(s, where, name);
}

/* One reading of a job file: inih tells sections and names.  It takes lines of 198 characters,
 * so that it gets the beginning of each, and the value is what the whole line says. */
struct reading {
    const struct settings *s;
    const char *where;
    FILE *file;            /* either a file */
    const char *text;      /* or what is left of a text in memory */
    char whole[VALUE_MAX]; /* the line, without comment and blanks around it */
    int line;
    int in_list;   /* the last key is a list: what begins with white space goes on with it */
    int continued; /* this line does */
    unsigned char *seen; /* [s->count]: set by this file already */
    enum status st;      /* of the first pair that was refused */
    int refused;         /* its line */
};

/* The next line into r->whole, its end included; 0 where there is none. */
static int read_line(struct reading *r)
{
    size_t n = sizeof r->whole;
    if (r->file) return fgets(r->whole, (int)n, r->file) != NULL;
    if (*r->text == '\0') return 0;
    size_t take = strcspn(r->text, "\n");
    take += r->text[take] == '\n';
    if (take > n - 1) take = n - 1;
    memcpy(r->whole, r->text, take);
    r->whole[take] = '\0';
    r->text += take;
    return 1;
}

/* Without its comment and the blanks around it. */
static void trim(char *line)
{
    size_t n = before_comment(line, strlen(line)), first = 0;
    while (n && is_blank(line[n - 1])) n--;
    while (first < n && is_blank(line[first])) first++;
    memmove(line, line + first, n - first);
    line[n - first] = '\0';
}

static char *next_line(char *buffer, int n, void *user)
{
    struct reading *r = user;
    if (r->st != ST_OK || !read_line(r)) return NULL;
    r->line++;
    size_t got = strlen(r->whole);
    if (got == sizeof r->whole - 1 && r->whole[got - 1] != '\n') {
        r->st = FAIL(ST_SETTING, "%s:%d: this line is longer than %zu characters", r->where,
                     r->line, sizeof r->whole - 2);
        return NULL;
    }
    if (r->whole[0] == '[') r->in_list = 0;
    r->continued = r->in_list && is_blank(r->whole[0]);
    trim(r->whole);
    snprintf(buffer, (size_t)n - 1, "%s%s", r->continued ? " " : "", r->whole);
    return buffer;
}

/* What the whole line says behind its name. */
static const char *value_of(const struct reading *r)
{
    const char *at = r->whole;
    if (r->continued) return at;
    at += strcspn(at, "=:");
    at += *at != '\0';
    return at + strspn(at, " \t");
}

/* One more line of a list. */
static enum status append_line(const struct settings *s, const struct setting *row,
                               const char *where, const char *value)
{
    char text[2 * VALUE_MAX];
    snprintf(text, sizeof text, "%s\n%s", (const char *)value_at(s, row), value);
    return set_row(s, row, where, text);
}

static int take_pair(void *user, const char *section, const char *key, const char *beginning)
{
    struct reading *r = user;
    const char *value = value_of(r);
    char name[128], where[1100];
    (void)beginning;
    if (r->st != ST_OK) return 0;
    snprintf(where, sizeof where, "%s:%d", r->where, r->line);
    snprintf(name, sizeof name, "%s.%s", section, key);
    r->refused = r->line;
    const struct setting *row = settings_find(r->s, name);
    if (!row) {
        r->st = unknown(r->s, where, name);
        return 0;
    }
    unsigned char *seen = &r->seen[row - r->s->table];
    r->in_list = row->type == SETTING_LINES;
    if (r->continued) {
        r->st = append_line(r->s, row, where, value);
    } else if (*seen) {
        r->st = FAIL(ST_SETTING, "%s: %s is set twice in this file", where, name);
    } else {
        r->st = set_row(r->s, row, where, value);
    }
    *seen = 1;
    return r->st == ST_OK;
}

static enum status read_all(struct reading *r)
{
    r->seen = calloc((size_t)r->s->count, 1);
    if (!r->seen) return FAIL(ST_NOMEM, "no memory to read %s", r->where);
    int wrong = ini_parse_stream(next_line, r, take_pair, r);
    free(r->seen);
    if (wrong && (r->st == ST_OK || wrong < r->refused))
        return FAIL(ST_SETTING, "%s:%d: this is neither [section], name = value, nor # comment",
                    r->where, wrong);
    return r->st;
}

enum status settings_read_file(const struct settings *s, const char *path)
{
    struct reading r = {.s = s, .where = path};
    TRY(file_open(&r.file, path));
    enum status st = read_all(&r);
    if (st == ST_OK && ferror(r.file)) st = FAIL(ST_NOINPUT, "%s: cannot be read", path);
    fclose(r.file);
    return st;
}

enum status settings_read_text(const struct settings *s, const char *where, const char *text)
{
    struct reading r = {.s = s, .where = where, .text = text};
    return read_all(&r);
}

static const char prefix[] = "HOURGLASS_";

/* HOURGLASS_SECTION_KEY of "section.key". */
static void variable_of(const char *setting, char name[128])
{
    int n = snprintf(name, 128, "%s%s", prefix, setting);
    for (int k = 0; k < n; k++)
        name[k] = name[k] == '.' ? '_' : (char)toupper((unsigned char)name[k]);
}

/* Whether a word of n bytes is a section of the table. */
static int is_section(const struct settings *s, const char *word, size_t n)
{
    for (int i = 0; i < s->count; i++)
        if (strncmp(s->table[i].name, word, n) == 0 && s->table[i].name[n] == '.') return 1;
    return 0;
}

/* The setting that a variable would be: "section.key", or "key" where it names no section. */
static void setting_of(const struct settings *s, const char *variable, char name[128])
{
    snprintf(name, 128, "%s", variable + strlen(prefix));
    for (char *at = name; *at; at++) *at = (char)tolower((unsigned char)*at);
    size_t n = strcspn(name, "_");
    if (name[n] && is_section(s, name, n)) name[n] = '.';
}

/* Whether a variable is a setting or one that others may have set. */
static int is_known(const struct settings *s, const char *variable)
{
    char name[128];
    for (const char *const *other = s->foreign; other && *other; other++)
        if (strcmp(*other, variable) == 0) return 1;
    for (int i = 0; i < s->count; i++) {
        variable_of(s->table[i].name, name);
        if (strcmp(name, variable) == 0) return 1;
    }
    return 0;
}

/* A misspelt setting is not passed over. */
static enum status check_variables(const struct settings *s)
{
    for (char **e = environ; *e; e++) {
        char variable[128], name[128];
        if (strncmp(*e, prefix, strlen(prefix)) != 0) continue;
        snprintf(variable, sizeof variable, "%.*s", (int)strcspn(*e, "="), *e);
        setting_of(s, variable, name);
        if (!is_known(s, variable)) return unknown(s, variable, name);
    }
    return ST_OK;
}

enum status settings_read_environment(const struct settings *s)
{
    TRY(check_variables(s));
    for (int i = 0; i < s->count; i++) {
        char name[128];
        variable_of(s->table[i].name, name);
        const char *value = getenv(name);
        if (value) TRY(settings_set(s, name, s->table[i].name, value));
    }
    return ST_OK;
}

void settings_format(const struct settings *s, const struct setting *row, char *buffer,
                     size_t n)
{
    const void *v = value_at(s, row);
    switch (row->type) {
    case SETTING_INT:
        snprintf(buffer, n, "%ld", *(const long *)v);
        break;
    case SETTING_REAL:
        snprintf(buffer, n, "%.17g", *(const double *)v);
        break;
    case SETTING_TEXT:
    case SETTING_CHOICE:
    case SETTING_LINES:
        snprintf(buffer, n, "%s", (const char *)v);
        break;
    }
    /* A shorter form, where it reads back to the same number: 0.1, not 0.10000000000000001. */
    for (int digits = 15; row->type == SETTING_REAL && digits < 17; digits++) {
        char shorter[40];
        snprintf(shorter, sizeof shorter, "%.*g", digits, *(const double *)v);
        if (strtod(shorter, NULL) == *(const double *)v) {
            snprintf(buffer, n, "%s", shorter);
            break;
        }
    }
}

static void write_lines(FILE *out, const char *key, const char *lines)
{
    fprintf(out, "%s =\n", key);
    while (*lines) {
        int n = (int)strcspn(lines, "\n");
        fprintf(out, "    %.*s\n", n, lines);
        lines += n + (lines[n] == '\n');
    }
}

char *settings_text(const struct settings *s, int bits_only)
{
    char value[VALUE_MAX];
    const char *section = "";
    size_t section_length = 0;
    struct text t;
    if (text_begin(&t, "the settings") != ST_OK) return NULL;
    for (int i = 0; i < s->count; i++) {
        const struct setting *row = &s->table[i];
        if (bits_only && row->scope != SETTING_BITS) continue;
        const char *key = key_of(row->name);
        size_t length = (size_t)(key - row->name) - 1;
        if (length != section_length || strncmp(section, row->name, length) != 0) {
            section = row->name, section_length = length;
            fprintf(t.out, "%s[%.*s]\n", ftell(t.out) ? "\n" : "", (int)length, section);
        }
        settings_format(s, row, value, sizeof value);
        if (row->type == SETTING_LINES)
            write_lines(t.out, key, value);
        else
            fprintf(t.out, "%s = %s\n", key, value);
    }
    return text_end(&t) == ST_OK ? t.at : NULL;
}

void settings_help(const struct settings *s, FILE *out)
{
    for (int i = 0; i < s->count; i++) {
        const struct setting *row = &s->table[i];
        fprintf(out, "  %-24s %s", row->name, row->help);
        if (*row->unit) fprintf(out, " [%s]", row->unit);
        if (row->choices) fprintf(out, ": %s", row->choices);
        if (*row->fallback && row->type != SETTING_LINES)
            fprintf(out, " (default %s)", row->fallback);
        fputc('\n', out);
    }
}
