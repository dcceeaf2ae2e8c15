// The ranks of one job: processes, or threads that stand in for them in tests, that know one another by number.
//
// An implementation moves bytes from one rank to another (move_out, move_in); everything else is made of that, so that it
// is the same for all of them. Messages between two ranks arrive in the order in which they were sent.
// Implementations: alone (no Comm at all, or one of size 1), threads (threads.h), mpi (mpi.h).
// Collective calls (gather, broadcast, sum, barrier, agree, together, same_everywhere) must be made by every rank, in the same
// order.
// Results: sums are added in the order of the ranks, so they are the same bytes on every rank and in every run.
// Errors: a fault of one rank becomes an AgreedError of all of them at the next agree(); what an implementation throws
// when a rank is lost is an Error that cannot be agreed on: the job has to be ended.
// Threads: one thread of a rank at a time.
#pragma once

#include <tagma/base/error.h>
#include <tagma/base/function_ref.h>
#include <tagma/base/run.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <string_view>
#include <vector>

namespace tagma {

using Bytes = std::vector<std::byte>;

// The fault of one rank, thrown by all of them: every rank knows of it, and one of them should say it.
class AgreedError : public Error {
 public:
  using Error::Error;
};

class Comm {
 public:
  virtual ~Comm() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;

  void send(int to, std::span<const std::byte> bytes);  // the bytes may be reused when it returns
  Bytes receive(int from);
  std::int64_t sent() const { return sent_; }           // bytes this rank has sent so far

  // At rank 0 the bytes of every rank, by rank; nothing at the others.
  std::vector<Bytes> gather(std::span<const std::byte> bytes);
  // From rank 0 to all, along a binomial tree.
  void broadcast(Bytes& bytes);
  void sum(std::span<double> values);
  void barrier();

  // Whether some rank has `raised` its hand. Throws AgreedError on every rank where some rank brings a fault: that of the
  // lowest one, whose number the text names unless it is 0.
  bool agree(std::exception_ptr fault, bool raised = false);
  // work(), and then agree() on whether it threw.
  void together(FunctionRef<void()> work);
  // Throws AgreedError{bad_data} unless every rank brings the same value: `what` differs between rank 0 and another.
  void same_everywhere(std::uint64_t value, std::string_view what);

 private:
  virtual void move_out(int to, std::span<const std::byte> bytes) = 0;
  virtual Bytes move_in(int from) = 0;

  std::int64_t sent_ = 0;
};

// The ranks that share the work of a run, or null where there is one.
inline Comm* ranks_of(const Run& run) { return run.comm != nullptr && run.comm->size() > 1 ? run.comm : nullptr; }
// Whether this rank writes, prints and reports: the only one, or rank 0.
inline bool leads(const Run& run) { return run.comm == nullptr || run.comm->rank() == 0; }
// Comm::together, where there are ranks; otherwise just work().
void together(const Run& run, FunctionRef<void()> work);

}  // namespace tagma
