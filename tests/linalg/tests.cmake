room_tests(linalg NAMES test_matmul test_eigen test_patches USES linalg)
