#include "check.h"

#include "optim/schedule.h"

#include <math.h>
#include <string.h>

static void assert_rate(const char *text, double epoch, double want)
{
    struct schedule s;
    assert_ok(schedule_parse(&s, text));
    double got = schedule_rate(&s, 2.0, epoch, 10);
    if (fabs(got - want) > 1e-12) fail_msg("%s at %g: %g, not %g", text, epoch, got, want);
}

static void rates_are_as_defined(void **state)
{
    (void)state;
    assert_rate("constant", 7, 2);
    assert_rate("step 3 0.5", 2.99, 2);
    assert_rate("step 3 0.5", 3, 1);
    assert_rate("step 3 0.5", 6.5, 0.5);
    assert_rate("cosine", 0, 2);
    assert_rate("cosine", 5, 1);
    assert_rate("cosine", 10, 0);
    assert_rate("cosine 0.1", 10, 0.2);
    assert_rate("warmup 2 constant", 1, 1);
    assert_rate("warmup 2 cosine", 2, 2);
    assert_rate("warmup 2 cosine", 6, 1);
}

static void wrong_words_are_refused(void **state)
{
    struct schedule s;
    const char *const wrong[] = {"",
                                 "cosin",
                                 "step",
                                 "step 3",
                                 "step 0 0.5",
                                 "constant 3",
                                 "warmup constant",
                                 "warmup -1 cosine",
                                 "cosine x"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_fails(schedule_parse(&s, wrong[i]), ST_SETTING, "training.schedule");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_are_as_defined),
        cmocka_unit_test(wrong_words_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
