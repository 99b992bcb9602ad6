/* scratch.h - a folder for one test, and whole files in and out. */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include "check.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A new empty folder, in $TMPDIR where that is short; its name stays valid until the next call.
 */
static inline const char *scratch_folder(void)
{
    static char path[64];
    const char *place = getenv("TMPDIR");
    if (!place || strlen(place) > 40) place = "/tmp";
    snprintf(path, sizeof path, "%s/hourglass-test-XXXXXX", place);
    assert_non_null(mkdtemp(path));
    return path;
}

static inline void scratch_remove(const char *folder)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
}

/* folder/name; valid until the next call but three. */
static inline const char *scratch_path(const char *folder, const char *name)
{
    static char paths[4][256];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static inline void scratch_write(const char *path, const void *bytes, size_t n)
{
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, n, out), n);
    assert_int_equal(fclose(out), 0);
}

/* The bytes of a file; the caller frees them. */
static inline char *scratch_read(const char *path, size_t *n)
{
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    assert_int_equal(fseek(in, 0, SEEK_END), 0);
    *n = (size_t)ftell(in);
    rewind(in);
    char *bytes = malloc(*n + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *n, in), *n);
    bytes[*n] = '\0';
    fclose(in);
    return bytes;
}

/* How many names in a folder have that word in them. */
static inline int scratch_count(const char *folder, const char *word)
{
    DIR *dir = opendir(folder);
    int n = 0;
    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir));) n += strstr(e->d_name, word) != NULL;
    closedir(dir);
    return n;
}

/* From here to scratch_heard what is written to stderr is kept. */
static inline int scratch_listen(void)
{
    int before = dup(2);
    FILE *heard = tmpfile();
    assert_non_null(heard);
    fflush(stderr);
    assert_int_equal(dup2(fileno(heard), 2), 2);
    fclose(heard);
    return before;
}

/* What was; `before` is what scratch_listen gave.  Valid until the next call. */
static inline const char *scratch_heard(int before)
{
    static char text[4096];
    fflush(stderr);
    ssize_t n = pread(2, text, sizeof text - 1, 0);
    text[n < 0 ? 0 : n] = '\0';
    assert_int_equal(dup2(before, 2), 2);
    close(before);
    return text;
}

static inline int scratch_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

#endif
