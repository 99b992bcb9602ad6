room_tests(net NAMES test_gradients test_layers test_model test_loss test_conv test_batchnorm
                 test_samples
                 test_fused_upsample USES net)
target_include_directories(net_test_fused_upsample PRIVATE ${PROJECT_SOURCE_DIR}/src/net)
