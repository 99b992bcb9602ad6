room_tests(analysis NAMES test_tile test_pca test_plot test_figures USES hourglass-analysis-parts)
script_test(analysis test_numpy 60)
set_tests_properties(analysis/test_numpy PROPERTIES SKIP_RETURN_CODE 77)
