room_tests(optim NAMES test_optimizer test_schedule USES optim)
