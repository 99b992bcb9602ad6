# What `cmake --install` leaves: the programs, and for the trainer the jobs with their scripts and
# the one that gets MNIST.  jobs/first.sh stays behind: it builds from this tree.

include(GNUInstallDirs)
set(share ${CMAKE_INSTALL_DATADIR}/hourglass)

install(TARGETS hourglass-analysis RUNTIME)
install(PROGRAMS analysis/examples/redraw.py DESTINATION ${share}/examples)
install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY analysis/gallery DESTINATION ${CMAKE_INSTALL_DOCDIR}/analysis)
if(HOURGLASS_MPI)
  install(TARGETS hourglass RUNTIME)
  install(DIRECTORY jobs/ DESTINATION ${share}/jobs FILES_MATCHING PATTERN *.ini)
  install(PROGRAMS jobs/sweep.sh jobs/sweep.sbatch jobs/pipeline.sh jobs/train.sbatch
          DESTINATION ${share}/jobs)
  install(FILES jobs/README.md jobs/train.pbs jobs/train.lsf jobs/train.flux
          DESTINATION ${share}/jobs)
  install(PROGRAMS data/get-mnist.sh DESTINATION ${share}/data)
  install(FILES data/README.md DESTINATION ${share}/data)
endif()
