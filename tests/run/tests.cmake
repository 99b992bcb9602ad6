if(HOURGLASS_MPI)
  add_executable(run_forget run/forget.c)
  target_link_libraries(run_forget PRIVATE run)
endif()
