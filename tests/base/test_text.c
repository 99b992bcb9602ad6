#include "check.h"

#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int __real_fclose(FILE *f);
int __wrap_fclose(FILE *f);
int __wrap_ferror(FILE *f);

static int full; /* no memory for the last bytes: fclose says so */
static int torn; /* no memory for some bytes before: ferror says so */

int __wrap_ferror(FILE *f)
{
    (void)f;
    return torn;
}

int __wrap_fclose(FILE *f)
{
    int failed = __real_fclose(f);
    return full ? errno = ENOMEM, EOF : failed;
}

static void a_text_holds_what_was_printed(void **state)
{
    struct text t;
    (void)state;
    assert_ok(text_begin(&t, "a list"));
    for (int i = 0; i < 10000; i++) fprintf(t.out, "%d\n", i % 10);
    assert_ok(text_end(&t));
    assert_int_equal(t.size, 20000);
    assert_int_equal(strlen(t.at), t.size);
    assert_memory_equal(t.at + t.size - 4, "8\n9\n", 4);
    free(t.at);
}

static void an_empty_text_is_a_text(void **state)
{
    struct text t;
    (void)state;
    assert_ok(text_begin(&t, "nothing"));
    assert_ok(text_end(&t));
    assert_string_equal(t.at, "");
    free(t.at);
}

static void a_text_whose_end_is_lost_is_refused(void **state)
{
    struct text t;
    (void)state;
    assert_ok(text_begin(&t, "metrics.csv"));
    fputs("half", t.out);
    full = 1;
    enum status st = text_end(&t);
    full = 0;
    assert_fails(st, ST_NOMEM, "no memory for metrics.csv");
    assert_null(t.at);
}

static void a_text_whose_middle_is_lost_is_refused(void **state)
{
    struct text t;
    (void)state;
    assert_ok(text_begin(&t, "metrics.csv"));
    torn = 1;
    enum status st = text_end(&t);
    torn = 0;
    assert_fails(st, ST_NOMEM, "no memory for metrics.csv");
    assert_null(t.at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_holds_what_was_printed),
        cmocka_unit_test(an_empty_text_is_a_text),
        cmocka_unit_test(a_text_whose_end_is_lost_is_refused),
        cmocka_unit_test(a_text_whose_middle_is_lost_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
