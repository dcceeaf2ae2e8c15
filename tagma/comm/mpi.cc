#include <tagma/comm/mpi.h>

#include <dlfcn.h>

#include <cstdlib>

namespace tagma {

std::unique_ptr<MpiComm> MpiComm::open(const std::string& module) {
  // Global: Open MPI opens parts of its own that look for its symbols. Never closed: MPI may not be started twice.
  void* handle = ::dlopen(module.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (handle == nullptr) fail(Code::io, "cannot open the MPI module: {}", ::dlerror());
  const auto start = reinterpret_cast<MpiStart>(::dlsym(handle, mpi_start_symbol));
  if (start == nullptr) fail(Code::io, "{}: not the MPI module of this program: {}", module, ::dlerror());
  MpiCalls calls{};
  if (const int fault = start(&calls); fault != 0) fail(Code::io, "MPI does not start: error {}", fault);
  return std::unique_ptr<MpiComm>(new MpiComm(calls));
}

void MpiComm::check(int fault, const char* doing) const {
  if (fault != 0) fail(Code::io, "MPI, {} on rank {} of {}: {}", doing, rank(), size(), calls_.text(fault));
}

void MpiComm::finish() { check(calls_.finish(), "finishing"); }

void MpiComm::abort(int status) {
  calls_.abort(status);
  std::_Exit(status);
}

// A message is its length, and then its bytes.
void MpiComm::move_out(int to, std::span<const std::byte> bytes) {
  const std::uint64_t count = bytes.size();
  check(calls_.send(to, reinterpret_cast<const std::byte*>(&count), sizeof(count)), "sending");
  check(calls_.send(to, bytes.data(), count), "sending");
}

Bytes MpiComm::move_in(int from) {
  std::uint64_t count = 0;
  check(calls_.receive(from, reinterpret_cast<std::byte*>(&count), sizeof(count)), "receiving");
  Bytes bytes(count);
  check(calls_.receive(from, bytes.data(), count), "receiving");
  return bytes;
}

}  // namespace tagma
