room_tests(linalg NAMES test_matmul test_eigen USES linalg)
