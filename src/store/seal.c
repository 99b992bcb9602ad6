#include "seal.h"

#include "base/digest.h"
#include "base/file.h"
#include "base/pulse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 1 << 24 }; /* bytes read at once */

static const char words[] = "hourglass sha256 ";

static enum status make(const char *bytes, size_t n, char line[SEAL_BYTES + 1])
{
    char hex[DIGEST_HEX];
    TRY(digest_bytes(bytes, n, hex));
    snprintf(line, SEAL_BYTES + 1, "%s%s\n", words, hex);
    return ST_OK;
}

enum status seal_write(char *bytes, size_t n)
{
    char line[SEAL_BYTES + 1];
    TRY(make(bytes, n, line));
    memcpy(bytes + n, line, SEAL_BYTES);
    return ST_OK;
}

enum status seal_check(const char *path, const char *bytes, size_t *n)
{
    char line[SEAL_BYTES + 1];
    if (*n < SEAL_BYTES || memcmp(bytes + *n - SEAL_BYTES, words, sizeof words - 1) != 0)
        return FAIL(ST_DATA,
                    "%s does not end in its seal: it is no checkpoint, is truncated, or was "
                    "changed by another program",
                    path);
    TRY(make(bytes, *n - SEAL_BYTES, line));
    if (memcmp(bytes + *n - SEAL_BYTES, line, SEAL_BYTES) != 0)
        return FAIL(ST_DATA, "%s is damaged: its SHA-256 is not the one in its seal", path);
    *n -= SEAL_BYTES;
    return ST_OK;
}

/* Whether all n bytes came.  A slow disk shows its pulse: no call takes more than a piece. */
static int read_all(FILE *in, char *bytes, size_t n)
{
    for (size_t take; n; bytes += take, n -= take) {
        take = n < PIECE ? n : PIECE;
        if (fread(bytes, 1, take, in) != take) return 0;
        pulse_beat();
    }
    return 1;
}

enum status seal_read(const char *path, char **bytes, size_t *n)
{
    *bytes = NULL;
    FILE *in;
    TRY(file_regular(path, n));
    TRY(file_open(&in, path));
    *bytes = malloc(*n + 1);
    enum status st = ST_OK;
    if (!*bytes)
        st = FAIL(ST_NOMEM, "no memory for the %zu bytes of %s", *n, path);
    else if (!read_all(in, *bytes, *n))
        st = FAIL(ST_DATA, "%s cannot be read to its end", path);
    fclose(in);
    if (st != ST_OK) free(*bytes), *bytes = NULL;
    return st;
}
