#include "store/idx.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

enum { HEADER = 4 + 4 * 4, PIECE = 1 << 30, MOST_COMPRESSION = 1100 };

/* One file on its way in. */
struct reading {
    char path[1024];
    size_t bytes; /* of the file, perhaps packed */
    gzFile in;
    struct digest digest;
};

/* Find the file under one of its spellings: with '-' or '.' before idx, plain or packed. */
static enum status find(struct reading *r, const char *folder, const char *name)
{
    static const char *const ends[] = {"", ".gz"};
    struct stat s;
    const char *idx = strstr(name, "-idx");
    for (int i = 0; i < 4; i++) {
        int n = snprintf(r->path, sizeof r->path, "%s/%s%s", folder, name, ends[i % 2]);
        if (n >= (int)sizeof r->path) break;
        if (i >= 2 && idx) r->path[strlen(folder) + 1 + (size_t)(idx - name)] = '.';
        if (stat(r->path, &s) != 0) continue;
        if (S_ISDIR(s.st_mode)) continue; /* Kaggle's, beside the file */
        if (!S_ISREG(s.st_mode)) return FAIL(ST_DATA, "%s is not a regular file", r->path);
        r->bytes = (size_t)s.st_size;
        return ST_OK;
    }
    return FAIL(ST_NOINPUT, "%s has no %s, neither plain nor with .gz", folder, name);
}

/* Read n bytes into out and the digest. */
static enum status read_bytes(struct reading *r, uint8_t *out, size_t n)
{
    while (n) {
        size_t piece = n < PIECE ? n : PIECE;
        int got = gzread(r->in, out, (unsigned)piece), error;
        const char *why = gzerror(r->in, &error);
        if (got < 0)
            return FAIL(ST_DATA, "%s is damaged: %s", r->path,
                        error == Z_ERRNO ? strerror(errno) : why);
        if (got == 0)
            return FAIL(ST_DATA, "%s is truncated: %zu bytes are missing", r->path, n);
        TRY(digest_add(&r->digest, out, (size_t)got));
        out += got;
        n -= (size_t)got;
    }
    return ST_OK;
}

static size_t big_endian(const uint8_t *b)
{
    return (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
}

/* Magic and sizes; *n is the number of values that follow. */
static enum status read_header(struct reading *r, struct idx *x, size_t *n)
{
    uint8_t h[HEADER];
    TRY(read_bytes(r, h, 4));
    if (h[0] || h[1] || h[2] != 8 || h[3] < 1 || h[3] > 4)
        return FAIL(ST_DATA,
                    "%s is not an IDX file of bytes: it begins with %02x %02x %02x %02x, "
                    "wanted are 00 00 08 and 01 to 04",
                    r->path, h[0], h[1], h[2], h[3]);
    x->rank = h[3];
    TRY(read_bytes(r, h + 4, 4 * (size_t)x->rank));
    *n = 1;
    for (int i = 0; i < 4; i++) {
        x->dims[i] = i < x->rank ? big_endian(h + 4 + 4 * i) : 1;
        if (__builtin_mul_overflow(*n, x->dims[i], n)) *n = SIZE_MAX;
    }
    if (!*n) return FAIL(ST_DATA, "%s holds no values", r->path);
    if (*n / MOST_COMPRESSION > r->bytes)
        return FAIL(ST_DATA, "%s is truncated: its sizes ask for %zu values", r->path, *n);
    return ST_OK;
}

static enum status check_end(struct reading *r)
{
    uint8_t more;
    int got = gzread(r->in, &more, 1), error;
    gzerror(r->in, &error);
    if (got > 0) return FAIL(ST_DATA, "%s is longer than its sizes say", r->path);
    if (got < 0 || error < 0) return FAIL(ST_DATA, "%s is damaged at its end", r->path);
    return ST_OK;
}

static enum status read_values(struct reading *r, struct idx *x)
{
    size_t n = 0;
    TRY(read_header(r, x, &n));
    x->values = malloc(n);
    if (!x->values) return FAIL(ST_NOMEM, "no memory for the %zu bytes of %s", n, r->path);
    TRY(read_bytes(r, x->values, n));
    return check_end(r);
}

enum status idx_read(struct idx *x, const char *folder, const char *name)
{
    struct reading r = {.in = NULL};
    *x = (struct idx){0};
    enum status st;
    TRY_DONE(find(&r, folder, name));
    TRY_DONE(digest_begin(&r.digest));
    r.in = gzopen(r.path, "rb");
    if (!r.in) TRY_DONE(FAIL(ST_NOINPUT, "%s cannot be read: %s", r.path, strerror(errno)));
    gzbuffer(r.in, 1 << 18);
    TRY_DONE(read_values(&r, x));
    st = digest_end(&r.digest, x->sha256);
done:
    if (r.digest.context) st = digest_end(&r.digest, NULL) == ST_OK ? st : ST_INTERNAL;
    if (r.in) gzclose(r.in);
    if (st != ST_OK) idx_free(x);
    return st;
}

void idx_free(struct idx *x)
{
    free(x->values);
    *x = (struct idx){0};
}
