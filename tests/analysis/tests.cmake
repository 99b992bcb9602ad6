room_tests(analysis NAMES test_tile test_knn test_pca test_plot test_curves test_figures test_latent
                 test_damage test_scaling
                 test_report
           USES hourglass-analysis-parts)
add_executable(analysis_make_run analysis/make_run.c)
target_link_libraries(analysis_make_run PRIVATE store PkgConfig::cmocka)
target_include_directories(analysis_make_run PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
python_test(analysis test_numpy 60)
python_test(analysis test_knn_numpy 60)
python_test(analysis test_nexus 60)
python_test(analysis test_redraw 120)
python_test(analysis test_memory 120)
python_test(analysis test_long 300)
if(HOURGLASS_MPI)
  if(NOT HOURGLASS_SANITIZE) # which takes memory of its own
    python_test(analysis test_forecast 120)
  endif()
  python_test(analysis test_report_page 400)
  python_test(analysis test_without_mpi 300)
endif()
set_property(TEST analysis/test_curves analysis/test_figures analysis/test_latent analysis/test_damage
             analysis/test_scaling analysis/test_report
             APPEND PROPERTY ENVIRONMENT
             "LSAN_OPTIONS=suppressions=${CMAKE_CURRENT_SOURCE_DIR}/analysis/leaks.txt:print_suppressions=0")
