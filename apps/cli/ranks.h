// The ranks of `mpirun -n N tagma ...`. Open MPI tells a process which it is by its environment, before MPI is started; so a
// program that was started alone, or that only explains itself, never opens MPI.
//
// Rank 0 speaks: it alone writes to standard output and error, and its exit status is that of the job. The others end with 0,
// lest mpirun end the job before rank 0 has said what was wrong.
// Errors: join() throws Error{not_built} where the program was built without MPI, Error{io} where MPI does not start.
#pragma once

#include <tagma/comm/mpi.h>

#include <memory>

namespace tagma {

class Ranks {
 public:
  Ranks();
  bool several() const { return size_ > 1; }
  bool speaks() const { return rank_ == 0; }
  int rank() const { return rank_; }
  int threads() const;  // a rank's share of the machine's cores

  void join();
  Comm* comm() const { return comm_.get(); }  // null before join()
  void part();                                // waits until all ranks have come to their end
  [[noreturn]] void abort(int status) { comm_->abort(status); }

 private:
  int rank_ = 0, size_ = 1, beside_ = 1;  // beside: ranks on this machine
  std::unique_ptr<MpiComm> comm_;
};

}  // namespace tagma
