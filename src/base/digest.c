#include "base/digest.h"

#include <openssl/evp.h>
#include <stdio.h>

enum { RAW = 32 };

static void to_hex(const unsigned char raw[RAW], char *hex)
{
    for (int i = 0; i < RAW; i++) sprintf(hex + 2 * i, "%02x", raw[i]);
}

static enum status failed(void)
{
    return FAIL(ST_INTERNAL, "libcrypto cannot compute SHA-256");
}

enum status digest_bytes(const void *bytes, size_t n, char hex[DIGEST_HEX])
{
    unsigned char raw[RAW];
    if (EVP_Digest(bytes, n, raw, NULL, EVP_sha256(), NULL) != 1) return failed();
    to_hex(raw, hex);
    return ST_OK;
}

enum status digest_begin(struct digest *d)
{
    d->context = EVP_MD_CTX_new();
    if (!d->context || EVP_DigestInit_ex(d->context, EVP_sha256(), NULL) != 1) return failed();
    return ST_OK;
}

enum status digest_add(struct digest *d, const void *bytes, size_t n)
{
    return EVP_DigestUpdate(d->context, bytes, n) == 1 ? ST_OK : failed();
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
