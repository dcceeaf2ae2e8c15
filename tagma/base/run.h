// How work is to be done: threads, seed, memory, stop, ranks, log, progress. Passed to every verb; nothing of it is global.
//
// Ranks: comm (comm/comm.h) joins the processes that do the work together; null: this one does it alone.
// Units: memory in bytes, of this process. Who plans with it keeps to it or refuses; results do not depend on it.
// Threads: a Run may be shared by several threads; its sinks are called from the thread that called the verb.
// Errors: check_stop() throws Error{Code::interrupted} once the stop token is raised.
#pragma once

#include <tagma/base/error.h>

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace tagma {

class Comm;

enum class Level { note, warning };

// One step of a long job. `total` is 0 while unknown; `note` holds the figures that matter, e.g. "loss 0.31  map 0.62".
struct Progress {
  std::string_view what;
  double done = 0;
  double total = 0;
  std::string_view note;
};

struct Run {
  int threads = 1;
  std::uint64_t seed = 1;
  std::stop_token stop;
  Comm* comm = nullptr;
  std::string part;  // file where a long job keeps what is finished, to go on from (learn/kept_panels.h); empty: none
  std::function<void(Level, std::string_view)> log;    // may be empty
  std::function<void(const Progress&)> progress;       // may be empty
  std::int64_t memory = 0;  // most bytes to be held; 0: as many as there are
  std::string scratch;      // working files may lie beside this path, that of the output; empty: nowhere

  void check_stop() const {
    if (stop.stop_requested()) throw Error(Code::interrupted, "interrupted");
  }
  void note(std::string_view text) const {
    if (log) log(Level::note, text);
  }
  void warn(std::string_view text) const {
    if (log) log(Level::warning, text);
  }
  void report(const Progress& step) const {
    if (progress) progress(step);
  }
};

}  // namespace tagma
