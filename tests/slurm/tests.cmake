# A Slurm of their own, where its packages are and namespaces are allowed.
if(HOURGLASS_MPI)
  foreach(name test_requeue test_arrays test_launch)
    script_test(slurm ${name} 130)
    set_tests_properties(slurm/${name} PROPERTIES SKIP_RETURN_CODE 77)
  endforeach()
endif()
