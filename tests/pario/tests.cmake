if(HOURGLASS_MPI)
  mpi_test(pario test_dataset RANKS 1 2 3 USES pario)
  mpi_test(pario test_results_save RANKS 1 2 3 USES pario)
  set_target_properties(pario_test_results_save PROPERTIES ENABLE_EXPORTS ON) # its pwrite is MPI's
  target_link_libraries(pario_test_dataset PRIVATE hourglass::hdf5)
endif()
