// What the MPI module (mpi_module.cc) offers to mpi.cc: plain C, so that the module needs nothing of the library and the
// program nothing of MPI before a job of several ranks asks for it.
//
// Errors: calls return 0, or another number when MPI reports a fault, of which text() speaks.
// Threads: the thread that called start.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tagma {

struct MpiCalls {
  int rank, size;
  int (*send)(int to, const std::byte* data, std::uint64_t count);
  int (*receive)(int from, std::byte* data, std::uint64_t count);
  int (*finish)();
  void (*abort)(int status);
  const char* (*text)(int fault);
};

// The one symbol of the module. Returns 0 and fills `calls`, or MPI's error number.
using MpiStart = int (*)(MpiCalls* calls);
inline constexpr const char* mpi_start_symbol = "tagma_mpi_start";

}  // namespace tagma
