/* base/cpu.c as it is compiled for each kind of CPU, on machines that have what it wants or
 * lack some of it. */
#include "check.h"

#include "base/cpu.h"

#include <stdio.h>
#include <string.h>

/* What this machine has: words with a blank around each. */
static const char *features;

static int has(const char *feature)
{
    char word[32];
    snprintf(word, sizeof word, " %s ", feature);
    return strstr(features, word) != NULL;
}

#define __builtin_cpu_init()   ((void)0)
#define __builtin_cpu_supports has

#undef __AVX2__
#undef __AVX512F__
#define cpu_check check_for_any
#include "base/cpu.c"
#undef cpu_check

#define __AVX2__  1
#define cpu_check check_for_avx2
#define lacks     lacks_for_avx2
#include "base/cpu.c"
#undef cpu_check
#undef lacks

#define __AVX512F__ 1
#define cpu_check   check_for_avx512
#define lacks       lacks_for_avx512
#include "base/cpu.c"
#undef cpu_check
#undef lacks

static void a_build_for_any_cpu_asks_for_nothing(void **state)
{
    (void)state;
    features = " ";
    assert_ok(check_for_any());
}

static void a_build_for_avx2_wants_avx2_and_fma(void **state)
{
    static const char *const without[] = {" ", " avx2 ", " fma ", " avx512f "};
    (void)state;
    features = " fma avx2 ";
    assert_ok(check_for_avx2());
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++) {
        features = without[i];
        assert_fails(check_for_avx2(), ST_INTERNAL, "built for CPUs with AVX2");
        assert_non_null(strstr(status_message(), "-DHOURGLASS_ARCH= "));
    }
}

static void a_build_for_avx512_wants_that_too(void **state)
{
    (void)state;
    features = " fma avx2 avx512f ";
    assert_ok(check_for_avx512());
    features = " fma avx2 ";
    assert_fails(check_for_avx512(), ST_INTERNAL, "built for CPUs with AVX-512");
    features = " avx512f ";
    assert_fails(check_for_avx512(), ST_INTERNAL, "built for CPUs with AVX2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_build_for_any_cpu_asks_for_nothing),
        cmocka_unit_test(a_build_for_avx2_wants_avx2_and_fma),
        cmocka_unit_test(a_build_for_avx512_wants_that_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
