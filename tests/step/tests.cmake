if(HOURGLASS_MPI)
  room_tests(step NAMES test_shards USES step)
  mpi_test(step test_step RANKS 1 2 3 USES step)
endif()
