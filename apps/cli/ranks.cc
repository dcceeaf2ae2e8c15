#include "apps/cli/ranks.h"

#include <tagma/base/module.h>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <thread>

namespace tagma {
namespace {

int number_in(const char* variable, int least, int otherwise) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return otherwise;
  char* end = nullptr;
  const long value = std::strtol(text, &end, 10);
  return end != text && *end == '\0' && value >= least && value < 1 << 24 ? static_cast<int>(value) : otherwise;
}

}  // namespace

Ranks::Ranks()
    : rank_(number_in("OMPI_COMM_WORLD_RANK", 0, 0)), size_(number_in("OMPI_COMM_WORLD_SIZE", 1, 1)),
      beside_(number_in("OMPI_COMM_WORLD_LOCAL_SIZE", 1, 1)) {}

int Ranks::threads() const {
  const int bound = static_cast<int>(std::thread::hardware_concurrency());  // of the cores this process may use
  const int share = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN)) / beside_;
  return std::max(1, std::min(bound, share));
}

void Ranks::join() {
  const std::string path = module_path(mpi_module_name);
  if (path.empty())
    fail(Code::not_built,
         "mpirun started {} ranks, but this program was built without MPI; configure with -DTAGMA_MPI=ON (Debian packages libopenmpi-dev "
         "and openmpi-bin) and build it, or start it without mpirun",
         size_);
  comm_ = MpiComm::open(path);
}

void Ranks::part() {
  try {
    comm_->barrier();
    comm_->finish();
  } catch (const Error& lost) {
    fmt::print(stderr, "tagma: {}\n", lost.what());
    comm_->abort(6);
  }
}

}  // namespace tagma
