if(HOURGLASS_MPI)
  room_tests(train NAMES test_shards USES train)
endif()
