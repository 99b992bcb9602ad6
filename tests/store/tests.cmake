room_tests(store NAMES test_commit test_idx test_checkpoint test_state test_arrays test_nexus
           USES store)
# Some tests look at files from inside the room.
set(inside store_test_state store_test_arrays store_test_nexus)
if(HOURGLASS_MPI)
  mpi_test(store test_dataset RANKS 1 2 3 USES store_shared)
  mpi_test(store test_results RANKS 1 2 3 USES store_shared)
  set_target_properties(store_test_results PROPERTIES ENABLE_EXPORTS ON) # its pwrite is MPI's
  script_test(store test_import 120)
  script_test(store test_get_mnist 120)
  list(APPEND inside store_test_dataset)
endif()
foreach(test ${inside})
  target_include_directories(${test} PRIVATE ${PROJECT_SOURCE_DIR}/src/store)
  target_link_libraries(${test} PRIVATE hourglass::hdf5)
endforeach()
