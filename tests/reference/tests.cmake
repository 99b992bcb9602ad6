if(HOURGLASS_MPI)
  script_test(reference test_jobs 300)
  script_test(reference test_small 300)
endif()
