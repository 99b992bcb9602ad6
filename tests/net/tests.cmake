room_tests(net NAMES test_gradients test_layers test_model test_loss test_conv USES net)
