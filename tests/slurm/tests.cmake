# A Slurm of their own, where its packages are and namespaces are allowed.  What a queue does to a
# job in time, limits, lost nodes and links, wants a machine that does nothing else.
option(HOURGLASS_TESTS_SLURM "also tests/slurm/test_requeue" OFF)
if(HOURGLASS_MPI)
  set(names test_arrays test_launch)
  if(HOURGLASS_TESTS_SLURM)
    list(APPEND names test_requeue)
  endif()
  foreach(name ${names})
    script_test(slurm ${name} 130)
    set_tests_properties(slurm/${name} PROPERTIES SKIP_RETURN_CODE 77)
  endforeach()
endif()
