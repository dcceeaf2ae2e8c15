// The laws under mpirun: skipped unless mpi_ranks.cmake's test starts this program with several ranks.
#include "comm_laws.h"

#include <tagma/comm/mpi.h>

#include <cstdlib>

namespace tagma {
namespace {

TEST(MpiRanks, KeepTheLaws) {
  if (std::getenv("OMPI_COMM_WORLD_SIZE") == nullptr) GTEST_SKIP() << "not started by mpirun";
  const auto comm = MpiComm::open(std::getenv("TAGMA_MPI_MODULE"));
  EXPECT_EQ(std::to_string(comm->size()), std::getenv("OMPI_COMM_WORLD_SIZE"));
  comm_laws(*comm);
  comm->finish();
}

TEST(MpiRanks, AModuleThatIsNotThereIsSaid) {
  try {
    MpiComm::open("/nowhere/tagma_mpi.so");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::io);
    EXPECT_NE(std::string(error.what()).find("/nowhere/tagma_mpi.so"), std::string::npos);
  }
}

}  // namespace
}  // namespace tagma
