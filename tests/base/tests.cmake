room_tests(base NAMES test_settings test_random test_fmath test_status test_hash USES base)
