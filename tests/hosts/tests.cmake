if(HOURGLASS_MPI)
  # Stands before MPI in a program: LD_PRELOAD=bin/hosts_count.so.
  add_library(hosts_count MODULE hosts/count.c)
  target_link_libraries(hosts_count PRIVATE flags hourglass::mpi)
  set_target_properties(hosts_count PROPERTIES PREFIX ""
                        LIBRARY_OUTPUT_DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY})
  add_executable(hosts_delay hosts/delay.c)
  target_link_libraries(hosts_delay PRIVATE flags)
  foreach(name hosts bits messages cut small_memory)
    script_test(hosts test_${name} 300)
    set_tests_properties(hosts/test_${name} PROPERTIES SKIP_RETURN_CODE 77)
  endforeach()
endif()
