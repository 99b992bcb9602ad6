#include "net/layer.h"

#include "base/wide.h"
#include "kinds.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct layer_kind *const kinds[] = {
    &dense_kind,     &noise_kind,   &dropout_kind,        &sampling_kind,
    &batchnorm_kind, &conv_kind,    &conv_transpose_kind, &maxpool_kind,
    &upsample_kind,  &flatten_kind, &reshape_kind,        NULL};

const struct layer_kind *layer_kind_at(int index)
{
    return kinds[index];
}

static const struct layer_kind *find_kind(const char *word)
{
    int i = 0;
    while (kinds[i] && strcmp(kinds[i]->word, word) != 0) i++;
    return kinds[i];
}

/* Cut a line into words, in place.  Returns their number, LAYER_WORDS + 1 where there are
 * more than that. */
static int cut_words(char *line, char *words[LAYER_WORDS])
{
    int count = 0;
    for (char *rest, *word = strtok_r(line, " \t", &rest); word;
         word = strtok_r(NULL, " \t", &rest)) {
        if (count == LAYER_WORDS) return LAYER_WORDS + 1;
        words[count++] = word;
    }
    return count;
}

static enum status unknown_kind(const char *word)
{
    char list[256] = "";
    for (int i = 0; kinds[i]; i++) {
        strcat(list, i ? ", " : "");
        strcat(list, kinds[i]->word);
    }
    return FAIL(ST_SETTING, "no layer is called '%s'; there are: %s", word, list);
}

/* Put the number in the place of the word `code`; *said is set where there is one. */
static enum status put_code(int count, char *words[], char *number, int *said)
{
    for (int i = 1; i < count; i++) {
        if (strcmp(words[i], "code") != 0) continue;
        if (strcmp(number, "0") == 0)
            return FAIL(ST_SETTING, "the line says `code`: set model.code to its width");
        words[i] = number, *said = 1;
    }
    return ST_OK;
}

enum status layer_parse(struct layer *l, const char *line, struct shape in, long code)
{
    char copy[256], number[24], *words[LAYER_WORDS];
    if (strlen(line) >= sizeof copy) return FAIL(ST_SETTING, "the line is too long");
    strcpy(copy, line);
    int count = cut_words(copy, words);
    if (count == 0 || count > LAYER_WORDS)
        return FAIL(ST_SETTING, "a layer is a line of 1 to %d words", LAYER_WORDS);
    *l = (struct layer){.kind = find_kind(words[0]), .in = in, .out = in};
    if (!l->kind) return unknown_kind(words[0]);
    snprintf(number, sizeof number, "%ld", code);
    TRY(put_code(count, words, number, &l->says_code));
    TRY(l->kind->parse(l, count, words));
    l->slope = l->activation;
    return ST_OK;
}

enum status layer_word_count(const char *word, const char *what, size_t *value)
{
    char *end;
    errno = 0;
    unsigned long v = strtoul(word, &end, 10);
    if (!isdigit((unsigned char)*word) || *end || errno || v < 1 || v > 1u << 24)
        return FAIL(ST_SETTING, "%s is '%s' but must be a whole number of at least 1", what,
                    word);
    *value = v;
    return ST_OK;
}

enum status layer_word_number(const char *word, const char *what, double *value)
{
    char *end;
    *value = strtod(word, &end);
    if (end == word || *end || !isfinite(*value) || *value < 0)
        return FAIL(ST_SETTING, "%s is '%s' but must be a number of at least 0", what, word);
    return ST_OK;
}

static struct variable *add_variable(struct layer *l, size_t count)
{
    struct variable *v = &l->variable[l->variables++];
    v->count = count;
    return v;
}

void layer_add_matrix(struct layer *l, size_t in, size_t out)
{
    struct variable *v = add_variable(l, in * out);
    v->rank = 2;
    v->dims[0] = v->fan_in = in;
    v->dims[1] = v->fan_out = out;
}

void layer_add_bias(struct layer *l, size_t out)
{
    struct variable *v = add_variable(l, out);
    v->rank = 1;
    v->dims[0] = out;
}

void layer_add_kernel(struct layer *l, size_t kh, size_t kw, size_t a, size_t b, size_t fan_in,
                      size_t fan_out)
{
    struct variable *v = add_variable(l, kh * kw * a * b);
    v->rank = 4;
    v->dims[0] = kh, v->dims[1] = kw, v->dims[2] = a, v->dims[3] = b;
    v->fan_in = fan_in, v->fan_out = fan_out;
}

void layer_zero_gradients(const struct layer *l, float *dw)
{
    memset(dw, 0, layer_span(l) * sizeof *dw);
}

void layer_zero_gaps(const struct layer *l, float *dw)
{
    for (int i = 0; i + 1 < l->variables; i++) {
        size_t end = l->variable[i].at + l->variable[i].count;
        memset(dw + (end - l->variable[0].at), 0, (l->variable[i + 1].at - end) * sizeof *dw);
    }
}

static WIDE_BODY void add_row_body(const float *restrict row, size_t width, float *restrict sum)
{
    for (size_t j = 0; j < width; j++) sum[j] += row[j];
}

WIDE(add_row, (const float *restrict row, size_t width, float *restrict sum),
     (row, width, sum));

void layer_bias_gradient(const float *dy, size_t rows, size_t width, float *db)
{
    memset(db, 0, width * sizeof *db);
    for (size_t i = 0; i < rows; i++) add_row(dy + i * width, width, db);
}
