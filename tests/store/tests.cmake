room_tests(store NAMES test_commit test_idx test_checkpoint test_progress test_state test_arrays
                       test_nexus test_dataset_layout test_slabs test_metrics test_results_array
                       test_pulse
           USES store)
# Some tests look at files from inside the room.
foreach(test store_test_state store_test_arrays store_test_nexus store_test_dataset_layout
             store_test_slabs store_test_pulse)
  target_include_directories(${test} PRIVATE ${PROJECT_SOURCE_DIR}/src/store)
  target_link_libraries(${test} PRIVATE hourglass::hdf5)
endforeach()
if(HOURGLASS_MPI)
  script_test(store test_import 120)
  script_test(store test_get_mnist 120)
endif()
