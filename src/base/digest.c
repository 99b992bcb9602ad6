#include "base/digest.h"

#include "base/pulse.h"

#include <openssl/evp.h>
#include <stdio.h>

enum {
    RAW = 32,
    PIECE = 1 << 24, /* bytes between two beats of the pulse */
};

static void to_hex(const unsigned char raw[RAW], char *hex)
{
    for (int i = 0; i < RAW; i++) sprintf(hex + 2 * i, "%02x", raw[i]);
}

static enum status failed(void)
{
    return FAIL(ST_INTERNAL, "libcrypto cannot compute SHA-256");
}

enum status digest_begin(struct digest *d)
{
    d->context = EVP_MD_CTX_new();
    if (!d->context || EVP_DigestInit_ex(d->context, EVP_sha256(), NULL) != 1) return failed();
    return ST_OK;
}

enum status digest_add(struct digest *d, const void *bytes, size_t n)
{
    const char *at = bytes;
    for (size_t take; n; at += take, n -= take) {
        take = n < PIECE ? n : PIECE;
        if (EVP_DigestUpdate(d->context, at, take) != 1) return failed();
        pulse_beat();
    }
    return ST_OK;
}

enum status digest_end(struct digest *d, char *hex)
{
    unsigned char raw[RAW] = {0};
    int ok = !hex || EVP_DigestFinal_ex(d->context, raw, NULL) == 1;
    EVP_MD_CTX_free(d->context);
    d->context = NULL;
    if (!ok) return failed();
    if (hex) to_hex(raw, hex);
    return ST_OK;
}

enum status digest_bytes(const void *bytes, size_t n, char hex[DIGEST_HEX])
{
    struct digest d;
    enum status st, end;
    TRY_DONE(digest_begin(&d));
    TRY_DONE(digest_add(&d, bytes, n));
done:
    end = digest_end(&d, st == ST_OK ? hex : NULL);
    return st == ST_OK ? end : st;
}
