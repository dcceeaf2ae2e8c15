# The laws of ranks under mpirun, where MPI was found.
if(TARGET tagma_mpi)
  foreach(ranks 2 3)
    add_test(NAME mpirun.comm_${ranks}
             COMMAND ${MPIEXEC_EXECUTABLE} --allow-run-as-root --oversubscribe -n ${ranks} -x TAGMA_MPI_MODULE=$<TARGET_FILE:tagma_mpi>
                     $<TARGET_FILE:test_comm> --gtest_filter=MpiRanks.KeepTheLaws)
    set_tests_properties(mpirun.comm_${ranks} PROPERTIES TIMEOUT 120)
  endforeach()
endif()
