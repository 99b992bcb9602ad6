room_tests(optim NAMES test_optimizer test_schedule USES optim)
script_test(optim test_steps 30)
