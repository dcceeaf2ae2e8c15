#include "apps/cli/memory.h"

#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace tagma {
namespace {

// A line of /proc/self/status, such as "VmHWM:    5904 kB".
std::int64_t status_of(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(key + ":")) return std::stoll(line.substr(key.size() + 1)) << 10;
  return 0;
}

}  // namespace

std::int64_t peak_memory() {
  if (const std::int64_t peak = status_of("VmHWM"); peak > 0) return peak;
  ::rusage usage{};
  return ::getrusage(RUSAGE_SELF, &usage) == 0 ? std::int64_t{usage.ru_maxrss} << 10 : 0;
}

void limit_memory(std::int64_t limit, int threads) {
  constexpr std::int64_t stack = std::int64_t{9} << 20;
  constexpr std::int64_t shadow = std::int64_t{1} << 40, to_say_so = std::int64_t{4} << 20;
  const std::int64_t now = status_of("VmData");
  const auto most = static_cast<rlim_t>(std::max(limit + threads * stack, now + to_say_so));
  ::rlimit allowed{};
  if (::getrlimit(RLIMIT_DATA, &allowed) != 0 || now > shadow) return;
  if (allowed.rlim_max != RLIM_INFINITY && allowed.rlim_max < most) return;
  allowed.rlim_cur = most;
  ::setrlimit(RLIMIT_DATA, &allowed);
}

}  // namespace tagma
