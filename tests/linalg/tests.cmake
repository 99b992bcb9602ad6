room_tests(linalg NAMES test_matmul test_eigen test_orthonormal test_krylov test_patches test_convolve USES linalg)
