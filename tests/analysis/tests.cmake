room_tests(analysis NAMES test_tile test_knn test_pca test_plot test_slabs test_figures
           USES hourglass-analysis-parts)
script_test(analysis test_numpy 60)
script_test(analysis test_knn_numpy 60)
set_tests_properties(analysis/test_numpy analysis/test_knn_numpy
                     PROPERTIES SKIP_RETURN_CODE 77)
set_property(TEST analysis/test_figures analysis/test_numpy APPEND PROPERTY ENVIRONMENT
             "LSAN_OPTIONS=suppressions=${CMAKE_CURRENT_SOURCE_DIR}/analysis/leaks.txt")
