// Ranks that are processes started by mpirun, on one machine or many.
//
// The module with MPI in it (mpi_calls.h) is opened when the first job asks for it.
// Errors: Error{io} where the module cannot be opened, and when MPI reports a fault; then end the job with abort(), for the
// other ranks may be waiting.
// Threads: the thread that called open.
#pragma once

#include <tagma/comm/comm.h>
#include <tagma/comm/mpi_calls.h>

#include <memory>
#include <string>

namespace tagma {

inline constexpr const char* mpi_module_name = "tagma_mpi.so";

class MpiComm final : public Comm {
 public:
  // `module`: path of the shared object. Starts MPI, once in a process.
  static std::unique_ptr<MpiComm> open(const std::string& module);

  int rank() const override { return calls_.rank; }
  int size() const override { return calls_.size; }
  void finish();                         // when every rank has come to its end; nothing may follow
  [[noreturn]] void abort(int status);   // ends every rank of the job

 private:
  explicit MpiComm(const MpiCalls& calls) : calls_(calls) {}
  void move_out(int to, std::span<const std::byte> bytes) override;
  Bytes move_in(int from) override;
  void check(int fault, const char* doing) const;

  MpiCalls calls_;
};

}  // namespace tagma
