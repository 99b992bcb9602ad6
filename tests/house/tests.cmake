script_test(house test_arrows 30)
if(HOURGLASS_MPI)
  script_test(house test_readme 30)
endif()
