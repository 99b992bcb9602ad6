room_tests(store NAMES test_commit test_idx test_checkpoint test_state USES store)
# The digests within a checkpoint are seen from inside the room.
target_include_directories(store_test_state PRIVATE ${PROJECT_SOURCE_DIR}/src/store)
target_link_libraries(store_test_state PRIVATE hourglass::hdf5)
