room_tests(net NAMES test_gradients test_layers test_model test_loss test_conv test_batchnorm
                 test_samples test_sweep
                 test_fused_upsample USES net)
room_tests(net NAMES test_numbers USES net optim)
set_source_files_properties(net/test_numbers.c PROPERTIES COMPILE_OPTIONS -O0)
target_include_directories(net_test_fused_upsample PRIVATE ${PROJECT_SOURCE_DIR}/src/net)
