if(HOURGLASS_MPI)
  script_test(golden test_golden 300)
endif()
