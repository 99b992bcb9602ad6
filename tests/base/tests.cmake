room_tests(base NAMES test_settings test_random test_fmath test_dmath test_status test_hash test_cpu test_text
           USES base)
target_include_directories(base_test_cpu PRIVATE ${PROJECT_SOURCE_DIR}/src) # it includes cpu.c
script_test(base test_byte_order 30)
target_link_options(base_test_text PRIVATE -Wl,--wrap=fclose,--wrap=ferror)
