// Many panels, solved by the threads of one rank or of many, and taken in order: what `ovr` and `tree` share.
//
// Panels go in waves. Of each wave every rank solves a share of about equal cost (the costliest first, each to the rank with
// the least so far), then the finished panels go to rank 0 in order, one at a time, so that memory is bounded by a wave. What
// is taken depends neither on the waves nor on the ranks.
// Kept: panels taken are written to Run::part and taken from there when the same job begins again (kept_panels.h).
// Stop: a stop token raised on any rank ends the work after its wave; panels are taken up to the first that was not finished.
// Errors: a fault in solve() or take() of any rank ends the work on all of them, with one AgreedError (comm.h).
// Threads: solve() is called from many, the others from the calling thread.
#pragma once

#include <tagma/learn/kept_panels.h>
#include <tagma/learn/memory_plan.h>
#include <tagma/learn/panel_problem.h>

#include <string>

namespace tagma {

struct PanelJob {
  std::size_t panels = 0;
  WaveSize wave{1, 4};
  FunctionRef<double(std::size_t)> cost;
  FunctionRef<PanelWeights(std::size_t)> solve;                      // `stopped` where the token is raised
  FunctionRef<void(std::size_t, const PanelWeights&)> take;          // rank 0 only
  FunctionRef<void(std::size_t done)> report;                        // rank 0 only, after each wave
};

class PanelCrew {
 public:
  // `job`: all that the panels depend on besides the data, whose sum is `sum`. Errors: AgreedError when it differs between ranks.
  PanelCrew(const Run& run, const std::string& job, std::uint32_t sum);

  // How many panels were taken, on every rank; fewer than all of them when stopped.
  std::size_t work(const PanelJob& job);

  // One line about the ranks, at rank 0, or nothing where there is one. Every rank has to call it.
  std::string summary();

 private:
  struct Wave;
  Wave deal(const PanelJob& job, std::size_t first, std::size_t count) const;
  std::size_t wave_size(const PanelJob& job);
  std::size_t recall(const PanelJob& job);
  bool solve(const PanelJob& job, const Wave& wave, std::vector<PanelWeights>& solved);
  void hand_over(const PanelJob& job, const Wave& wave, std::vector<PanelWeights>& solved);
  void take(const PanelJob& job, std::size_t panel, const PanelWeights& weights);
  std::size_t agreed(std::size_t value);

  const Run& run_;
  Comm* comm_;  // null: one rank
  int rank_, ranks_;
  KeptPanels kept_;
  std::exception_ptr fault_;  // of take(), until it can be agreed on
  std::size_t done_ = 0;
  bool ended_ = false;
};

}  // namespace tagma
